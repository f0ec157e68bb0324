"""Orders of one day at the exchange: what is filled, what it costs, what is refused and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deep_alpha.backtest.account import (
    CASH,
    FILLED,
    LIMIT,
    LOT,
    SETTLEMENT,
    SUSPENDED,
    Account,
    Outcome,
    Positions,
    Reasons,
)
from deep_alpha.backtest.exchange import ExchangeRules, Floats
from deep_alpha.backtest.order_costs import COSTS, ROUNDING, OrderCosts
from deep_alpha.backtest.trading import Flags, TradingDays

_PLACES = 9  # parts of a lot that differ by less are equal (SPEC 0.1f)


@dataclass(frozen=True)
class Exchange:
    """Where an account's orders are filled.

    Args:
        days: Prices and permissions.
        rules: Costs and settlement.
        whole_lots: Whether orders are in whole lots, or in any fraction of a share.
        cost_multiple: Of all costs.
    """

    days: TradingDays
    rules: ExchangeRules
    whole_lots: bool
    cost_multiple: float

    def sell(self, account: Account, day: int) -> Outcome:
        """Fill an account's sell orders of one day.

        A whole position is sold to the last odd share, a part of one in whole lots. A sale
        that would cost more than it brings is not made (reason: cash).

        Args:
            account: Changed: cash, units, and the orders that stay open.
            day: Position of the day.
        """
        at = np.flatnonzero(account.orders < 0)
        price = self.days.execution[day, at]
        held = account.units[at]
        wanted = np.minimum(-account.orders[at], held)
        reason = _refusals(price, self.days.can_sell[day, at])
        free = np.maximum(held - account.unsettled[:, at].sum(axis=0), 0.0)
        reason[(reason == FILLED) & (free < wanted * (1 - ROUNDING))] = SETTLEMENT
        sold = np.where((reason == FILLED) | (reason == SETTLEMENT), np.minimum(wanted, free), 0.0)
        if self.whole_lots:
            part = np.flatnonzero((sold > 0) & (sold < held * (1 - ROUNDING)))
            unit = self.days.raw_execution[day, at[part]] / price[part]  # units of one share
            lot = self.days.lot[at[part]]
            sold[part] = whole_lots(sold[part] / unit, lot, lot) * unit
        reason[(reason == FILLED) & (sold == 0)] = LOT

        value = np.where(sold > 0, sold * price, 0.0)
        costs = self._costs(day, at, self.days.duty[day]).of(value)
        ruinous = costs.sum(axis=0) > value
        reason[ruinous] = CASH
        sold[ruinous] = value[ruinous] = 0.0
        costs[:, ruinous] = 0.0

        account.cash += float(value.sum() - costs.sum())
        account.units[at] = np.where(sold >= held * (1 - ROUNDING), 0.0, held - sold)
        account.orders[at] = np.where((reason == FILLED) | (reason == LOT), 0.0, sold - wanted)
        return Outcome(at, -1, wanted * self.marks(day)[at], value, sold, costs, reason)

    def buy(self, account: Account, day: int, cash_before_costs: float) -> Outcome:
        """Fill an account's buy orders of one day; what cash does not pay for is cut pro rata.

        An order is rounded down to whole lots before it is sent: the rest is no order any
        more. If cash would do but for the day's costs, what these take from the buys is no
        unfilled order either: the weights are then those of the value after costs.

        Args:
            account: Changed: cash, units, and the orders that stay open.
            day: Position of the day.
            cash_before_costs: The account's cash, had the day's sales cost nothing.
        """
        at = np.flatnonzero(account.orders > 0)
        price, marks = self.days.execution[day, at], self.marks(day)[at]
        wanted = account.orders[at] * marks
        reason = _refusals(price, self.days.can_buy[day, at])
        sent = np.where(reason == FILLED, wanted, 0.0)
        if self.whole_lots:
            go = np.flatnonzero(sent)
            raw = self.days.raw_execution[day, at[go]]
            lot, minimum = self.days.lot[at[go]], self.days.minimum[at[go]]
            sent[go] = whole_lots(sent[go] / raw, lot, minimum) * raw
            reason[(reason == FILLED) & (sent == 0)] = LOT

        go = np.flatnonzero(sent)
        filled = np.zeros(len(at))
        costs = np.zeros((len(COSTS), len(at)))
        if len(go):
            filled[go], costs[:, go] = self._within_cash(sent[go], account.cash, day, at[go])
        if sent.sum() > cash_before_costs * (1 + ROUNDING):
            reason[filled < sent * (1 - ROUNDING)] = CASH
        units = np.where(filled > 0, filled / price, 0.0)

        account.cash -= float(filled.sum() + costs.sum())
        account.units[at] += units
        rest = np.where(reason == CASH, (sent - filled) / marks, account.orders[at])
        account.orders[at] = np.where((reason == FILLED) | (reason == LOT), 0.0, rest)
        if len(account.unsettled):
            account.unsettled[day % len(account.unsettled), at] = units
        return Outcome(at, 1, wanted, filled, units, costs, reason)

    def marks(self, day: int) -> Floats:
        """What a unit is worth when the day's orders fill, shape (N,).

        The price they fill at; without trading the last close before the day.
        """
        price = self.days.execution[day]
        marks: Floats = np.where(np.isnan(price), self.days.close[day - 1], price)
        return marks

    def _within_cash(
        self, sent: Floats, cash: float, day: int, at: Positions
    ) -> tuple[Floats, Floats]:
        """Values that cash pays for, and their costs by kind."""
        schedule = self._costs(day, at, duty=0.0)
        share = schedule.affordable_share(sent, cash)
        filled = sent if share == 1 else share * sent
        if share < 1 and self.whole_lots:
            raw = self.days.raw_execution[day, at]
            lot, minimum = self.days.lot[at], self.days.minimum[at]
            filled = _nearest_lots(filled, raw, lot, minimum, schedule, cash)
        return filled, schedule.of(filled)

    def _costs(self, day: int, at: Positions, duty: float) -> OrderCosts:
        amount, volatility = self.days.amount[day, at], self.days.volatility[day, at]
        return OrderCosts.by_rules(self.rules, amount, volatility, duty, self.cost_multiple)


def whole_lots(shares: Floats, lot: Floats, minimum: Floats) -> Floats:
    """Numbers of shares rounded down to whole lots, 0 below the minimum; shape (n,) each."""
    # 999.9999999999999 shares are a thousand that were divided by a price on the way.
    rounded: Floats = np.floor(shares / lot * (1 + ROUNDING)) * lot
    rounded[rounded < minimum] = 0.0
    return rounded


def _nearest_lots(
    cut: Floats,
    raw: Floats,
    lot: Floats,
    minimum: Floats,
    schedule: OrderCosts,
    cash: float,
) -> Floats:
    """Values in whole lots near those that were cut to the cash, shape (n,).

    All are rounded down. What that leaves buys the next lot of the orders that rounding
    took most of a lot from, while it lasts; of equal ones the first asset's.
    """
    shares = whole_lots(cut / raw, lot, minimum)
    following = np.where(shares > 0, shares + lot, minimum)
    value, larger = shares * raw, following * raw
    costs = schedule.of(value).sum(axis=0)
    extra = larger - value + schedule.of(larger).sum(axis=0) - costs
    lost = np.round((cut / raw - shares) / (following - shares), _PLACES)
    order = np.argsort(-lost, kind="stable")
    left = cash - float(value.sum() + costs.sum())
    paid = order[np.cumsum(extra[order]) <= left]
    value[paid] = larger[paid]
    return value


def _refusals(price: Floats, allowed: Flags) -> Reasons:
    reason = np.full(len(price), FILLED, dtype=np.int8)
    reason[~allowed] = LIMIT
    reason[np.isnan(price)] = SUSPENDED
    return reason
