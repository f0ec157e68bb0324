"""Decisions follow each other: drift, suspensions, limits, write-offs, failures, no future."""

from __future__ import annotations

import cvxpy as cp
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xarray as xr

from deep_alpha.backtest import enhancement, enhancement_path
from deep_alpha.backtest.benchmark import Benchmark, BenchmarkSettings, benchmark_weights
from deep_alpha.backtest.enhancement import EnhancementSettings, Solution
from deep_alpha.backtest.enhancement_checks import Relaxation
from deep_alpha.backtest.enhancement_inputs import gather
from deep_alpha.backtest.enhancement_path import EnhancementPath
from deep_alpha.backtest.enhancement_program import Outcome
from deep_alpha.errors import DeepAlphaError, PanelError
from deep_alpha.market.universe import UniversePolicy
from deep_alpha.panel import build_panel
from deep_alpha.risk import neutralise
from deep_alpha.signals import wide_frame
from tests.conftest import random_panel
from tests.no_future import assert_no_future

NAMES = 30
SUSPENDED, LIMITS, DELISTED = "A002", "A005", "A007"  # their days: see random_bars
LOOSE = EnhancementSettings(active_cap=0.05, turnover_cap=0.6, neutralise=False)


def weigh(panel: xr.Dataset) -> Benchmark:
    return benchmark_weights(panel, {}, BenchmarkSettings(universe=UniversePolicy(min_bars=1)))


def exposures_of(panel: xr.Dataset, industry: list[str] | None = None) -> xr.Dataset:
    """SIZE by log float cap, a random style, X, Y and Z in turn; carried for ever."""
    cap = panel["float_cap"].ffill("date").astype(float)
    size = np.log(cap)
    size = (size - size.mean("asset")) / size.std("asset")
    other = np.random.default_rng(1).normal(size=cap.shape)
    in_turn = [("X", "Y", "Z")[place % 3] for place in range(cap.sizes["asset"])]
    industries, code = np.unique(industry or in_turn, return_inverse=True)
    known = size.notnull().to_numpy()
    return xr.Dataset(
        {
            "exposure": (
                ("date", "style", "asset"),
                np.stack([size.to_numpy(), np.where(known, other, np.nan)], axis=1),
            ),
            "industry": (("date", "asset"), np.where(known, code, -1).astype(np.int16)),
            "cap": (("date", "asset"), cap.to_numpy()),
        },
        coords={
            "date": panel["date"].to_numpy(),
            "asset": panel["asset"].to_numpy(),
            "style": np.array(["SIZE", "OTHER"], dtype=object),
            "industry_name": industries.astype(object),
        },
    )


def reversal(panel: xr.Dataset) -> pd.DataFrame:
    """Minus the return of five days, of names that trade."""
    close = panel["close"].ffill("date")
    return wide_frame((1 - close / close.shift(date=5)).where(panel["traded"]))


@pytest.fixture(scope="module")
def panel() -> xr.Dataset:
    return random_panel(NAMES)


def walk(
    panel: xr.Dataset,
    days: list[int],
    settings: EnhancementSettings = LOOSE,
    favourite: dict[str, float] | None = None,
    exposures: xr.Dataset | None = None,
) -> EnhancementPath:
    """Decide on some days; favourites have a score of their own."""
    scores = reversal(panel).iloc[days]
    for name, score in (favourite or {}).items():
        scores[name] = scores[name].where(scores[name].isna(), score)
    model = exposures_of(panel) if exposures is None else exposures
    return enhancement_path.enhancement_path(scores, weigh(panel), model, panel, 1, settings)


def drifted(panel: xr.Dataset, weights: pd.Series, first: int, last: int) -> pd.Series:
    """Weights day by day from one close to another; a suspended name stands still."""
    close = wide_frame(panel["close"]).ffill()
    for day in range(first + 1, last + 1):
        weights = weights * (close.iloc[day] / close.iloc[day - 1]).fillna(1.0)
        weights = weights / weights.sum()
    return weights


def test_decisions_are_made_every_so_many_dates_with_scores(panel):
    scores = reversal(panel).iloc[20:60]
    scores.iloc[3] = np.nan
    found = enhancement_path.enhancement_path(
        scores, weigh(panel), exposures_of(panel), panel, 10, LOOSE
    )
    expected = scores.index[[0, 11, 21, 31]]
    assert found.targets.index.equals(expected)
    assert found.decisions.index.equals(expected)
    assert list(found.targets.columns) == list(panel["asset"].to_numpy())
    np.testing.assert_allclose(found.targets.sum(axis=1), 1, atol=1e-6)
    assert (found.decisions["status"] == "optimal").all()
    assert (found.decisions["benchmark"] == "universe").all()
    holdings = (found.targets > 1e-6).sum(axis=1)
    assert found.decisions["holdings"].tolist() == holdings.tolist()


