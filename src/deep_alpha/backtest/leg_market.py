"""The days that legs are held on: how prices grow, and which orders are filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.kernels.legs import Growth
from deep_alpha.market.universe import buyable, sellable


@dataclass(frozen=True, eq=False)
class LegMarket:
    """T days of N assets.

    Args:
        dates: The T days.
        assets: The N asset codes.
        growth: From close to close, and to and from the price that orders fill at.
        can_buy: Shape (T, N), whether a purchase **on** that day is filled; never without a
            price.
        can_sell: Shape (T, N), whether a sale on that day is filled; one without a price is
            filled at the last close.
    """

    dates: pd.DatetimeIndex
    assets: pd.Index
    growth: Growth
    can_buy: NDArray[np.bool_]
    can_sell: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        execution: pd.DataFrame,
        close: pd.DataFrame,
        can_buy: pd.DataFrame,
        can_sell: pd.DataFrame,
    ) -> Self:
        """Lay out frames of the same dates and assets.

        Args:
            execution: (T, N), adjusted prices that orders fill at; NaN = no trading.
            close: (T, N), adjusted closes, NaN = no trading.
            can_buy: (T, N), whether a purchase on that day is filled.
            can_sell: (T, N), whether a sale on that day is filled.

        Raises:
            PanelError: Frames differ in dates or assets.
        """
        for name, frame in {"close": close, "can_buy": can_buy, "can_sell": can_sell}.items():
            _check_same(name, frame, "execution", execution)
        prices = execution.to_numpy(dtype=np.float64)
        return cls(
            pd.DatetimeIndex(execution.index),
            execution.columns,
            _growth(prices, close.ffill().to_numpy(dtype=np.float64)),
            can_buy.to_numpy(dtype=np.bool_) & ~np.isnan(prices),
            can_sell.to_numpy(dtype=np.bool_),
        )

    @classmethod
    def of_panel(
        cls,
        panel: xr.Dataset,
        scores: pd.DataFrame,
        *,
        price: str,
        delisting_days: int,
        days_after: int = 1,
    ) -> Self:
        """The days of some scores, and those after.

        Args:
            panel: The market panel.
            scores: Date × asset; the first and the last of its dates count.
            price: ``vwap``, ``open`` or ``close``: what orders fill at. At the open, an
                asset that opens at its upper (lower) limit can not be bought (sold); else
                one whose whole day is one price at the limit.
            delisting_days: The exchange's (:class:`~deep_alpha.backtest.exchange.ExchangeRules`):
                a name without a bar in the panel's last so many days has left the market; what
                is held of it is paid out at its last close.
            days_after: Days after the last score, as far as the panel goes.

        Raises:
            PanelError: The panel does not have a date or an asset of the scores.
        """
        dates = pd.DatetimeIndex(panel["date"].to_numpy())
        assets = pd.Index(panel["asset"].to_numpy().astype(str))
        for kind, unknown in (
            ("date", [f"{day:%Y-%m-%d}" for day in scores.index.difference(dates)]),
            ("asset", scores.columns.difference(assets)),
        ):
            if len(unknown):
                raise PanelError(f"the panel has no {kind} {unknown[0]} of the scores")
        first, last = (int(dates.searchsorted(scores.index[edge])) for edge in (0, -1))
        span = slice(first, last + 1 + days_after)
        days = panel.isel(date=span)

        def frame(values: NDArray[np.generic]) -> pd.DataFrame:
            return pd.DataFrame(values, dates[span], assets)

        traded = days["traded"].to_numpy()
        has_left = ~panel["traded"].to_numpy()[-delisting_days:].any(axis=0)
        gone = has_left & ~_trades_again(panel["traded"].to_numpy()[first:])[: len(traded)]
        return cls.of(
            frame(np.where(traded, days[price].to_numpy(), np.nan)),
            frame(np.where(traded, days["close"].to_numpy(), np.nan)),
            frame(buyable(days, price).to_numpy()),
            frame(sellable(days, price).to_numpy() | gone),
        )

    def lay(self, scores: pd.DataFrame) -> NDArray[np.float64]:
        """Scores on these dates and assets, shape (T, N); NaN where there is none."""
        wide = scores.reindex(index=self.dates, columns=self.assets)
        return wide.to_numpy(dtype=np.float64)


def _check_same(name: str, frame: pd.DataFrame, other: str, like: pd.DataFrame) -> None:
    if not (frame.index.equals(like.index) and frame.columns.equals(like.columns)):
        raise PanelError(
            f"{name} and {other} have different dates or assets: reindex one like the other"
        )


def _trades_again(traded: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether an asset trades on a day or after it."""
    return np.logical_or.accumulate(traded[::-1], axis=0)[::-1]


def _growth(execution: NDArray[np.float64], marks: NDArray[np.float64]) -> Growth:
    whole_day, overnight = np.ones_like(marks), np.ones_like(marks)
    whole_day[1:] = marks[1:] / marks[:-1]
    overnight[1:] = execution[1:] / marks[:-1]
    intraday = np.where(np.isnan(execution), whole_day, marks / execution)
    for values in (whole_day, overnight, intraday):
        values[np.isnan(values)] = 1.0
    return Growth(whole_day, overnight, intraday)
