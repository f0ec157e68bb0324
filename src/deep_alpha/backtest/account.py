"""An account at the exchange, and what becomes of its orders.

Positions are counted in units of the adjusted series: a split changes none of them, and a
dividend is reinvested in the asset on its ex-date. Shares of the day (value ÷ raw price) are
counted only where the exchange counts them, in lots.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from deep_alpha.backtest.exchange import ExchangeRules, Floats

REASONS = ("suspended", "limit", "settlement", "lot", "cash", "delisted")
SUSPENDED, LIMIT, SETTLEMENT, LOT, CASH, DELISTED = range(len(REASONS))
FILLED = -1

Positions = NDArray[np.int64]
Reasons = NDArray[np.int8]


@dataclass
class Account:
    """Cash, positions and open orders; each day's trading changes them.

    Args:
        cash: Currency.
        units: Shape (N,), positions in units of the adjusted series.
        orders: Shape (N,), units still to buy (positive) or to sell (negative).
        unsettled: Shape (settlement days − 1, N), units bought on the days before, which
            can not be sold yet.
    """

    cash: float
    units: Floats
    orders: Floats
    unsettled: Floats

    @classmethod
    def opened(cls, capital: float, assets: int, rules: ExchangeRules) -> Self:
        """A new account, all in cash."""
        waiting = max(rules.settlement_days - 1, 0)
        return cls(capital, np.zeros(assets), np.zeros(assets), np.zeros((waiting, assets)))

    def value(self, prices: Floats) -> float:
        """Cash and positions at prices of shape (N,); assets not held may have none."""
        held = np.flatnonzero(self.units)
        return self.cash + float(self.units[held] @ prices[held])

    def settle(self, day: int) -> None:
        """What was bought longest ago can be sold from the next day on."""
        if len(self.unsettled):
            self.unsettled[day % len(self.unsettled)] = 0.0


@dataclass(frozen=True)
class Outcome:
    """What became of n orders of one side.

    Args:
        assets: Shape (n,), positions of the assets.
        side: 1 for buys, −1 for sales.
        wanted: Shape (n,), value wanted, in currency.
        filled: Shape (n,), value traded.
        units: Shape (n,), units traded, positive.
        costs: Shape (4, n), by kind.
        reason: Shape (n,), why less was filled, a position in ``REASONS``; ``FILLED`` if
            nothing was refused.
    """

    assets: Positions
    side: int
    wanted: Floats
    filled: Floats
    units: Floats
    costs: Floats
    reason: Reasons