def test_what_is_held_drifts_with_closes_between_decisions(panel):
    days = [20, 27, 58, 70]
    found = walk(panel, days)
    for number in range(1, 4):
        held = drifted(panel, found.targets.iloc[number - 1], days[number - 1], days[number])
        traded = (found.targets.iloc[number] - held).abs().sum()
        assert found.decisions["turnover_two_sided"].iloc[number] == pytest.approx(traded)
        assert 0.01 < traded <= 0.6 + 1e-6
    assert found.decisions["turnover_two_sided"].iloc[0] == pytest.approx(1)
    assert found.relaxations["reason"].tolist()[0] == "entering from cash"
    assert found.relaxations["date"].iloc[0] == found.targets.index[0]


def test_a_suspended_holding_keeps_its_weight(panel):
    days = [50, 58]  # suspended from day 53 to day 64
    found = walk(panel, days, favourite={SUSPENDED: 1.0})
    held = drifted(panel, found.targets.iloc[0], *days)
    assert held[SUSPENDED] > 0.05
    assert found.targets[SUSPENDED].iloc[1] == pytest.approx(held[SUSPENDED], abs=1e-12)
    idle = ~wide_frame(panel["traded"]).iloc[days[1]]
    assert found.decisions["stuck"].tolist() == [0, (idle & (held > 1e-6)).sum()]


@pytest.mark.parametrize(("day", "towards", "side"), [(53, 1.0, "up"), (63, -1.0, "down")])
def test_a_close_at_a_limit_is_not_traded_against(panel, day, towards, side):
    days = [day - 5, day]

    def traded(market: xr.Dataset, first: float, second: float) -> float:
        """What the second decision trades in the name, given its scores."""
        scores = reversal(market).iloc[days]
        scores[LIMITS] = [first, second]
        found = enhancement_path.enhancement_path(
            scores, weigh(market), exposures_of(market), market, 1, LOOSE
        ).targets
        return float(found[LIMITS].iloc[1] - drifted(market, found.iloc[0], *days)[LIMITS])

    free = panel.assign({f"limit_{side}_price": panel[f"limit_{side}_price"] * np.nan})
    assert traded(free, -towards, towards) * towards > 0.01
    assert traded(panel, -towards, towards) == pytest.approx(0, abs=1e-9)
    # the other way is open
    assert traded(panel, towards, -towards) * towards < -0.01


def test_a_holding_that_stays_away_is_written_off(panel):
    days = [75, 84, 86, 90]  # its last bar is on day 79
    settings = LOOSE.model_copy(update={"written_off_days": 5})
    found = walk(panel, days, settings, favourite={DELISTED: 1.0})
    kept = drifted(panel, found.targets.iloc[0], 75, 84)[DELISTED]
    assert found.targets[DELISTED].tolist()[1:] == pytest.approx([kept, 0, 0])
    assert kept > 0.05
    lost = drifted(panel, found.targets.iloc[1], 84, 86)[DELISTED]
    assert found.decisions["written_off"].tolist() == pytest.approx([0, 0, lost, 0])
    np.testing.assert_allclose(found.targets.sum(axis=1), 1, atol=1e-6)


def test_benchmark_names_without_data_are_left_out_of_it(panel):
    exposures = exposures_of(panel)
    place = list(panel["asset"].to_numpy()).index(DELISTED)
    exposures["industry"][82:, place] = -1
    exposures["exposure"][82:, :, place] = np.nan
    settings = LOOSE.model_copy(update={"written_off_days": 1})
    found = walk(panel, [75, 84, 90], settings, exposures=exposures)
    weights = weigh(panel).weights[DELISTED].iloc[[75, 84, 90]]
    assert found.decisions["unmatched"].tolist() == pytest.approx([0, *weights.iloc[1:]])
    assert weights.iloc[1] > 0.01
    # nothing else gives way for a weight that nobody can hold
    assert set(found.relaxations["constraint"]) == {"turnover"}


def test_a_name_that_trades_without_exposures_stays_in_the_benchmark(panel):
    exposures = exposures_of(panel)
    place = list(panel["asset"].to_numpy()).index("A000")
    exposures["industry"][:, place] = -1
    found = walk(panel, [20, 30], exposures=exposures)
    assert found.decisions["unmatched"].tolist() == pytest.approx([0, 0], abs=1e-12)
    benchmark = weigh(panel).weights["A000"].iloc[[20, 30]]
    assert found.targets["A000"].tolist() == pytest.approx(benchmark.tolist())


