"""An enhanced index on a simulated market: its parts fit together to rounding."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.backtest.account_tables import WHOLE
from deep_alpha.backtest.attribution import PARTS
from deep_alpha.backtest.benchmark import benchmark_weights
from deep_alpha.backtest.enhanced_account import (
    enhanced_tables,
    period_table,
    run_enhanced_account,
)
from deep_alpha.backtest.exchange import ExchangeRules
from deep_alpha.backtest.held_account import AccountMarket
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
    market = AccountMarket.of(panel, settings.price, rules, benchmark, fitted.model, free)
    return run_enhanced_account(scores, panel, market, settings, HORIZON), scores


def test_it_rebalances_every_h_days_and_ends_with_the_scores(account):
    found, scores = account
    assert found.path.targets.index.equals(scores.index[::HORIZON])
    assert found.held.dates[-1] == scores.index[-1]


def test_the_split_starts_from_the_benchmark_s_own_weights(account):
    found, _ = account
    daily = found.held.attribution.daily
    np.testing.assert_allclose(daily["excess"], found.held.excess, atol=1e-10)
    np.testing.assert_allclose(daily[list(PARTS)].sum(axis=1), daily["excess"], atol=1e-10)
    assert (daily["weighting"] == 0.0).all()


def test_a_signal_that_knows_the_future_earns_an_excess_in_specific_returns(account):
    found, _ = account
    parts = found.held.attribution.daily.sum()
    assert found.held.excess.sum() > 0.05
    assert parts["specific"] == parts[["market", "industry", "style", "specific"]].max()


def test_periods_are_parts_of_the_whole(account):
    found, _ = account
    table = period_table(found, 252).set_index("period")
    growth = np.prod(1.0 + table.drop(WHOLE)["excess"])
    assert growth == pytest.approx(1.0 + table.loc[WHOLE, "excess"])
    decisions = found.path.decisions
    assert table.loc[WHOLE, "turnover"] == pytest.approx(
        decisions["turnover_two_sided"].iloc[1:].mean() / 2
    )
    assert table.loc[WHOLE, "turnover"] <= 0.15 + 1e-6


def test_its_tables_tell_one_story(account):
    found, _ = account
    tables = enhanced_tables(found, 252)
    excess = found.held.excess
    assert tables["attribution"]["annual"].sum() == pytest.approx(252 * excess.mean())
    ends = tables["enhancement_curves"].groupby("part", sort=False)["value"].last()
    assert list(ends.index) == ["portfolio", "benchmark", "excess"]
    assert ends["excess"] == pytest.approx(1.0 + tables["enhancement"]["excess"].iloc[0])
    sums = tables["attribution_curves"].groupby("part")["value"].last()
    assert sums["excess"] == pytest.approx(excess.sum())
    assert tables["simulator"]["portfolio"].tolist() == ["enhanced index"]
    assert (tables["unfilled"]["portfolio"] == "enhanced index").all()
