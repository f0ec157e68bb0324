"""From target weights to the daily value of an account at the exchange.

A decision at the close of day t makes orders for day t + 1. Their target values are weight ×
net asset value at the moment the orders fill, before the day's costs: cash and positions at
the prices that orders of t + 1 fill at, those without trading at their last close. (The
weights are decided at t; only the sizes use the fill price, as those of an order in currency
do.) Less than 1e-12 of that value is rounding and no order.

Sales come first, and what they bring pays for buys of the same day, as A-share rules allow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, NonNegativeFloat, PositiveFloat

from deep_alpha.backtest.account import DELISTED, SUSPENDED, Account, Outcome
from deep_alpha.backtest.exchange import ExchangeRules, Floats
from deep_alpha.backtest.order_costs import COSTS, ROUNDING
from deep_alpha.backtest.orders import Exchange
from deep_alpha.backtest.simulation_record import Record, Simulation
from deep_alpha.backtest.trading import TradingDays
from deep_alpha.errors import DeepAlphaError

Targets = pd.DataFrame | Mapping[Any, NDArray[np.float64]]

_SOLVER_TOLERANCE = 1e-6  # weights of an optimiser may be this far below 0 or sum above 1


class SimulatorSettings(BaseModel):
    """How an account trades.

    Args:
        capital: Cash at the start, in currency.
        whole_lots: Whether orders are in whole lots, or in any fraction of a share.
        unfilled: ``keep``: what could not be traded is tried again every day, as many units
            as were wanted on the first, until it is filled or the next decision replaces
            it. ``cancel``: it lapses at the end of the day.
        cost_multiple: Multiple of all costs; 0 for a run without costs.
        record_weights: Whether to keep the weights at each close.
        record_fills: Whether to keep every trade.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    capital: PositiveFloat = 1e8
    whole_lots: bool = True
    unfilled: Literal["keep", "cancel"] = "keep"
    cost_multiple: NonNegativeFloat = 1.0
    record_weights: bool = False
    record_fills: bool = False


def simulate(
    targets: Targets, days: TradingDays, rules: ExchangeRules, settings: SimulatorSettings
) -> Simulation:
    """Run one account through all days.

    Args:
        targets: Weights of net asset value that each decision wants, by the date at whose
            close it is made: a frame (decision dates × assets; a row of NaN is no decision,
            other NaN are 0) or a mapping from dates to arrays of shape (N,). Long only; the
            rest to 1 is cash, a millionth too much is an optimiser's rounding and taken off.
            A decision on the last day has no day to trade on.
        days: The market; trading starts on its second day at the earliest.
        rules: Costs, settlement and delisting; lots and duty are already in ``days``.
        settings: How the account trades.

    Returns:
        The account's history over all of ``days``.

    Raises:
        DeepAlphaError: A date is no trading day or occurs twice, an asset is not in the
            market, or weights are negative or sum to more than 1.
    """
    decisions = _decisions(targets, days)
    count, assets = days.execution.shape
    exchange = Exchange(days, rules, settings.whole_lots, settings.cost_multiple)
    account = Account.opened(settings.capital, assets, rules)
    record = Record(days, weights=settings.record_weights, fills=settings.record_fills)
    for day in range(count):
        _pay_out(account, exchange, day, record)
        if day - 1 in decisions:
            _place(account, exchange, day, decisions[day - 1], record)
        if account.orders.any():
            value = account.value(exchange.marks(day))
            sales = exchange.sell(account, day)
            account.settle(day)
            buys = exchange.buy(account, day, account.cash + float(sales.costs.sum()))
            record.trade(day, sales, value)
            record.trade(day, buys, value)
        else:
            account.settle(day)
        if settings.unfilled == "cancel":
            account.orders[:] = 0.0
        record.close(day, account)
    return record.simulation()


def _pay_out(account: Account, exchange: Exchange, day: int, record: Record) -> None:
    """Assets that are delisted from this day on leave the account, before it trades."""
    gone = np.flatnonzero(exchange.days.delisted_on == day)
    account.orders[gone] = 0.0
    held = gone[account.units[gone] > 0]
    if len(held):
        value = account.units[held] * exchange.days.close[day - 1, held]
        paid = exchange.rules.delisting_recovery * value
        account.cash += float(paid.sum())
        account.units[held] = 0.0
        record.delist(day, held, value, paid)


def _place(account: Account, exchange: Exchange, day: int, weights: Floats, record: Record) -> None:
    """Replace the open orders by those of yesterday's decision."""
    marks = exchange.marks(day)
    value = account.value(marks)
    gone = exchange.days.delisted_on <= day
    impossible = np.flatnonzero((weights > 0) & (gone | np.isnan(marks)))
    wanted = weights * value
    if len(impossible):
        reason = np.where(gone[impossible], DELISTED, SUSPENDED).astype(np.int8)
        none = np.zeros(len(impossible))
        no_costs = np.zeros((len(COSTS), len(impossible)))
        record.trade(
            day, Outcome(impossible, 1, wanted[impossible], none, none, no_costs, reason), value
        )
        wanted[impossible] = 0.0
    held = np.where(account.units > 0, account.units * marks, 0.0)
    missing = wanted - held
    missing[np.abs(missing) <= ROUNDING * value] = 0.0
    account.orders = np.where(missing != 0, missing / marks, 0.0)


def _decisions(targets: Targets, days: TradingDays) -> dict[int, Floats]:
    """Weights, shape (N,), by the position of the day they are decided on."""
    if isinstance(targets, pd.DataFrame):
        unknown = targets.columns.difference(days.assets)
        if len(unknown):
            raise DeepAlphaError(f"targets: asset '{unknown[0]}' is not in the market")
        dates = pd.DatetimeIndex(targets.index)
        table = targets.reindex(columns=days.assets).to_numpy(dtype=np.float64)
    else:
        dates = pd.DatetimeIndex([pd.Timestamp(when) for when in targets])
        table = np.array(list(targets.values()), dtype=np.float64)
        table = table.reshape(len(dates), -1) if len(dates) else np.empty((0, len(days.assets)))
        if table.shape[1] != len(days.assets):
            raise DeepAlphaError(
                f"targets have {table.shape[1]} weights a day, the market {len(days.assets)} assets"
            )
    decided = ~np.isnan(table).all(axis=1)
    dates, weights = dates[decided], np.nan_to_num(table[decided], nan=0.0)
    positions = days.dates.get_indexer(dates)
    _check(dates, positions, weights)
    weights = np.maximum(weights, 0.0)
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1.0)
    return dict(zip(positions.tolist(), weights, strict=True))


def _check(dates: pd.DatetimeIndex, positions: NDArray[np.intp], weights: Floats) -> None:
    for wrong, rule in (
        (positions < 0, "is no trading day of the market"),
        (np.asarray(dates.duplicated()), "occurs twice; a day has one decision"),
        (
            weights.min(axis=1, initial=0.0) < -_SOLVER_TOLERANCE,
            "has a negative weight; positions are long only",
        ),
        (
            weights.sum(axis=1) > 1 + _SOLVER_TOLERANCE,
            "has weights that sum to more than 1, the net asset value",
        ),
    ):
        if wrong.any():
            raise DeepAlphaError(f"targets: {dates[wrong][0]:%Y-%m-%d} {rule}")
