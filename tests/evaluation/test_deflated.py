"""Deflated Sharpe ratios: the paper's own example, one by hand, and worthless searches."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.deflated import Trials, deflated_sharpe, probabilistic_sharpe


@pytest.mark.parametrize(("number", "published"), [(100, 0.9004), (46, 0.9505)])
def test_the_example_of_the_paper(number, published):
    """Five years of 250 days, annual Sharpe 2.5, skew −3, kurtosis 10, trials' variance 1/2."""
    search = Trials(number, 0.5 / 250)

    found = probabilistic_sharpe(2.5 / np.sqrt(250), 1250, -3, 10, search.expected_maximum)

    assert found == pytest.approx(published, abs=5e-5)
    if number == 100:
        assert search.expected_maximum == pytest.approx(0.1132, abs=5e-5)


def test_an_example_by_hand():
    """Returns −1, 0, 0, 5 %: mean 1, sd (ddof 1) √(22/3), central moments about 1 %:

    second 22/4 = 5.5, third (−8 − 1 − 1 + 64)/4 = 13.5, fourth (16 + 1 + 1 + 256)/4 = 68.5.
    """
    found = deflated_sharpe(np.array([-0.01, 0.0, 0.0, 0.05]), [0.1, 0.3], annual_days=100)

    sharpe, skew, kurtosis = 1 / np.sqrt(22 / 3), 13.5 / 5.5**1.5, 68.5 / 5.5**2
    # N = 2, V = 0.02: Φ⁻¹(1/2) = 0 and Φ⁻¹(1 − 1/2e) = 0.90045.
    maximum = np.sqrt(0.02) * 0.5772157 * 0.9004525
    error = np.sqrt((1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2) / 3)
    assert found.sharpe == pytest.approx(sharpe)
    assert found.sharpe_annual == pytest.approx(10 * sharpe)
    assert (found.skew, found.kurtosis) == pytest.approx((skew, kurtosis))
    assert found.expected_maximum == pytest.approx(maximum, rel=1e-5)
    assert found.probability == pytest.approx(stats.norm.cdf((sharpe - maximum) / error), rel=1e-5)
    assert (found.trials, found.n_days) == (2, 4)


@pytest.mark.parametrize("number", [5, 50, 500])
def test_the_expected_maximum_is_that_of_normal_draws(number):
    draws = 0.1 * np.random.default_rng(0).standard_normal((4000, number))

    expected = Trials(number, 0.01).expected_maximum

    assert expected == pytest.approx(draws.max(axis=1).mean(), rel=0.03)


def test_one_trial_is_not_deflated():
    returns = np.random.default_rng(0).normal(0.001, 0.01, 300)
    alone = deflated_sharpe(returns, Trials(1, 0.0))

    assert alone.expected_maximum == 0
    assert alone.probability == probabilistic_sharpe(alone.sharpe, 300, alone.skew, alone.kurtosis)


def test_more_trials_and_wider_ones_leave_less():
    returns = np.random.default_rng(0).normal(0.001, 0.01, 300)

    def probability(number, variance):
        return deflated_sharpe(returns, Trials(number, variance)).probability

    assert probability(10, 0.001) > probability(100, 0.001) > probability(100, 0.01)


def test_the_probabilistic_ratio_covers_what_it_says():
    """Against its true Sharpe ratio a sample reaches 0.95 in 5 % of cases."""
    random = np.random.default_rng(0)
    levels = []
    for _ in range(2000):
        returns = random.normal(0.1, 1.0, 250)
        sharpe = returns.mean() / returns.std(ddof=1)
        levels.append(probabilistic_sharpe(sharpe, 250, benchmark=0.1))

    assert 0.035 < np.mean(np.array(levels) > 0.95) < 0.065


def test_the_best_of_fifty_worthless_strategies_does_not_impress():
    random = np.random.default_rng(0)
    deflated, plain = [], []
    for _ in range(200):
        returns = random.standard_normal((500, 50))
        sharpes = returns.mean(axis=0) / returns.std(axis=0, ddof=1)
        best = deflated_sharpe(returns[:, sharpes.argmax()], list(sharpes))
        deflated.append(best.probability)
        plain.append(probabilistic_sharpe(best.sharpe, 500, best.skew, best.kurtosis))

    assert np.mean(np.array(plain) > 0.95) > 0.8  # what a search pretends
    assert np.mean(np.array(deflated) > 0.95) < 0.05
    assert np.mean(deflated) == pytest.approx(0.5, abs=0.05)


def test_a_truly_better_strategy_stands_out():
    random = np.random.default_rng(0)
    returns = random.standard_normal((1000, 50))
    returns[:, 7] += 0.3
    sharpes = returns.mean(axis=0) / returns.std(axis=0, ddof=1)

    assert deflated_sharpe(pd.Series(returns[:, 7]), list(sharpes)).probability > 0.99


def test_constant_returns_have_no_ratio():
    found = deflated_sharpe(np.zeros(10), [0.1, 0.2])

    assert np.isnan([found.sharpe, found.probability, found.skew, found.kurtosis]).all()


@pytest.mark.parametrize(
    ("returns", "trials", "message"),
    [
        ([0.01], [0.1], "two or more returns"),
        ([0.01, np.nan], [0.1], "none of them NaN"),
        ([0.01, 0.02], [], "0 trials"),
        ([0.01, 0.02], [0.1, np.nan], "not finite"),
    ],
)
def test_what_can_not_be_is_refused(returns, trials, message):
    with pytest.raises(DeepAlphaError, match=message):
        deflated_sharpe(np.array(returns), trials)


@pytest.mark.parametrize("variance", [-0.1, np.nan, np.inf])
def test_a_variance_is_finite_and_not_negative(variance):
    with pytest.raises(DeepAlphaError, match="variance"):
        Trials(3, variance)