def test_relaxations_name_industries_and_assets(panel, monkeypatch):
    count = panel.sizes["asset"]
    relaxations = (
        Relaxation("industry", 1, 0.0, 0.02, "why"),
        Relaxation("industry", -1, 0.0, 0.01, "why"),
        Relaxation("active_cap", 5, 0.05, 0.07, "why"),
        Relaxation("size", None, 0.0, 0.05, "why"),
    )

    def fixed(*_, **__):
        return Solution(np.full(count, 1 / count), "optimal", relaxations, 1.0, 0.5, 0.1, 0.01)

    monkeypatch.setattr(enhancement_path, "enhance", fixed)
    table = walk(panel, [20]).relaxations
    assert list(table.columns) == ["date", "constraint", "member", "from", "to", "by", "reason"]
    assert table["member"].tolist() == ["Y", "none", LIMITS, ""]
    assert table["by"].tolist() == pytest.approx([0.02, 0.01, 0.02, 0.05])


class TestFailures:
    @staticmethod
    def failing_at(monkeypatch, decisions: set[int]) -> None:
        solve, calls = cp.Problem.solve, []

        def sometimes(self, **options):
            calls.append(self)
            if len(calls) - 1 in decisions:
                raise cp.SolverError("out of luck")
            return solve(self, **options)

        monkeypatch.setattr(cp.Problem, "solve", sometimes)

    def test_a_failed_rebalance_keeps_the_drifted_weights(self, panel, monkeypatch):
        self.failing_at(monkeypatch, {1})
        days = [20, 27, 34]
        found = walk(panel, days)
        assert found.decisions["status"].tolist() == ["optimal", "solver_failed", "optimal"]
        assert found.decisions["detail"].tolist() == ["", "out of luck", ""]
        kept = drifted(panel, found.targets.iloc[0], 20, 27)
        np.testing.assert_allclose(found.targets.iloc[1], kept, atol=1e-12)
        assert found.decisions["turnover_two_sided"].iloc[1] == 0
        reasons = found.relaxations.set_index("date")["reason"]
        assert set(reasons.loc[[found.targets.index[1]]]) == {"kept what is held: failed"}
        traded = (found.targets.iloc[2] - drifted(panel, kept, 27, 34)).abs().sum()
        assert found.decisions["turnover_two_sided"].iloc[2] == pytest.approx(traded)

    def test_a_failed_first_rebalance_leaves_cash_to_enter_from(self, panel, monkeypatch):
        self.failing_at(monkeypatch, {0})
        found = walk(panel, [20, 27])
        assert found.targets.iloc[0].sum() == 0
        assert found.relaxations["constraint"].tolist() == ["invested", "turnover"]
        assert found.relaxations["reason"].iloc[1] == "entering from cash"

    def test_cash_does_not_drift(self, panel, monkeypatch):
        self.failing_at(monkeypatch, {1})
        settings = LOOSE.model_copy(update={"written_off_days": 5})
        found = walk(panel, [75, 86, 100], settings, favourite={DELISTED: 1.0})
        held = found.targets.iloc[1]  # what was written off stays cash: the rebalance failed
        assert 0.8 < held.sum() < 0.95
        close = wide_frame(panel["close"]).ffill()
        grown = held * (close.iloc[100] / close.iloc[86]).fillna(1.0)
        before = grown / (grown.sum() + 1 - held.sum())
        traded = (found.targets.iloc[2] - before).abs().sum()
        assert found.decisions["turnover_two_sided"].iloc[2] == pytest.approx(traded)

    def test_a_broken_limit_names_the_date(self, panel, monkeypatch):
        def lie(program, tight, *_):
            return Outcome("optimal", program.benchmark * 0.5), tight

        monkeypatch.setattr(enhancement, "climb", lie)
        with pytest.raises(DeepAlphaError, match=r"2019-01-30: rebalance: the sum of weights"):
            walk(panel, [20])


def test_alpha_is_the_score_in_standard_deviations(panel):
    scores = reversal(panel).iloc[30:32]
    known = gather(scores, weigh(panel), exposures_of(panel), panel, 1, LOOSE)
    expected = scores.sub(scores.mean(axis=1), axis=0).div(scores.std(axis=1, ddof=0), axis=0)
    np.testing.assert_allclose(known.alpha, expected, atol=1e-12)


