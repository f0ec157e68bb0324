"""From bars to scores: cutting or replacing the future changes nothing before.

The other tests ask this of one function at a time; here the whole way is asked at once,
gate and price limits included, on the simulated market and on real prices.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from deep_alpha.factors import behavioural_factors, composite_score
from deep_alpha.factors.features import FactorSettings, build_features
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Segment
from deep_alpha.labels import Labels, make_labels
from deep_alpha.market import (
    Market,
    PriceLimitRule,
    check_market,
    simulate_market,
    with_limit_prices,
)
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.models.contract import FitContext
from deep_alpha.models.ridge import RidgeModel
from deep_alpha.models.scoring import score_by_day
from deep_alpha.models.segments import segment_samples
from deep_alpha.panel import build_panel
from deep_alpha.targets import TargetSettings

RULES = [PriceLimitRule(board="main", assets=".*", limit=0.10, st_limit=0.05, free_days=1)]
TARGET = TargetSettings(horizon=5)
PRICES = ["open", "high", "low", "close"]


def walk(bars: pd.DataFrame) -> tuple[FeatureTable, Labels, np.ndarray]:
    """Everything that a score of a day depends on, from raw bars."""
    clean = with_limit_prices(check_market(Market(bars=bars)).market, RULES)
    panel = build_panel(clean.bars)
    universe = eligible(panel, UniversePolicy())
    table = build_features(behavioural_factors(panel), panel, universe, FactorSettings())
    return table, make_labels(table, panel, TARGET), composite_score(panel, universe).to_numpy()


def noisy_after(bars: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The bars with everything after a day replaced by other prices, volumes and flags."""
    random = np.random.default_rng(0)
    result = bars.copy()
    later = result["date"] > day
    count = int(later.sum())
    centre = random.uniform(5.0, 80.0, count)
    for name, scale in zip(PRICES, (1.0, 1.02, 0.98, 1.01), strict=True):
        result.loc[later, name] = np.round(centre * scale, 2)
    result.loc[later, "high"] = result.loc[later, PRICES].max(axis=1)
    result.loc[later, "volume"] = random.integers(1_000, 9_000_000, count).astype(float)
    if "amount" in result.columns:
        result.loc[later, "amount"] = result.loc[later, "volume"] * result.loc[later, "close"]
    if "is_st" in result.columns:
        result.loc[later, "is_st"] = random.random(count) < 0.1
    return result.drop(columns=[name for name in ("limit_up", "limit_down") if name in result])


def assert_past_is_untouched(bars: pd.DataFrame, cut: int) -> None:
    """Features, labels, composite and a model's scores up to a day, bit for bit."""
    bars = bars.drop(columns=[name for name in ("limit_up", "limit_down") if name in bars])
    table, labels, composite = walk(bars)
    day = pd.Timestamp(table.dates[cut])
    fitted = fit_ridge(table, labels, cut)
    scores = score_by_day(fitted, samples(table, labels, cut), "ridge")
    assert len(scores) > 0
    for other in (bars[bars["date"] <= day], noisy_after(bars, day)):
        again, labels_again, composite_again = walk(other)
        assert (again.digests[: cut + 1] == table.digests[: cut + 1]).all()
        known = cut + 1 - TARGET.reach
        assert (labels_again.digests[:known] == labels.digests[:known]).all()
        columns = np.flatnonzero(np.isin(table.assets, again.assets))
        np.testing.assert_array_equal(composite_again[: cut + 1], composite[: cut + 1][:, columns])
        refitted = fit_ridge(again, labels_again, cut)
        np.testing.assert_array_equal(
            score_by_day(refitted, samples(again, labels_again, cut), "ridge"), scores
        )


def fit_ridge(table: FeatureTable, labels: Labels, cut: int):
    """A model fitted on labels that were known on the day of the cut."""
    middle = (table.first_day + cut) // 2
    train = Segment(table.first_day, middle - TARGET.reach, 0, middle)
    valid = Segment(middle + 1, cut - TARGET.reach, 0, cut)
    parts = [segment_samples(table, labels, part, known_only=True) for part in (train, valid)]
    return RidgeModel().fit(*parts, {"penalties": [1e-3]}, 0, FitContext())


def samples(table: FeatureTable, labels: Labels, cut: int):
    return segment_samples(table, labels, Segment(cut - 3, cut, 0, 0), known_only=False)


def test_the_simulated_market() -> None:
    market = simulate_market(n_assets=40, n_days=420)
    assert_past_is_untouched(market.bars.reset_index(drop=True), 330)


def test_a_leak_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    market = simulate_market(n_assets=40, n_days=420)
    whole = build_features

    def leaking(raw, panel, universe, settings):
        # z-scores over the whole history instead of the day: the classic leak.
        level = raw / raw.std("date")
        return whole(level, panel, universe, replaced(settings))

    def replaced(settings: FactorSettings) -> FactorSettings:
        return settings.model_copy(update={"winsor": "none"})

    monkeypatch.setattr("tests.test_no_future_whole_way.build_features", leaking)
    with pytest.raises(AssertionError):
        assert_past_is_untouched(market.bars.reset_index(drop=True), 330)


@pytest.mark.real
def test_real_prices(real_data) -> None:
    bars = pq.read_table(
        real_data / "ashare" / "bars.parquet",
        filters=[("asset", "<", "000060"), ("date", "<", pd.Timestamp("2016-01-01").date())],
    ).to_pandas()
    bars["date"] = pd.to_datetime(bars["date"])
    bars = bars.astype(dict.fromkeys(bars.select_dtypes("float32").columns, "float64"))
    assert bars["asset"].nunique() > 20
    assert_past_is_untouched(bars, 380)
