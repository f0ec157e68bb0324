import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from deep_alpha.evaluation.inference import (
    effective_dof,
    naive_t,
    newey_west_t,
    overlap_p_value,
)
from deep_alpha.kernels.correlation import daily_rank_ic


def overlapping(rng, days, horizon):
    """A null IC series that autocorrelates as labels over ``horizon`` days do."""
    return np.convolve(rng.standard_normal(days + horizon - 1), np.ones(horizon), "valid")


@pytest.mark.parametrize("horizon", [1, 2, 5, 10])
@pytest.mark.parametrize("days", [12, 60, 250])
def test_newey_west_is_statsmodels(days, horizon):
    values = 0.1 + overlapping(np.random.default_rng(days), days, horizon)
    fit = sm.OLS(values, np.ones(days)).fit(
        cov_type="HAC", cov_kwds={"maxlags": horizon - 1, "use_correction": False}
    )

    assert newey_west_t(values, horizon - 1) == pytest.approx(fit.tvalues[0], rel=1e-10)


def test_naive_t_is_scipys_one_sample_t():
    values = np.random.default_rng(0).standard_normal(50) + 0.2

    assert naive_t(values) == pytest.approx(stats.ttest_1samp(values, 0).statistic)


def test_without_overlap_the_p_value_is_the_ordinary_t_test():
    values = np.random.default_rng(0).standard_normal(50) + 0.2

    p_value = overlap_p_value(newey_west_t(values, 0), 50, 1)

    assert p_value == pytest.approx(stats.ttest_1samp(values, 0).pvalue)
    assert effective_dof(50, 1) == 49


@pytest.mark.parametrize(("days", "horizon"), [(120, 5), (120, 10), (250, 10), (500, 10)])
def test_the_p_value_holds_its_level_where_the_plain_statistic_does_not(days, horizon):
    rng = np.random.default_rng(days)
    statistics = np.array(
        [newey_west_t(overlapping(rng, days, horizon), horizon - 1) for _ in range(1500)]
    )
    p_values = np.array([overlap_p_value(t, days, horizon) for t in statistics])

    assert (np.abs(statistics) > 1.96).mean() > 0.08
    assert 0.03 < (p_values < 0.05).mean() < 0.07


def test_a_worthless_persistent_signal_looks_significant_to_the_naive_t_only():
    """Null AR(0.98) signals, 10-day labels judged daily: about half pass a naive test."""
    rng = np.random.default_rng(7)
    days, assets, horizon, markets = 250, 60, 10, 120
    naive, honest = [], []
    for _ in range(markets):
        shocks = rng.standard_normal((days, assets))
        signal = np.empty_like(shocks)
        signal[0] = shocks[0]
        for day in range(1, days):
            signal[day] = 0.98 * signal[day - 1] + np.sqrt(1 - 0.98**2) * shocks[day]
        total = np.vstack([np.zeros(assets), rng.standard_normal((days + horizon, assets))]).cumsum(
            0
        )
        labels = total[horizon : days + horizon] - total[:days]
        ic = daily_rank_ic(signal, labels)
        naive.append(abs(naive_t(ic)) > 1.96)
        honest.append(overlap_p_value(newey_west_t(ic, horizon - 1), days, horizon) < 0.05)

    assert np.mean(naive) > 0.35
    assert np.mean(honest) < 0.10


def test_a_real_effect_is_still_found():
    rng = np.random.default_rng(3)
    values = 1.5 + overlapping(rng, 500, 10)

    assert overlap_p_value(newey_west_t(values, 9), 500, 10) < 0.01


def test_too_few_days_give_no_answer():
    values = np.random.default_rng(0).standard_normal(19)

    assert np.isnan(newey_west_t(values[:10], 10))
    assert np.isfinite(newey_west_t(values, 9))
    assert np.isnan(overlap_p_value(2.0, 19, 10))
    assert np.isnan(newey_west_t(np.full(20, 0.1), 0))
    assert np.isnan(naive_t(np.full(20, 0.1)))
    assert np.isnan(overlap_p_value(float("nan"), 100, 5))
