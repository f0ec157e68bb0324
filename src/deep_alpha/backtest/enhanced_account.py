"""An enhanced index from scores to its account: decide, trade, measure, split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.backtest.attribution import Attribution, attribute, marked_returns
from deep_alpha.backtest.benchmark import Benchmark
from deep_alpha.backtest.enhancement_path import EnhancementPath, enhancement_path
from deep_alpha.backtest.exchange import ExchangeRules
from deep_alpha.backtest.performance import performance
from deep_alpha.backtest.settings import PortfolioSettings
from deep_alpha.backtest.simulation_record import Simulation
from deep_alpha.backtest.simulator import simulate
from deep_alpha.backtest.trading import trading_days
from deep_alpha.risk.model import RiskModel

WHOLE = "all"


@dataclass(frozen=True)
class EnhancedAccount:
    """What became of an enhanced index.

    Args:
        path: Decisions, and the limits that gave way.
        simulation: The account that traded them.
        benchmark: Daily returns of the benchmark over the account's days.
        attribution: The daily excess return, split.
    """

    path: EnhancementPath
    simulation: Simulation
    benchmark: pd.Series
    attribution: Attribution

    @property
    def excess(self) -> pd.Series:
        """Daily return of the account less the benchmark's, from the first trade on."""
        return (self.simulation.returns - self.benchmark).loc[self.benchmark.index]


def run_enhanced_account(
    scores: pd.DataFrame,
    panel: xr.Dataset,
    benchmark: Benchmark,
    risk: RiskModel,
    risk_free: pd.Series,
    rules: ExchangeRules,
    settings: PortfolioSettings,
    horizon: int,
) -> EnhancedAccount:
    """Enhance an index with a signal.

    Args:
        scores: Date × asset, known at the close.
        panel: The market panel.
        benchmark: Its weights.
        risk: The fitted risk model.
        risk_free: Daily risk-free returns by date.
        rules: The exchange's.
        settings: Limits, price and account.
        horizon: Days from one decision to the next where the settings name none.

    Returns:
        Decisions, account and the split of its excess return, up to the last date with
        scores: what comes after it belongs to a later test.
    """
    every = settings.every or horizon
    path = enhancement_path(scores, benchmark, risk.exposures, panel, every, settings.enhancement)
    days = trading_days(panel, settings.price, rules).between(
        path.targets.index[0], scores.index[-1]
    )
    recording = settings.simulator.model_copy(update={"record_weights": True})
    simulation = simulate(path.targets, days, rules, recording)
    returns = marked_returns(panel)
    held = _held_over(simulation, days.dates)
    base = benchmark.weights.shift(1).loc[held.index].fillna(0.0)
    earned = (base * returns.loc[held.index].fillna(0.0)).sum(axis=1)
    before = simulation.nav.shift(1).loc[held.index]
    costs = simulation.costs.sum(axis=1).loc[held.index] / before
    split = attribute(
        held,
        returns.loc[held.index],
        base,
        risk,
        earned=simulation.returns.loc[held.index] + costs,
        costs=costs,
        risk_free=risk_free.loc[held.index],
    )
    return EnhancedAccount(path, simulation, earned, split)


def period_table(account: EnhancedAccount, annual_days: int) -> pd.DataFrame:
    """The counterpart of paper 001's Table 5-3, by half-year and over all (001-J3).

    Args:
        account: The account.
        annual_days: Trading days of a year.

    Returns:
        Columns period, excess (of the period, compounded daily differences),
        annual_excess_sd, sharpe, max_drawdown (of the excess), holdings, turnover
        (one-sided, a rebalance), active_share.
    """
    excess = account.excess
    dates = pd.DatetimeIndex(excess.index)
    halves = pd.Series([f"{day.year}H{1 + (day.month > 6)}" for day in dates], index=excess.index)
    decisions = account.path.decisions
    rows = []
    for period in [WHOLE, *halves.unique()]:
        own = excess if period == WHOLE else excess[halves == period]
        figures = performance(own, ann_days=annual_days)
        inside = decisions.loc[own.index[0] - pd.Timedelta(days=15) : own.index[-1]]
        rebalances = inside.iloc[1:] if period == WHOLE else inside
        rows.append(
            {
                "period": period,
                "excess": float(np.prod(1.0 + own.to_numpy()) - 1.0),
                "annual_excess_sd": figures.annual_volatility,
                "sharpe": figures.sharpe,
                "max_drawdown": figures.max_drawdown,
                "holdings": float(inside["holdings"].mean()),
                "turnover": float(rebalances["turnover_two_sided"].mean()) / 2.0,
                "active_share": float(inside["active_share"].mean()),
            }
        )
    return pd.DataFrame(rows)


def unfilled_table(simulation: Simulation) -> pd.DataFrame:
    """Orders that were not filled by reason: their number and share of the value wanted."""
    orders = simulation.orders
    if not len(orders):
        return pd.DataFrame(columns=["reason", "orders", "value_share"])
    wanted = float(orders["wanted"].abs().sum())
    missing = (orders["wanted"] - orders["filled"]).abs().groupby(orders["reason"])
    table = pd.DataFrame(
        {"orders": missing.size(), "value_share": missing.sum() / max(wanted, 1.0)}
    )
    return table.rename_axis("reason").reset_index()


def account_figures(simulation: Simulation, annual_days: int) -> Mapping[str, float]:
    """An account in a few figures, net of costs."""
    returns = simulation.returns.iloc[1:]
    figures = performance(returns, turnover=simulation.turnover.iloc[1:], ann_days=annual_days)
    paid = simulation.costs.sum(axis=1).iloc[1:] / simulation.nav.shift(1).iloc[1:]
    return {
        "annual_return": figures.annual_return,
        "volatility": figures.annual_volatility,
        "sharpe": figures.sharpe,
        "max_drawdown": figures.max_drawdown,
        "turnover": figures.turnover_one_sided,
        "costs_annual": float(paid.mean()) * annual_days,
    }


def _held_over(simulation: Simulation, dates: pd.DatetimeIndex) -> pd.DataFrame:
    """Weights held over each date but the first: those of the close before."""
    if simulation.weights is None:
        raise ValueError("the split of returns needs the weights of every day")
    return simulation.weights.astype(np.float64).shift(1).loc[dates[1:]]
