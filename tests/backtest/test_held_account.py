"""Target weights as an account: what it is measured against, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.backtest.account_tables import (
    account_figures,
    names_held,
    periods_of,
    unfilled_table,
)
from deep_alpha.backtest.attribution import PARTS, marked_returns
from deep_alpha.backtest.benchmark import BenchmarkSettings, benchmark_weights
from deep_alpha.backtest.exchange import ExchangeRules, LotRule
from deep_alpha.backtest.held_account import AccountMarket, hold_account
from deep_alpha.backtest.simulator import SimulatorSettings
from deep_alpha.errors import PanelError
from deep_alpha.market import simulate_market
from deep_alpha.panel import build_panel
from tests.backtest.small_market import account_market
from tests.risk.conftest import fit

DECIDED = slice(100, 150, 5)
LAST = 155


@pytest.fixture(scope="module")
def held():
    """Ten random decisions over twenty names on a simulated market with suspensions."""
    simulated = simulate_market(n_assets=90, n_days=160, seed=5, suspensions_per_year=3.0)
    panel = build_panel(simulated.bars, simulated.assets)
    fitted = fit(panel, simulated.tables(), simulated)
    free = pd.Series(fitted.basis.returns.risk_free, pd.DatetimeIndex(panel["date"].to_numpy()))
    benchmark = benchmark_weights(panel, simulated.tables(), BenchmarkSettings(index="SIM"))
    rules = ExchangeRules(slippage_bps=5.0, commission=0.0003, minimum_commission=5.0)
    market = AccountMarket.of(panel, "vwap", rules, benchmark, fitted.model, free)
    random = np.random.default_rng(0)
    dates = market.returns.index[DECIDED]
    targets = pd.DataFrame(0.0, dates, market.returns.columns)
    for row in range(len(targets)):
        targets.iloc[row, random.choice(targets.shape[1], 20, replace=False)] = 0.9 / 20
    last = market.returns.index[LAST]
    accounts = {
        flag: hold_account(targets, last, market, SimulatorSettings(), weighting=flag)
        for flag in (True, False)
    }
    return accounts, market, panel, targets


def test_it_lasts_from_the_first_decision_to_the_last_day_asked_for(held):
    accounts, market, _, targets = held
    account = accounts[True]
    assert account.simulation.nav.index[0] == targets.index[0]
    assert account.dates.equals(market.returns.index[DECIDED.start + 1 : LAST + 1])


def test_the_benchmark_earns_its_weights_of_the_day_before(held):
    accounts, market, panel, _ = held
    account = accounts[True]
    returns = marked_returns(panel)
    for day in account.dates[[0, 20]]:
        place = returns.index.get_loc(day)
        weights = market.benchmark.weights.iloc[place - 1].fillna(0.0)
        moves = returns.loc[day].fillna(0.0)
        assert weights.sum() == pytest.approx(1.0)
        assert account.benchmark[day] == pytest.approx(float(weights @ moves))
        equal = (weights > 0) / (weights > 0).sum()
        assert account.equal_benchmark[day] == pytest.approx(float(equal @ moves))


def test_both_splits_sum_to_the_excess_and_differ_in_where_they_start(held):
    accounts, _, _, _ = held
    for account in accounts.values():
        daily = account.attribution.daily
        np.testing.assert_allclose(daily["excess"], account.excess, atol=1e-10)
        np.testing.assert_allclose(daily[list(PARTS)].sum(axis=1), account.excess, atol=1e-10)
        assert daily["remainder"].abs().max() < 1e-6
        assert daily["cost"].sum() < 0
        assert daily["market"].abs().max() > 0  # a tenth is cash
    from_equal, from_given = (accounts[flag].attribution.daily for flag in (True, False))
    assert (from_given["weighting"] == 0).all()
    assert from_equal["weighting"].abs().max() > 1e-4
    for part in ("trading", "cost", "excess"):
        np.testing.assert_allclose(from_equal[part], from_given[part], atol=1e-15)
    pd.testing.assert_series_equal(accounts[True].returns, accounts[False].returns)


def test_figures_are_net_of_costs(held):
    accounts, _, _, _ = held
    account = accounts[True]
    figures = account_figures(account.simulation, account.dates, 252)
    paid = account.simulation.costs.to_numpy().sum() / account.simulation.nav.mean()
    assert figures["costs_annual"] == pytest.approx(paid * 252 / len(account.dates), rel=0.05)
    growth = account.simulation.nav.iloc[-1] / account.simulation.nav.iloc[0]
    assert figures["annual_return"] == pytest.approx(growth ** (252 / len(account.dates)) - 1)


def test_names_are_counted_at_each_close(held):
    accounts, _, _, _ = held
    account = accounts[True]
    names = names_held(account)
    assert names.index.equals(account.dates)
    assert names.iloc[0] <= 20
    assert names.max() >= 20


def test_periods_cover_every_day_once():
    dates = pd.bdate_range("2019-05-01", "2020-08-01")
    (whole, all_days), *halves = periods_of(dates)
    assert (whole, len(all_days)) == ("all", len(dates))
    assert [name for name, _ in halves] == ["2019H1", "2019H2", "2020H1", "2020H2"]
    assert halves[0][1][-1] == pd.Timestamp("2019-06-28")
    assert sum(len(days) for _, days in halves) == len(dates)


def test_what_was_not_filled_is_a_share_of_all_that_was_wanted():
    """40,000 of A00 are filled; A01 is suspended on the day, A02 costs more than it gets."""
    opened = [[10, 20, 50], [10, np.nan, 50], [10, 20, 50]]
    rules = ExchangeRules(lots=(LotRule(board="all", assets=".*", lot=100),), slippage_bps=0)
    market = account_market(opened, opened, rules=rules)
    targets = pd.DataFrame([[0.4, 0.3, 0.04]], market.returns.index[:1], market.returns.columns)
    simulator = SimulatorSettings(capital=100_000, unfilled="cancel")
    account = hold_account(targets, market.returns.index[-1], market, simulator)
    table = unfilled_table(account.simulation).astype({"reason": str}).set_index("reason")
    wanted = 40_000 + 30_000 + 4_000
    assert table["orders"].to_dict() == {"suspended": 1, "lot": 1}
    assert table["value_share"].to_dict() == pytest.approx(
        {"suspended": 30_000 / wanted, "lot": 4_000 / wanted}
    )
    nothing = hold_account(targets * 0.0, market.returns.index[-1], market, simulator)
    assert unfilled_table(nothing.simulation).empty


def test_one_day_is_too_few_to_trade():
    market = account_market(np.full((3, 2), 10.0), np.full((3, 2), 10.0))
    targets = pd.DataFrame([[0.5, 0.5]], market.returns.index[1:2], market.returns.columns)
    with pytest.raises(PanelError, match="decides on 2020-03-03 and ends on 2020-03-03"):
        hold_account(targets, market.returns.index[1], market, SimulatorSettings())
