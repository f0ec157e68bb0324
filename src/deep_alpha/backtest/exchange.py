"""What an exchange asks of an order: lots, costs, settlement and the end of a listing.

The rules are data: another market is another settings file. Price limits are none of them,
because the panel carries them day by day (``deep_alpha.market.limits``), and
``deep_alpha.market.universe`` says who can be bought and sold at them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveInt,
    model_validator,
)

Floats = NDArray[np.float64]


class LotRule(BaseModel):
    """In which numbers of shares a board trades.

    Sales are in whole lots too, but whoever sells a whole position may sell any number.

    Args:
        board: The board's name, for reports.
        assets: Regular expression that matches the whole asset code.
        lot: Shares that an order is a multiple of.
        minimum: Fewest shares of a buy order; empty: one lot.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    board: str
    assets: re.Pattern[str]
    lot: PositiveInt = 100
    minimum: PositiveInt | None = None


class DutyRule(BaseModel):
    """Stamp duty on sales over some dates.

    Args:
        rate: Fraction of the value sold.
        first_date: First day of the rule; empty: always.
        last_date: Last day of the rule; empty: still valid.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rate: float = Field(ge=0, lt=1)
    first_date: date | None = None
    last_date: date | None = None

    @model_validator(mode="after")
    def _must_begin_before_it_ends(self) -> Self:
        if self.first_date and self.last_date and self.first_date > self.last_date:
            raise ValueError(
                f"stamp duty: first_date {self.first_date} lies after last_date {self.last_date}"
            )
        return self


class ExchangeRules(BaseModel):
    """Lots, costs, settlement and delisting of one market (SPEC 001-J1).

    Of several lot or duty rules that fit, the first in the list holds.

    Args:
        lots: Lots by board; an asset that no rule fits trades in single shares.
        commission: Fraction of the value traded, each side.
        minimum_commission: Least commission of an order, in currency.
        stamp_duty: Duty on sales by date; 0 on a day that no rule fits.
        slippage_bps: Distance of the fill from the price of the day, each side, in basis
            points of the value traded; charged as a cost.
        impact: Coefficient c of the market impact c · σ · √(order value ÷ the day's traded
            amount), a fraction of the order's value; σ is the daily volatility over 20 days.
            0: no impact.
        settlement_days: What was bought on day t can be sold from day t + this on. 0 and 1
            are the same in a simulation by days, where an asset has one order a day.
        delisting_days: Market days without a bar, up to the panel's end, after which an
            asset counts as delisted on the day after its last bar, in accounts as in layers
            and ends.
        delisting_recovery: What the holder of a delisted asset is paid, as a fraction of
            the last close; layers and ends are paid all of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    lots: tuple[LotRule, ...] = ()
    commission: float = Field(0.0, ge=0, lt=1)
    minimum_commission: NonNegativeFloat = 0.0
    stamp_duty: tuple[DutyRule, ...] = ()
    slippage_bps: float = Field(5.0, ge=0, lt=10_000)
    impact: NonNegativeFloat = 0.0
    settlement_days: NonNegativeInt = 0
    delisting_days: PositiveInt = 60
    delisting_recovery: float = Field(1.0, ge=0, le=1)

    def lot_sizes(self, assets: Sequence[str] | pd.Index) -> tuple[Floats, Floats]:
        """Shares in a lot and fewest shares of a buy order.

        Args:
            assets: N asset codes.

        Returns:
            Two arrays of shape (N,), in shares.
        """
        lot, minimum = np.ones(len(assets)), np.ones(len(assets))
        for position, asset in enumerate(assets):
            rule = next((rule for rule in self.lots if rule.assets.fullmatch(asset)), None)
            if rule is not None:
                lot[position] = rule.lot
                minimum[position] = rule.minimum or rule.lot
        return lot, minimum

    def duty_rates(self, dates: pd.DatetimeIndex) -> Floats:
        """Stamp duty of each day, shape (T,), as a fraction of the value sold."""
        rates = np.zeros(len(dates))
        for rule in reversed(self.stamp_duty):  # the first rule that fits is written last
            fits = np.ones(len(dates), dtype=np.bool_)
            if rule.first_date is not None:
                fits &= np.asarray(dates >= pd.Timestamp(rule.first_date))
            if rule.last_date is not None:
                fits &= np.asarray(dates <= pd.Timestamp(rule.last_date))
            rates[fits] = rule.rate
        return rates
