"""Relations of signals: pandas day by day."""

import numpy as np
import pandas as pd
import pytest

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation import rank_ic
from deep_alpha.evaluation.relations import double_sort, ic_correlations, score_correlations
from tests.evaluation.factor_frames import factor_frames


@pytest.fixture
def signals():
    """One, one like it on other dates and assets, and one that has nothing to do with it."""
    one, _ = factor_frames(gaps=0.1)
    other, _ = factor_frames(seed=7, gaps=0.1)
    like = (one + 0.5 * other).iloc[5:, ::-1].iloc[:, 3:]
    return {"one": one, "like": like, "other": other}


def test_score_correlations_are_mean_daily_spearman_correlations(signals):
    found = score_correlations(signals)
    for left, right in (("one", "like"), ("like", "other"), ("one", "other")):
        daily = [
            signals[left].loc[day].corr(signals[right].loc[day], method="spearman")
            for day in signals[left].index.intersection(signals[right].index)
        ]
        assert found.mean.loc[left, right] == pytest.approx(np.mean(daily))
        assert found.mean.loc[right, left] == found.mean.loc[left, right]
        assert found.days.loc[left, right] == found.days.loc[right, left] == len(daily)
    np.testing.assert_allclose(np.diag(found.mean), 1.0)
    assert np.diag(found.days).tolist() == [40, 35, 40]


def test_signals_that_never_meet_have_no_correlation(signals):
    constant = signals["one"] * 0.0
    found = score_correlations({"one": signals["one"], "constant": constant})
    assert np.isnan(found.mean.loc["one", "constant"])
    assert found.days.loc["constant"].tolist() == [0, 0]
    with pytest.raises(DeepAlphaError, match=r"^one and far share no asset: check their labels$"):
        score_correlations({"one": signals["one"], "far": signals["one"].add_suffix("x")})


def test_ic_correlations_are_those_of_the_series(signals):
    _, returns = factor_frames()
    returns.iloc[-4:] = np.nan
    found = ic_correlations(signals, returns)
    one, like = (rank_ic(signals[name], returns) for name in ("one", "like"))
    assert found.mean.loc["one", "like"] == pytest.approx(one.corr(like))
    assert found.days.loc["one", "like"] == 31
    assert found.days.loc["one", "other"] == 36
    short = ic_correlations(signals, returns.iloc[:7])
    assert np.isnan(short.mean.loc["one", "like"])  # two days say nothing
    assert short.days.loc["one", "like"] == 2


@pytest.mark.parametrize("function", [score_correlations, lambda none: ic_correlations(none, none)])
def test_no_signal_is_refused(function):
    with pytest.raises(DeepAlphaError, match=r"^there is no signal to compare$"):
        function({})


def test_a_double_sort_is_two_cuts_one_inside_the_other():
    first, returns = factor_frames(assets=240, gaps=0.1)
    second, _ = factor_frames(assets=240, seed=5, gaps=0.1)
    second.iloc[11] = np.nan
    found = double_sort(first, second, returns, 4, 3)

    cells = {}
    for date in first.index.delete(11):
        columns = {"first": first.loc[date], "second": second.loc[date]}
        day = pd.DataFrame(columns).dropna()
        day["row"] = pd.qcut(day["first"], 4, labels=False) + 1
        inside = day.groupby("row")["second"]
        day["column"] = inside.transform(lambda part: pd.qcut(part, 3, labels=False) + 1)
        day["return"] = returns.loc[date]
        day["excess"] = day["return"] - day["return"].mean()
        cells[date] = day.groupby(["row", "column"])[["return", "excess"]].agg(["mean", "count"])
    expected = pd.concat(cells).groupby(level=[1, 2]).mean()
    for table, column in (
        (found.mean, ("return", "mean")),
        (found.excess, ("excess", "mean")),
        (found.names, ("return", "count")),
    ):
        np.testing.assert_allclose(table, expected[column].unstack(), atol=1e-14)
    assert found.mean.shape == (4, 3)
    assert (found.n_days, found.n_skipped) == (39, 1)


def test_a_signal_that_knows_nothing_more_does_not_pay_inside_the_other():
    first, _ = factor_frames(days=60, assets=500)
    noise, _ = factor_frames(days=60, assets=500, seed=9)
    found = double_sort(first, noise, first.rank(axis=1, pct=True), 5, 5)
    assert (found.mean.diff().dropna() > 0.15).all(axis=None)
    assert (found.mean[5] - found.mean[1]).abs().max() < 0.02


def test_days_without_a_full_table_are_left_out():
    first, returns = factor_frames(days=3, assets=40)
    found = double_sort(first, first, returns)  # eight names in a quantile are too few to cut
    assert (found.n_days, found.n_skipped) == (0, 3)
    assert found.mean.isna().all(axis=None)
