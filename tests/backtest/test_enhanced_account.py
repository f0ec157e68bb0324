"""An enhanced index on a simulated market: its parts fit together to rounding."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.backtest.attribution import PARTS, marked_returns
from deep_alpha.backtest.benchmark import benchmark_weights
from deep_alpha.backtest.enhanced_account import (
    WHOLE,
    account_figures,
    period_table,
    run_enhanced_account,
    unfilled_table,
)
from deep_alpha.backtest.exchange import ExchangeRules
from deep_alpha.backtest.settings import PortfolioSettings
from deep_alpha.market import simulate_market
from deep_alpha.panel import build_panel
from deep_alpha.signals import wide_frame
from deep_alpha.targets import TargetSettings, forward_return
from tests.risk.conftest import fit

HORIZON = 10


@pytest.fixture(scope="module")
def account():
    market = simulate_market(n_assets=120, n_days=330, seed=8)
    panel = build_panel(market.bars, market.assets)
    fitted = fit(panel, market.tables(), market)
    free = pd.Series(fitted.basis.returns.risk_free, pd.DatetimeIndex(panel["date"].to_numpy()))
    coming = forward_return(panel, TargetSettings(horizon=HORIZON, entry="next_vwap"))
    scores = wide_frame(coming).astype(float).iloc[180:300]
    settings = PortfolioSettings.model_validate(
        {"enhancement": {"active_cap": 0.03}, "benchmark": {"index": "SIM"}}
    )
    benchmark = benchmark_weights(panel, market.tables(), settings.benchmark)
    rules = ExchangeRules(slippage_bps=5.0)
    found = run_enhanced_account(
        scores, panel, benchmark, fitted.model, free, rules, settings, HORIZON
    )
    return found, benchmark, panel, scores


def test_it_rebalances_every_h_days_and_ends_with_the_scores(account):
    found, _, _, scores = account
    assert found.path.targets.index.equals(scores.index[::HORIZON])
    assert found.simulation.nav.index[-1] == scores.index[-1]


def test_the_benchmark_earns_its_weights_of_the_day_before(account):
    found, benchmark, panel, _ = account
    day = found.benchmark.index[20]
    place = benchmark.weights.index.get_loc(day)
    weights = benchmark.weights.iloc[place - 1].fillna(0.0)
    returns = marked_returns(panel).loc[day].fillna(0.0)
    assert found.benchmark[day] == pytest.approx(float(weights @ returns))
    assert weights.sum() == pytest.approx(1.0)


def test_the_split_adds_up_to_the_excess_of_the_account(account):
    found, _, _, _ = account
    daily = found.attribution.daily
    np.testing.assert_allclose(daily["excess"], found.excess, atol=1e-10)
    np.testing.assert_allclose(daily[list(PARTS)].sum(axis=1), daily["excess"], atol=1e-10)
    assert daily["remainder"].abs().max() < 1e-6
    assert (daily["weighting"] == 0.0).all()
    assert daily["cost"].sum() < 0


def test_a_signal_that_knows_the_future_earns_an_excess_in_specific_returns(account):
    found, _, _, _ = account
    parts = found.attribution.daily.sum()
    assert found.excess.sum() > 0.05
    assert parts["specific"] == parts[["market", "industry", "style", "specific"]].max()


def test_periods_are_parts_of_the_whole(account):
    found, _, _, _ = account
    table = period_table(found, 252).set_index("period")
    growth = np.prod(1.0 + table.drop(WHOLE)["excess"])
    assert growth == pytest.approx(1.0 + table.loc[WHOLE, "excess"])
    decisions = found.path.decisions
    assert table.loc[WHOLE, "turnover"] == pytest.approx(
        decisions["turnover_two_sided"].iloc[1:].mean() / 2
    )
    assert table.loc[WHOLE, "turnover"] <= 0.15 + 1e-6


def test_unfilled_orders_are_told_by_reason(account):
    found, _, _, _ = account
    table = unfilled_table(found.simulation)
    assert table["orders"].sum() == len(found.simulation.orders)
    assert table["value_share"].between(0, 1).all()


def test_figures_are_net_of_costs(account):
    found, _, _, _ = account
    figures = account_figures(found.simulation, 252)
    paid = found.simulation.costs.to_numpy().sum() / found.simulation.nav.mean()
    days = len(found.simulation.nav) - 1
    assert figures["costs_annual"] == pytest.approx(paid * 252 / days, rel=0.05)
    assert figures["costs_annual"] > 0
