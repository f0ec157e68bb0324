"""What orders cost, and how much of them the cash of an account pays for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from deep_alpha.backtest.exchange import ExchangeRules, Floats

COSTS = ("commission", "duty", "slippage", "impact")
ROUNDING = 1e-12
"""Relative: a difference below this comes from floating-point arithmetic."""

_NEWTON_STEPS = 50


@dataclass(frozen=True)
class OrderCosts:
    """What n orders of one side cost, as a function of their values in currency.

    Args:
        commission: Fraction of the value.
        minimum: Least commission of an order, in currency.
        duty: Fraction of the value; 0 for buys.
        slippage: Fraction of the value.
        impact: Shape (n,): the impact is this × √value, as a fraction of the value.
    """

    commission: float
    minimum: float
    duty: float
    slippage: float
    impact: Floats

    @classmethod
    def by_rules(
        cls,
        rules: ExchangeRules,
        amount: NDArray[np.float32],
        volatility: NDArray[np.float32],
        duty: float,
        multiple: float,
    ) -> Self:
        """The costs of orders in assets with some traded amounts and volatilities.

        Args:
            rules: The exchange's rules.
            amount: Shape (n,), currency traded on the day.
            volatility: Shape (n,). Without it, in an asset's first 20 days, and without an
                amount, no impact is known and none charged.
            duty: Stamp duty, as a fraction of the value.
            multiple: Of all costs.
        """
        known = (amount > 0) & ~np.isnan(volatility)
        impact = np.zeros(len(amount))
        impact[known] = rules.impact * volatility[known] / np.sqrt(amount[known], dtype=np.float64)
        return cls(
            multiple * rules.commission,
            multiple * rules.minimum_commission,
            multiple * duty,
            multiple * rules.slippage_bps / 1e4,
            multiple * impact,
        )

    def of(self, value: Floats) -> Floats:
        """Costs by kind (``COSTS``) and order, shape (4, n), in currency; 0 for no order."""
        commission = np.maximum(self.commission * value, np.where(value > 0, self.minimum, 0.0))
        impact = self.impact * np.sqrt(value) * value
        return np.stack([commission, self.duty * value, self.slippage * value, impact])

    def affordable_share(self, value: Floats, cash: float) -> float:
        """The largest share of all orders that cash pays for with their costs, in [0, 1].

        Args:
            value: Shape (n,), the orders in full.
            cash: Currency.
        """
        share = 1.0
        # The sum is convex in the share, and the slope never too small (it is too large below
        # the minimum commission): Newton's steps come down from 1 and never pass the root.
        for _ in range(_NEWTON_STEPS):
            part = share * value
            missing = float(part.sum() + self.of(part).sum()) - cash
            if missing <= ROUNDING * abs(cash):
                break
            rates = self.commission + self.duty + self.slippage
            slope = 1 + rates + 1.5 * self.impact * np.sqrt(part)
            share -= missing / float(value @ slope)
            if share <= ROUNDING:
                return 0.0
        return share
