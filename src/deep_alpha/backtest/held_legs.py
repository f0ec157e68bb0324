"""Legs of equal weights held in h offsets, one code path for layers and for the ends.

Names chosen at the close of t are traded on t + 1 and held for h days. Which of h days a test
begins on is luck, so all h *offsets* are run, each an account of its own that trades on days
o, o + h, o + 2h … from day 1 on.

An order that can not be filled is not moved to a better day (SPEC 2.8): a name that can not
be bought leaves its weight in cash, one that can not be sold keeps it until the offset's next
turn, and purchases share what cash there is. Both are counted.

Costs shrink the whole account by what was traded. Prices, fills and weights are the same in
all cases, so that one run serves every case of costs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.backtest.cost_cases import FREE, CostCase
from deep_alpha.backtest.leg_market import LegMarket
from deep_alpha.errors import ConfigurationError
from deep_alpha.kernels.legs import Paths, run_offset


@dataclass(frozen=True)
class HeldLegs:
    """Paths of all legs and offsets.

    Args:
        dates: Shape (T,).
        horizon: Days h between trades, and number of offsets.
        legs: Their names.
        paths: Arrays of shape (offset, leg, T).
    """

    dates: pd.DatetimeIndex
    horizon: int
    legs: tuple[str, ...]
    paths: Paths

    def returns(self, cost: CostCase = FREE) -> NDArray[np.float64]:
        """Daily returns net of costs, shape (offset, leg, T)."""
        paid = cost.buy * self.paths.bought + cost.sell_rates(self.dates) * self.paths.sold
        net: NDArray[np.float64] = (1 + self.paths.gross) * (1 - paid) - 1
        return net


def run_legs(
    chosen: NDArray[np.bool_],
    decides: NDArray[np.bool_],
    market: LegMarket,
    horizon: int,
) -> Paths:
    """Hold every leg at every offset.

    Args:
        chosen: Shape (legs, T, N), the names of each leg by what is known at that day's
            close; a name may be in several.
        decides: Shape (T,), whether that day's choice is traded on the next. Where it is
            not, accounts stay as they are; where it is, a leg without names is sold.
        market: The T days.
        horizon: Days h between trades.

    Returns:
        Arrays of shape (offset, leg, T).

    Raises:
        ConfigurationError: ``horizon`` is below 1, or there are no more than ``horizon`` days.
    """
    legs, days, _ = chosen.shape
    if horizon < 1:
        raise ConfigurationError(f"a horizon of {horizon} days: it must be at least 1")
    if days <= horizon:
        raise ConfigurationError(
            f"{days} days of scores are too few to hold names for {horizon} days"
        )
    shape = (horizon, legs, days)
    paths = Paths(
        *(np.zeros(shape) for _ in range(4)), *(np.zeros(shape, dtype=np.int64) for _ in range(3))
    )
    for offset in range(horizon):
        own = Paths(*(array[offset] for array in paths))
        run_offset(
            offset, horizon, chosen, decides, market.growth, market.can_buy, market.can_sell, own
        )
    return paths
