"""Target weights, whoever wants them, as an account: trade, measure, split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.backtest.attribution import (
    Attribution,
    attribute,
    equal_weights,
    marked_returns,
)
from deep_alpha.backtest.benchmark import Benchmark
from deep_alpha.backtest.exchange import ExchangeRules
from deep_alpha.backtest.simulation_record import Simulation
from deep_alpha.backtest.simulator import SimulatorSettings, simulate
from deep_alpha.backtest.trading import ExecutionPrice, TradingDays, trading_days
from deep_alpha.errors import PanelError
from deep_alpha.risk.model import RiskModel


@dataclass(frozen=True, eq=False)
class AccountMarket:
    """What every account of one market is traded in and measured with.

    Args:
        days: Prices and permissions of all days.
        rules: The exchange's.
        returns: Date × asset, simple returns as a position is marked.
        benchmark: Its weights.
        risk: The fitted risk model.
        risk_free: Daily risk-free returns by date.
    """

    days: TradingDays
    rules: ExchangeRules
    returns: pd.DataFrame
    benchmark: Benchmark
    risk: RiskModel
    risk_free: pd.Series

    @classmethod
    def of(
        cls,
        panel: xr.Dataset,
        price: ExecutionPrice,
        rules: ExchangeRules,
        benchmark: Benchmark,
        risk: RiskModel,
        risk_free: pd.Series,
    ) -> Self:
        """Lay a panel out once for all accounts.

        Args:
            panel: The market panel.
            price: What orders fill at.
            rules: The exchange's.
            benchmark: Weights by date.
            risk: The fitted risk model.
            risk_free: Daily risk-free returns by date.
        """
        days = trading_days(panel, price, rules)
        return cls(days, rules, marked_returns(panel), benchmark, risk, risk_free)


@dataclass(frozen=True, eq=False)
class HeldAccount:
    """An account and what it is held against, from the first day that it can trade on.

    Args:
        simulation: The account; its first day is that of the first decision.
        benchmark: Daily returns of the benchmark's weights of the day before.
        attribution: The daily excess return, split.
    """

    simulation: Simulation
    benchmark: pd.Series
    attribution: Attribution

    @property
    def dates(self) -> pd.DatetimeIndex:
        """Days that have a return."""
        return pd.DatetimeIndex(self.benchmark.index)

    @property
    def returns(self) -> pd.Series:
        """Daily returns of the account, net of costs."""
        return self.simulation.returns.loc[self.dates]

    @property
    def excess(self) -> pd.Series:
        """Daily return of the account less the benchmark's."""
        return self.returns - self.benchmark

    @property
    def equal_benchmark(self) -> pd.Series:
        """Daily returns of what the split starts from: the benchmark and the weighting."""
        return self.benchmark + self.attribution.daily["weighting"]


def hold_account(
    targets: pd.DataFrame,
    last: pd.Timestamp,
    market: AccountMarket,
    settings: SimulatorSettings,
    *,
    weighting: bool = False,
) -> HeldAccount:
    """Trade target weights at the exchange and split the excess over the benchmark.

    Args:
        targets: Decision date × asset, fractions of net asset value chosen at that close.
        last: Last day of the account: that of the last scores, because a later one belongs
            to a later test.
        market: The market.
        settings: How the account trades.
        weighting: Whether the split starts from the benchmark's names in equal weights, so
            that what these earn over the benchmark is a part of its own. For portfolios in
            equal weights; what tilts the benchmark's own weights starts from those.

    Returns:
        The account from the first decision to ``last``, and its split.

    Raises:
        DeepAlphaError: As of ``simulate``.
        PanelError: No day is left to trade on, or the risk model does not cover one.
    """
    days = market.days.between(targets.index[0], last)
    if len(days.dates) < 2:
        raise PanelError(
            f"an account that decides on {targets.index[0]:%Y-%m-%d} and ends on {last:%Y-%m-%d} "
            "has no day to trade on: give it scores of two days or more"
        )
    recording = settings.model_copy(update={"record_weights": True})
    simulation = simulate(targets, days, market.rules, recording)
    held = _held_over(simulation)
    base = market.benchmark.weights.shift(1).loc[held.index].fillna(0.0)
    returns = market.returns.loc[held.index]
    costs = daily_costs(simulation).loc[held.index]
    split = attribute(
        held,
        returns,
        base,
        market.risk,
        reference=equal_weights(base) if weighting else None,
        earned=simulation.returns.loc[held.index] + costs,
        costs=costs,
        risk_free=market.risk_free.loc[held.index],
    )
    earned = (base * returns.fillna(0.0)).sum(axis=1)
    return HeldAccount(simulation, earned, split)


def daily_costs(simulation: Simulation) -> pd.Series:
    """Costs of each day as a fraction of the value at its start; the first day has none."""
    paid: pd.Series = simulation.costs.sum(axis=1) / simulation.nav.shift(1)
    return paid


def _held_over(simulation: Simulation) -> pd.DataFrame:
    """Weights held over each date but the first: those of the close before."""
    if simulation.weights is None:
        raise ValueError("the split of returns needs the weights of every day")
    return simulation.weights.astype(np.float64).shift(1).iloc[1:]
