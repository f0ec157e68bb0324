"""Decay: windows by hand, the entry rule, and planted knowledge that is found where it lies."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import spearmanr

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation import ic_summary, rank_ic
from deep_alpha.evaluation.decay import ic_decay
from deep_alpha.signals import wide_frame
from deep_alpha.targets import TargetSettings, forward_return


def market(days=60, assets=40, seed=0):
    """A panel with suspensions, and the daily returns behind its closes."""
    rng = np.random.default_rng(seed)
    daily = 0.02 * rng.standard_normal((days, assets))
    close = 10 * np.cumprod(1 + daily, axis=0)
    traded = rng.random((days, assets)) > 0.05
    fields = {
        "close": np.where(traded, close, np.nan),
        "open": np.where(traded, close * (1 + 0.01 * rng.standard_normal(close.shape)), np.nan),
        "traded": traded,
    }
    dates = pd.bdate_range("2020-01-01", periods=days)
    names = [f"A{i:02}" for i in range(assets)]
    coords = {"date": dates, "asset": names}
    panel = xr.Dataset({k: (("date", "asset"), v) for k, v in fields.items()}, coords=coords)
    scores = pd.DataFrame(rng.standard_normal(close.shape), dates, names)
    return panel, scores, daily


def oracle(panel, scores, first, last, entry, allowed):
    """Window by window and name by name, SPEC 0.3."""
    close = wide_frame(panel["close"]).ffill().to_numpy()
    opened, traded = panel["open"].to_numpy(), panel["traded"].to_numpy()
    lag = 0 if entry == "close" else 1

    def price(t, i):
        own = opened[t, i] if entry == "next_open" else np.nan
        return close[t, i] if np.isnan(own) else own

    series = {}
    for t, date in enumerate(scores.index):
        pairs = []
        for i in range(scores.shape[1]):
            begin, end = t + lag + first - 1, t + lag + last
            if end >= len(close) or not (traded[t, i] and traded[t + 1, i]):
                continue
            if (~traded[t + 1 : end + 1, i]).sum() <= allowed:
                pairs.append((scores.iloc[t, i], price(end, i) / price(begin, i) - 1))
        series[date] = spearmanr(pairs).statistic if len(pairs) >= 10 else np.nan
    return pd.Series(series)


@pytest.mark.parametrize("entry", ["close", "next_open"])
def test_disjoint_windows(entry):
    panel, scores, _ = market()
    table = ic_decay(scores, panel, (5, 8, 20), entry=entry, max_suspended=2)
    assert table["first_day"].tolist() == [1, 6, 9]
    assert table["last_day"].tolist() == list(table.index) == [5, 8, 20]
    judged = 40 if entry == "close" else 39  # those whose longest window is over
    assert table["days"].tolist() == [judged] * 3
    assert table["days_skipped"].tolist() == [60 - judged] * 3
    for row in table.itertuples():
        expected = oracle(panel, scores, row.first_day, row.last_day, entry, 2)[:judged]
        figures = ic_summary(expected, row.last_day - row.first_day + 1)
        assert row.rank_ic == pytest.approx(figures.mean, abs=1e-6)
        assert row.hac_t == pytest.approx(figures.hac_t, abs=1e-3)
        assert row.hac_p == pytest.approx(figures.hac_p, abs=1e-3)


def test_cumulative_windows_are_the_labels_of_those_horizons():
    panel, scores, _ = market()
    table = ic_decay(scores, panel, (5, 20), disjoint=False)
    assert table["first_day"].tolist() == [1, 1]
    for horizon in (5, 20):
        labels = wide_frame(forward_return(panel, TargetSettings(horizon=horizon)))
        expected = rank_ic(scores, labels).iloc[:40]
        assert table.loc[horizon, "rank_ic"] == pytest.approx(expected.mean(), abs=1e-6)
        names = (scores.notna() & labels.notna()).iloc[:40].sum(axis=1)
        assert table.loc[horizon, "names"] == pytest.approx(names.mean())


def test_knowledge_is_found_in_the_window_where_it_lies():
    panel, _, daily = market(days=80)
    ahead = pd.DataFrame(daily).rolling(3).sum().shift(-9).to_numpy()  # days 7 … 9 after t
    dates = pd.DatetimeIndex(panel["date"].to_numpy())
    scores = pd.DataFrame(ahead, dates, panel["asset"].to_numpy()).iloc[:70]
    ic = ic_decay(scores, panel, (3, 6, 9, 12), max_suspended=20)["rank_ic"]
    assert ic[9] > 0.9
    assert ic[[3, 6, 12]].abs().max() < 0.1
    cumulative = ic_decay(scores, panel, (6, 9, 12), max_suspended=20, disjoint=False)["rank_ic"]
    assert cumulative[6] < cumulative[12] < cumulative[9]


def test_scores_of_part_of_the_panel_see_what_lies_behind_them():
    panel, scores, _ = market()
    whole = ic_decay(scores, panel, (5, 10))
    part = ic_decay(scores.iloc[20:30, 5:].shift(0), panel, (5, 10))
    assert part["days"].tolist() == [10, 10]
    direct = rank_ic(
        scores.iloc[20:30, 5:], wide_frame(forward_return(panel, TargetSettings(horizon=5)))
    )
    assert part.loc[5, "rank_ic"] == pytest.approx(direct.mean())
    assert whole["days"].tolist() == [50, 50]


def test_windows_that_never_end_have_no_ic():
    panel, scores, _ = market(days=12)
    table = ic_decay(scores, panel, (5, 20))
    assert table["days"].tolist() == [0, 0]
    assert table["rank_ic"].isna().all()


@pytest.mark.parametrize("horizons", [(), (0, 5), (5, 5), (10, 5)])
def test_horizons_must_ascend(horizons):
    panel, scores, _ = market(days=12)
    with pytest.raises(DeepAlphaError, match=r"must be whole days that ascend from 1 on$"):
        ic_decay(scores, panel, horizons)


def test_foreign_scores_are_refused():
    panel, scores, _ = market(days=12)
    with pytest.raises(DeepAlphaError, match=r"^scores and panel share no date or no asset"):
        ic_decay(scores.add_suffix(".SZ"), panel)