def test_alpha_may_be_neutralised_first(panel):
    scores, model = reversal(panel).iloc[30:32], exposures_of(panel)
    settings = LOOSE.model_copy(update={"neutralise": True})
    known = gather(scores, weigh(panel), model, panel, 1, settings)
    today = model.isel(date=slice(30, 32))
    residual = neutralise(
        scores.to_numpy(),
        today["exposure"].transpose("date", "asset", "style").to_numpy(),
        today["industry"].to_numpy(),
        today["cap"].to_numpy(),
    )
    deviation = np.nanstd(residual, axis=1, keepdims=True)
    expected = (residual - np.nanmean(residual, axis=1, keepdims=True)) / deviation
    np.testing.assert_allclose(known.alpha, expected, atol=1e-12)


def test_nothing_comes_from_the_future():
    def decide(panel: xr.Dataset) -> xr.Dataset:
        days = list(range(20, panel.sizes["date"], 9))
        found = walk(panel, days, LOOSE)
        return xr.Dataset(
            {
                "targets": (("date", "asset"), found.targets.to_numpy()),
                "turnover": (("date",), found.decisions["turnover_two_sided"].to_numpy()),
                "stuck": (("date",), found.decisions["stuck"].to_numpy()),
            },
            coords={"date": found.targets.index.to_numpy(), "asset": panel["asset"]},
        )

    panel = random_panel(16, 90)

    def on_all_dates(market: xr.Dataset) -> xr.Dataset:
        return decide(market).reindex(date=market["date"])

    assert_no_future(on_all_dates, panel, cuts=(47, 56))


class TestErrors:
    def test_too_few_names_to_neutralise_are_named_with_what_to_do(self):
        few = random_panel(5, 90)
        with pytest.raises(PanelError, match=r"can not be neutralised: .* set portfolios"):
            walk(few, [40], LOOSE.model_copy(update={"neutralise": True}))

    def test_dates_must_be_known_to_everybody(self, panel):
        scores, benchmark, model = reversal(panel).iloc[[30]], weigh(panel), exposures_of(panel)

        def decide(**wrong: object) -> None:
            inputs = {
                "scores": scores, "benchmark": benchmark, "exposures": model, "panel": panel,
                "every": 1, "settings": LOOSE,
            }  # fmt: skip
            enhancement_path.enhancement_path(**(inputs | wrong))

        with pytest.raises(PanelError, match="panel has no 2030-01-01"):
            decide(scores=scores.set_axis(pd.DatetimeIndex(["2030-01-01"])))
        with pytest.raises(PanelError, match="risk model has no 2019-02-13"):
            decide(exposures=model.isel(date=slice(0, 20)))
        empty = Benchmark(benchmark.weights * np.nan, benchmark.source, {}, "")
        with pytest.raises(PanelError, match="benchmark has no 2019-02-13"):
            decide(benchmark=empty)
        with pytest.raises(PanelError, match="scored asset 'B' is not in the panel"):
            decide(scores=scores.rename(columns={"A001": "B"}))
        with pytest.raises(PanelError, match="fitted on other assets"):
            decide(exposures=model.isel(asset=slice(0, 5)))
        with pytest.raises(PanelError, match="no date has scores"):
            decide(scores=scores * np.nan)
        with pytest.raises(PanelError, match="every=0"):
            decide(every=0)


@pytest.mark.real
def test_real_rebalances_are_quick_and_hold_their_limits(real_data):
    first, last = pd.Timestamp("2020-02-28"), pd.Timestamp("2020-04-10")
    folder = real_data / "ashare"
    bars = pq.read_table(
        folder / "bars.parquet", filters=[("date", ">=", first), ("date", "<=", last)]
    ).to_pandas()
    market = build_panel(bars)
    labels = pd.read_parquet(folder / "assets.parquet").set_index("asset")["industry"]
    industry = labels.reindex(market["asset"].to_numpy().astype(str)).fillna("unknown")
    model = exposures_of(market, industry.tolist())
    tables = {"index_weights": pd.read_parquet(folder / "index_weights.parquet")}
    benchmark = benchmark_weights(market, tables, BenchmarkSettings(index="CSI500"))
    scores = reversal(market).iloc[6:]
    found = enhancement_path.enhancement_path(
        scores, benchmark, model, market, 10, EnhancementSettings()
    )
    assert (found.decisions["status"] == "optimal").all()
    assert (found.decisions["seconds"] < 2).all()
    assert found.decisions["holdings"].between(90, 200).all()
    for date, target in found.targets.iterrows():
        gave = found.relaxations[found.relaxations["date"] == date]
        active = target - benchmark.weights.loc[date]
        capped = active.drop(gave.loc[gave["constraint"] == "active_cap", "member"])
        assert capped.abs().max() <= 0.01 + 1e-4  # the benchmark is scaled for dead names
