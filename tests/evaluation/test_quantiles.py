"""Quantile returns: those of alphalens, and by hand."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import statsmodels.api as sm

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.inference import newey_west_t
from deep_alpha.evaluation.quantiles import mean_error, quantile_returns
from tests.evaluation.factor_frames import clean_factor_data, factor_frames


@pytest.mark.parametrize("n", [5, 10])
@pytest.mark.parametrize("gaps", [0.0, 0.1])
def test_mean_returns_are_those_of_alphalens(n, gaps):
    scores, returns = factor_frames(gaps=gaps)
    data = clean_factor_data(scores, returns, 5, n)
    performance = pytest.importorskip("alphalens.performance")
    found = quantile_returns(scores, returns, 5, n)

    expected, _ = performance.mean_return_by_quantile(data, by_date=True, demeaned=False)
    np.testing.assert_allclose(found.mean, expected["5D"].unstack("factor_quantile"), atol=1e-15)
    relative, _ = performance.mean_return_by_quantile(data, by_date=True)
    excess = found.mean.sub(found.universe, axis=0)
    np.testing.assert_allclose(excess, relative["5D"].unstack("factor_quantile"), atol=1e-15)
    overall, _ = performance.mean_return_by_quantile(data, demeaned=False)
    np.testing.assert_allclose(found.table["mean"], overall["5D"], atol=1e-15)
    halved, _ = performance.compute_mean_returns_spread(expected, n, 1)
    np.testing.assert_allclose(found.spread, 2 * halved["5D"], atol=1e-15)
    counts = data.groupby(["date", "factor_quantile"]).size().unstack()
    np.testing.assert_array_equal(found.counts, counts)


def test_who_is_in_a_quantile_does_not_depend_on_what_becomes_known():
    scores = pd.DataFrame([range(20)], pd.bdate_range("2020-01-01", periods=1)).astype(float)
    returns = 0.01 * scores
    returns.loc[:, 15:] = np.nan
    found = quantile_returns(scores, returns, 1, 5)
    np.testing.assert_allclose(found.mean.iloc[0, :3], [0.015, 0.055, 0.095])
    np.testing.assert_allclose(found.mean.iloc[0, 3], 0.13)  # 12 … 14: 15 is not known
    assert np.isnan(found.mean.iloc[0, 4])
    assert found.counts.iloc[0].tolist() == [4, 4, 4, 3, 0]


def test_errors_are_newey_and_west_s_with_the_labels_overlap():
    scores, returns = factor_frames(days=90)
    found = quantile_returns(scores, returns, 10)
    for number in (1, 4):
        column = found.mean[number].to_numpy()
        expected = column.mean() / newey_west_t(column, 9)
        assert found.table.loc[number, "error"] == pytest.approx(expected)
        relative = column - found.universe.to_numpy()
        expected = abs(relative.mean() / newey_west_t(relative, 9))
        assert found.table.loc[number, "excess_error"] == pytest.approx(expected)
        assert found.table.loc[number, "excess"] == pytest.approx(relative.mean())
    assert found.spread_mean == pytest.approx((found.mean[5] - found.mean[1]).mean())
    spread = (found.mean[5] - found.mean[1]).to_numpy()
    assert found.spread_error == pytest.approx(spread.mean() / newey_west_t(spread, 9))


def test_the_error_of_independent_values_is_the_usual_one():
    values = np.random.default_rng(0).standard_normal(50)
    gappy = np.insert(values, [3, 20], np.nan)
    assert mean_error(gappy, 1) == pytest.approx(values.std() / np.sqrt(50))
    robust = sm.OLS(values, np.ones(50)).fit(cov_type="HC0")
    assert mean_error(values, 1) == pytest.approx(robust.bse[0])
    assert np.isnan(mean_error(values[:4], 5))
    assert np.isnan(mean_error(np.ones(9), 1))


def slots(returns, horizon):
    """The h-day grid at each offset, as a diary: what each slot is worth on each day."""
    wealth = np.ones((horizon, len(returns)))
    for offset in range(horizon):
        value = 1.0
        for day, gain in enumerate(returns):
            if day % horizon == offset:
                value *= 1 + (0.0 if np.isnan(gain) else gain)
            wealth[offset, day] = value
    return wealth.mean(axis=0)


@pytest.mark.parametrize("horizon", [1, 5, 7, 30])
def test_cumulative_returns_are_the_mean_over_all_offsets_of_the_grid(horizon):
    scores, returns = factor_frames(days=24)
    scores.iloc[9] = np.nan
    found = quantile_returns(scores, returns, horizon)
    assert found.cumulative.index.equals(scores.index)
    series = found.mean.assign(universe=found.universe, spread=found.spread)
    for column, expected in series.items():
        np.testing.assert_allclose(found.cumulative[column], slots(expected, horizon))


def test_cumulative_returns_end_where_the_labels_do():
    scores, returns = factor_frames(days=24)
    returns.iloc[-10:] = np.nan
    scores.iloc[:2] = np.nan
    found = quantile_returns(scores, returns, 5)
    assert found.cumulative.index.equals(scores.index[2:14])
    assert (found.n_days, found.n_skipped) == (12, 12)
    assert found.spread.isna().sum() == 12


def test_monotonicity_is_the_rank_correlation_of_quantile_and_mean():
    scores, _ = factor_frames(days=4, assets=50)
    ranks = scores.rank(axis=1)
    assert quantile_returns(scores, ranks, 1).monotonicity == pytest.approx(1.0)
    assert quantile_returns(scores, -ranks, 1).monotonicity == pytest.approx(-1.0)
    swapped = ranks.where(ranks > 10, 15.5)  # quantiles 1 and 2 change places
    swapped = swapped.where((ranks <= 10) | (ranks > 20), 5.5)
    assert quantile_returns(scores, swapped, 1).monotonicity == pytest.approx(0.9)


def test_a_signal_without_a_day_has_no_figures():
    scores, returns = factor_frames(days=6)
    found = quantile_returns(scores * 0.0, returns, 5)
    assert found.cumulative.empty
    assert (found.n_days, found.n_skipped) == (0, 6)
    assert np.isnan([found.monotonicity, found.spread_mean, found.spread_error]).all()
    assert found.table.isna().all(axis=None)


def test_a_horizon_of_no_day_is_refused():
    with pytest.raises(DeepAlphaError, match=r"^horizon is 0 days: a label covers at least one"):
        quantile_returns(*factor_frames(days=3), 0)


@pytest.mark.real
def test_real_reversals_are_cut_as_by_qcut(real_data):
    """Five-day losers of the A-share market in spring 2019: real ties, gaps and numbers."""
    rows = pq.read_table(
        real_data / "ashare" / "bars.parquet",
        columns=["asset", "date", "close", "adj_factor"],
        filters=[
            ("date", ">=", pd.Timestamp("2019-03-01")),
            ("date", "<=", pd.Timestamp("2019-05-31")),
        ],
    ).to_pandas()
    rows["close"] *= rows["adj_factor"]
    close = rows.pivot(index="date", columns="asset", values="close")
    scores, returns = 1 - close / close.shift(5), close.shift(-10) / close - 1
    found = quantile_returns(scores, returns, 10, 10)
    assert (found.n_days, found.n_skipped) == (len(close) - 15, 15)
    for date in found.spread.dropna().index[::9]:
        number = pd.qcut(scores.loc[date], 10, labels=False) + 1
        expected = returns.loc[date].groupby(number).mean()
        np.testing.assert_allclose(found.mean.loc[date], expected, atol=1e-12)
