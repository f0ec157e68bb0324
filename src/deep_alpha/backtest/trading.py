"""What can be traded on each day, and at which price: a panel as an exchange sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Self

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.backtest.exchange import ExchangeRules, Floats
from deep_alpha.errors import ConfigurationError
from deep_alpha.kernels.simulator import known_volatility
from deep_alpha.market.universe import buyable, sellable
from deep_alpha.panel import raw_price

ExecutionPrice = Literal["open", "vwap", "close"]
Flags = NDArray[np.bool_]

VOLATILITY_DAYS = 20
_PRICES = ("open", "vwap", "close")


@dataclass(frozen=True, eq=False)
class TradingDays:
    """Prices, permissions and sizes of T days and N assets.

    Args:
        dates: The T days.
        assets: The N asset codes.
        execution: Shape (T, N), adjusted price that orders fill at; NaN = no trading.
        close: Shape (T, N), adjusted close, carried through days without a bar; NaN before
            an asset's first.
        raw_execution: Shape (T, N), ``execution`` in currency as quoted: lots are counted
            in shares of the day.
        can_buy: Shape (T, N), whether a buy order is filled: not without trading, and not
            at the upper limit.
        can_sell: Shape (T, N), the same for sales and the lower limit.
        amount: Shape (T, N), float32, currency traded on the day.
        volatility: Shape (T, N), float32, standard deviation of the asset's last 20 own
            daily returns **before** the day; NaN while it has fewer.
        lot: Shape (N,), shares that an order is a multiple of.
        minimum: Shape (N,), fewest shares of a buy order.
        duty: Shape (T,), stamp duty as a fraction of the value sold.
        delisted_on: Shape (N,), position of the first day without the asset, T if it
            stays. It is known afterwards only, and used to pay holders out, never to choose.
    """

    dates: pd.DatetimeIndex
    assets: pd.Index
    execution: Floats
    close: Floats
    raw_execution: Floats
    can_buy: Flags
    can_sell: Flags
    amount: NDArray[np.float32]
    volatility: NDArray[np.float32]
    lot: Floats
    minimum: Floats
    duty: Floats
    delisted_on: NDArray[np.int64]

    def between(self, first: date | str, last: date | str | None = None) -> Self:
        """The days from ``first`` to ``last``, both included; the arrays are not copied.

        What earlier days taught stays: volatilities, closes carried through a suspension.

        Args:
            first: First day; need not be a trading day.
            last: Last day; empty: to the end.
        """
        start = int(self.dates.searchsorted(pd.Timestamp(first)))
        stop = len(self.dates)
        if last is not None:
            stop = int(self.dates.searchsorted(pd.Timestamp(last), side="right"))
        days = slice(start, max(start, stop))
        # Delisted before the first day: on the first day. After the last: not at all.
        delisted_on = np.clip(self.delisted_on - start, 0, days.stop - start)
        return replace(
            self,
            dates=self.dates[days],
            execution=self.execution[days],
            close=self.close[days],
            raw_execution=self.raw_execution[days],
            can_buy=self.can_buy[days],
            can_sell=self.can_sell[days],
            amount=self.amount[days],
            volatility=self.volatility[days],
            duty=self.duty[days],
            delisted_on=delisted_on,
        )


def trading_days(panel: xr.Dataset, price: ExecutionPrice, rules: ExchangeRules) -> TradingDays:
    """Lay a panel out for a simulation.

    Args:
        panel: The market panel; its limits are used as they are.
        price: Where orders fill. ``open``: an asset that opens at its upper (lower) limit
            can not be bought (sold). ``vwap`` or ``close``: one whose whole day is one
            price at the limit.
        rules: Lots, duty and delisting.

    Returns:
        All days of the panel.

    Raises:
        ConfigurationError: ``price`` is none of the three.
    """
    if price not in _PRICES:
        raise ConfigurationError(
            f"execution price '{price}': orders fill at one of {', '.join(_PRICES)}"
        )
    dates = pd.DatetimeIndex(panel["date"].to_numpy())
    assets = pd.Index(panel["asset"].to_numpy().astype(str))
    close = panel["close"].to_numpy()
    traded = panel["traded"].to_numpy()
    execution = np.where(traded, panel[price].to_numpy(), np.nan)
    priced = ~np.isnan(execution)
    volatility = np.empty(close.shape, dtype=np.float32)
    known_volatility(close, VOLATILITY_DAYS, volatility)
    lot, minimum = rules.lot_sizes(assets)
    return TradingDays(
        dates=dates,
        assets=assets,
        execution=execution,
        close=pd.DataFrame(close).ffill().to_numpy(),
        raw_execution=np.where(priced, raw_price(panel, price).to_numpy(), np.nan),
        can_buy=buyable(panel, price).to_numpy() & priced,
        can_sell=sellable(panel, price).to_numpy() & priced,
        amount=panel["amount"].to_numpy(),
        volatility=volatility,
        lot=lot,
        minimum=minimum,
        duty=rules.duty_rates(dates),
        delisted_on=_delisted_on(~np.isnan(close), rules.delisting_days),
    )


def _delisted_on(has_bar: Flags, delisting_days: int) -> NDArray[np.int64]:
    """Position of the day after the last bar, T where too few days follow it or it has none."""
    days = len(has_bar)
    missing = has_bar[::-1].argmax(axis=0)  # days without a bar at the end; 0 if all are
    return np.where(missing >= delisting_days, days - missing, days)
