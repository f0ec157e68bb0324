"""The history of a simulated account, and how it is written down day by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.backtest.account import FILLED, REASONS, Account, Outcome, Positions
from deep_alpha.backtest.exchange import Floats
from deep_alpha.backtest.order_costs import COSTS
from deep_alpha.backtest.trading import TradingDays

SIDES = ("sell", "buy")


@dataclass(frozen=True, eq=False)
class Simulation:
    """What became of an account; series are indexed by the T days.

    Args:
        nav: Net asset value at the close, in currency: cash, and positions at closes that
            are carried through suspensions.
        returns: Daily, net of costs; the first is 0.
        cash: At the close, in currency.
        turnover: One-sided, ½Σ|value traded| ÷ net asset value when the orders fill, before
            costs. What delisted assets pay is not traded.
        costs: Columns commission, duty, slippage, impact, in currency.
        unfilled: Number of orders that were not filled, or not in full, by reason:
            ``suspended`` (or not listed yet), ``limit``, ``settlement``, ``lot`` (less than
            a lot or the minimum), ``cash`` and ``delisted``.
        orders: Those orders: date, asset, side, wanted and filled value, reason. One that
            stays open has a row for each day it is tried.
        delisted: What delisted assets paid: date, asset, value at the last close, paid.
        weights: float32, dates × assets, positions ÷ net asset value at the close; ``None``
            unless asked for.
        fills: Every trade: date, asset, side, units of the adjusted series, value, and costs
            by kind; ``None`` unless asked for.
    """

    nav: pd.Series
    returns: pd.Series
    cash: pd.Series
    turnover: pd.Series
    costs: pd.DataFrame
    unfilled: pd.DataFrame
    orders: pd.DataFrame
    delisted: pd.DataFrame
    weights: pd.DataFrame | None = None
    fills: pd.DataFrame | None = None


class Record:
    """Collects what happens to an account, and becomes a ``Simulation``.

    Args:
        days: The market.
        weights: Whether to keep the weights at each close.
        fills: Whether to keep every trade.
    """

    def __init__(self, days: TradingDays, *, weights: bool, fills: bool) -> None:
        count, assets = days.execution.shape
        self._days = days
        self._nav, self._cash, self._turnover = (np.zeros(count) for _ in range(3))
        self._costs = np.zeros((count, len(COSTS)))
        self._unfilled = np.zeros((count, len(REASONS)), dtype=np.int64)
        self._weights = np.zeros((count, assets), dtype=np.float32) if weights else None
        self._refused: list[dict[str, NDArray[Any]]] = []
        self._fills: list[dict[str, NDArray[Any]]] | None = [] if fills else None
        self._delisted: list[dict[str, NDArray[Any]]] = []

    def trade(self, day: int, outcome: Outcome, value: float) -> None:
        """Write down the orders of one side; ``value`` is the account's when they fill."""
        refused = np.flatnonzero(outcome.reason != FILLED)
        if len(refused):
            reason = outcome.reason[refused]
            self._unfilled[day] += np.bincount(reason, minlength=len(REASONS))
            columns = {"wanted": outcome.wanted[refused], "filled": outcome.filled[refused]}
            self._refused.append(_rows(day, outcome, refused) | columns | {"reason": reason})
        traded = np.flatnonzero(outcome.filled)
        if len(traded):
            self._turnover[day] += outcome.filled.sum() / value / 2
            self._costs[day] += outcome.costs.sum(axis=1)
        if len(traded) and self._fills is not None:
            columns = {"units": outcome.units[traded], "value": outcome.filled[traded]}
            columns |= dict(zip(COSTS, outcome.costs[:, traded], strict=True))
            self._fills.append(_rows(day, outcome, traded) | columns)

    def delist(self, day: int, assets: Positions, value: Floats, paid: Floats) -> None:
        """Write down what delisted assets paid."""
        where = {"date": np.full(len(assets), day), "asset": assets}
        self._delisted.append(where | {"value": value, "paid": paid})

    def close(self, day: int, account: Account) -> None:
        """Write down the account at the close of a day."""
        prices = self._days.close[day]
        self._nav[day] = account.value(prices)
        self._cash[day] = account.cash
        if self._weights is not None:
            held = np.flatnonzero(account.units)
            self._weights[day, held] = account.units[held] * prices[held] / self._nav[day]

    def simulation(self) -> Simulation:
        """The whole history."""
        dates = self._days.dates
        nav = pd.Series(self._nav, dates)
        traded = ("date", "asset", "side")
        weights, fills = self._weights, None
        if self._fills is not None:
            fills = self._table(self._fills, (*traded, "units", "value", *COSTS))
        return Simulation(
            nav=nav,
            returns=nav.pct_change().fillna(0.0),
            cash=pd.Series(self._cash, dates),
            turnover=pd.Series(self._turnover, dates),
            costs=pd.DataFrame(self._costs, dates, list(COSTS)),
            unfilled=pd.DataFrame(self._unfilled, dates, list(REASONS)),
            orders=self._table(self._refused, (*traded, "wanted", "filled", "reason")),
            delisted=self._table(self._delisted, ("date", "asset", "value", "paid")),
            weights=None if weights is None else pd.DataFrame(weights, dates, self._days.assets),
            fills=fills,
        )

    def _table(
        self, parts: list[dict[str, NDArray[Any]]], columns: tuple[str, ...]
    ) -> pd.DataFrame:
        """One frame of all rows, positions replaced by dates and names."""
        named: dict[str, Any] = {"asset": self._days.assets, "side": SIDES, "reason": REASONS}
        table: dict[str, Any] = {}
        for name in columns:
            values = np.concatenate([part[name] for part in parts]) if parts else np.empty(0)
            if name == "date":
                table[name] = self._days.dates[values.astype(np.int64)]
            elif name in named:
                codes = values.astype(np.int64)
                table[name] = pd.Categorical.from_codes(codes, categories=named[name])
            else:
                table[name] = values
        return pd.DataFrame(table)


def _rows(day: int, outcome: Outcome, chosen: Positions) -> dict[str, NDArray[Any]]:
    return {
        "date": np.full(len(chosen), day),
        "asset": outcome.assets[chosen],
        "side": np.full(len(chosen), outcome.side > 0, dtype=np.int8),
    }
