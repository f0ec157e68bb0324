import numpy as np
import pandas as pd
import pytest

from deep_alpha.backtest import max_drawdown, performance


def test_figures_of_four_days_by_hand():
    returns = pd.Series([0.10, -0.20, 0.05, 0.01])

    figures = performance(returns, turnover=[0.5, 0.0, 0.1, 0.2], ann_days=4)

    nav = 1.10 * 0.80 * 1.05 * 1.01
    assert figures.annual_return == pytest.approx(nav - 1)
    assert figures.annual_return_arithmetic == pytest.approx(-0.04)
    assert figures.annual_volatility == pytest.approx(2 * returns.std())
    assert figures.sharpe == pytest.approx(2 * -0.01 / returns.std())
    assert figures.max_drawdown == pytest.approx(0.20)
    assert figures.turnover_one_sided == pytest.approx(0.2)
    assert figures.turnover_two_sided == pytest.approx(0.4)
    assert (figures.n_days, figures.ann_days) == (4, 4)


def test_one_percent_a_day_compounds_over_the_year():
    figures = performance(np.array([0.01, 0.01]))

    assert figures.annual_return == pytest.approx(1.01**252 - 1)
    assert figures.annual_return_arithmetic == pytest.approx(2.52)
    assert figures.annual_volatility == 0
    assert np.isnan(figures.sharpe)
    assert np.isnan(figures.turnover_one_sided)


def test_a_loss_on_the_first_day_is_a_drawdown_from_the_start():
    assert max_drawdown(np.array([0.9, 0.95, 1.2, 0.9])) == pytest.approx(0.25)
    assert max_drawdown(np.array([0.9, 0.95])) == pytest.approx(0.10)
    assert max_drawdown(np.array([1.1, 1.2])) == 0


def test_ruin_is_a_loss_of_everything():
    figures = performance(np.array([0.1, -1.0, 0.3]))

    assert figures.annual_return == -1
    assert figures.max_drawdown == 1


def test_gaps_and_emptiness_are_refused():
    with pytest.raises(
        ValueError,
        match=r"^returns holds 1 NaN: a day in cash is 0, other gaps are an error$",
    ):
        performance(pd.Series([0.1, np.nan]))
    with pytest.raises(ValueError, match=r"^returns is empty: there is nothing to judge$"):
        performance(pd.Series([], dtype=float))
