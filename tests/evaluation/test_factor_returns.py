"""Factor-weighted returns: those of alphalens, and HAC errors of statsmodels."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.factor_returns import alpha_beta, factor_returns
from tests.evaluation.factor_frames import clean_factor_data, factor_frames


@pytest.mark.parametrize("gaps", [0.0, 0.2])
def test_returns_alpha_and_beta_are_those_of_alphalens(gaps):
    scores, returns = factor_frames(gaps=gaps)
    data = clean_factor_data(scores, returns, 5, 5)
    performance = pytest.importorskip("alphalens.performance")
    found = factor_returns(scores, returns)
    expected = performance.factor_returns(data)["5D"]
    np.testing.assert_allclose(found["factor"], expected, atol=1e-15)
    table = performance.factor_alpha_beta(data)["5D"]
    figures = alpha_beta(found, 5)
    assert figures.alpha_annual == pytest.approx(table["Ann. alpha"], rel=1e-9)
    assert figures.beta == pytest.approx(table["beta"], rel=1e-9)


def test_one_day_by_hand():
    dates = pd.bdate_range("2020-01-01", periods=1)
    scores = pd.DataFrame([[*range(10), np.nan, 99.0]], dates)
    returns = pd.DataFrame([[0.0] * 9 + [0.25, 0.5, np.nan]], dates)
    found = factor_returns(scores, returns).iloc[0]
    assert found["factor"] == pytest.approx(4.5 / 25 * 0.25)  # Σ|w| = 25 before scaling
    assert found["universe"] == pytest.approx(0.025)
    assert found["names"] == 10


def test_only_what_scores_differ_by_counts():
    scores, returns = factor_frames()
    pd.testing.assert_frame_equal(
        factor_returns(3 * scores + 1e3, returns), factor_returns(scores, returns)
    )


def test_days_without_a_factor_return():
    scores, returns = factor_frames(days=4)
    scores.iloc[0] = 0.1
    scores.iloc[1] = 0.0
    returns.iloc[2, 9:] = np.nan
    found = factor_returns(scores, returns)
    assert found["factor"].isna().tolist() == [True, True, True, False]
    assert found["universe"].isna().tolist() == [False, False, True, False]
    assert found["names"].tolist() == [60, 60, 9, 60]


def test_t_statistics_allow_for_overlapping_returns():
    scores, returns = factor_frames(days=120)
    found = factor_returns(scores, returns)
    gappy = found.copy()
    gappy.iloc[[3, 50]] = np.nan
    figures = alpha_beta(gappy, 10, annual_days=250)
    known = gappy.dropna()
    fit = sm.OLS(known["factor"], sm.add_constant(known["universe"])).fit(
        cov_type="HAC", cov_kwds={"maxlags": 9}
    )
    assert figures.n_days == 118
    assert [figures.alpha, figures.beta] == pytest.approx(fit.params.tolist())
    assert [figures.alpha_t, figures.beta_t] == pytest.approx(fit.tvalues.tolist())
    assert figures.r_squared == pytest.approx(fit.rsquared)
    assert figures.alpha_annual == pytest.approx((1 + figures.alpha) ** 25 - 1)


def test_a_planted_alpha_and_beta_are_found():
    universe = pd.Series(np.linspace(-0.1, 0.1, 40))
    table = pd.DataFrame({"factor": 0.004 - 0.3 * universe, "universe": universe})
    figures = alpha_beta(table, 5)
    assert [figures.alpha, figures.beta] == pytest.approx([0.004, -0.3])
    assert figures.r_squared == pytest.approx(1.0)


def test_too_little_to_regress():
    table = pd.DataFrame({"factor": [0.1, 0.2, 0.3], "universe": [0.1, 0.1, 0.1]})
    assert np.isnan(alpha_beta(table, 1).beta)
    assert np.isnan(alpha_beta(table.assign(universe=table["factor"]), 4).beta)


def test_what_can_not_be_weighted_is_refused():
    scores, returns = factor_frames(days=2)
    scores.iloc[1, 2] = np.inf
    with pytest.raises(DeepAlphaError, match=r"^the score of A002 on 2020-01-02 is infinite: "):
        factor_returns(scores, returns)
    with pytest.raises(DeepAlphaError, match=r"^horizon is 0 days"):
        alpha_beta(pd.DataFrame(), 0)
