"""Daily returns as the risk model reads them: over traded days, in excess of the risk-free rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class DailyReturns:
    """Simple returns by day; arrays are (date, asset) unless said otherwise.

    Args:
        excess: Close over the asset's last traded close, minus one and minus the risk-free
            return of the days between; NaN where the asset does not trade.
        log_excess: ln(1 + r) − ln(1 + r_f) of the same days.
        market_excess: The market's excess return over the same days (several, after a
            suspension): what ``excess`` is regressed on for BETA.
        marked_excess: As a position is marked: minus the risk-free rate while suspended, the
            whole move on the day trading resumes, less that day's risk-free rate.
        gap: Market days since the asset last traded, 0 where there is no return.
        risk_free: (date,) the day's risk-free return.
        market: (date,) the day's cap-weighted excess return; NaN on the first.
    """

    excess: FloatArray
    log_excess: FloatArray
    market_excess: FloatArray
    marked_excess: FloatArray
    gap: NDArray[np.int32]
    risk_free: FloatArray
    market: FloatArray


def daily_returns(
    panel: xr.Dataset,
    estimation: NDArray[np.bool_],
    cap: FloatArray,
    risk_free: FloatArray,
) -> DailyReturns:
    """Returns of every asset and of the cap-weighted market.

    The market holds the estimation universe of the day before with its caps of the day
    before, as far as it trades.

    Args:
        panel: The market panel.
        estimation: (date, asset), known at the close of each date.
        cap: (date, asset) float cap, known at the close of each date.
        risk_free: (date,) daily risk-free returns.

    Returns:
        The returns; nothing at t depends on a later date.
    """
    traded = panel["traded"].to_numpy()
    close = np.where(traded, panel["close"].to_numpy(), np.nan)
    last, gap = _last_traded(close)
    simple = close / last - 1.0
    gap[np.isnan(simple)] = 0

    weight = np.zeros_like(close)
    weight[1:] = np.where(estimation[:-1] & (cap[:-1] > 0), cap[:-1], 0.0)
    weight[~(gap == 1)] = 0.0
    # Sums over the day's members alone: a name that lists later must not change their last bit.
    day, name = np.nonzero(weight > 0)
    share = weight[day, name]
    total = np.bincount(day, share, minlength=len(close))
    earned = np.bincount(day, share * simple[day, name], minlength=len(close))
    # a day on which nobody trades two days running earns nothing, as far as is known
    market = np.divide(earned, total, out=np.zeros(len(close)), where=total > 0)

    grown = np.cumsum(np.log1p(market))
    idle = np.cumsum(np.log1p(risk_free))
    before = np.arange(len(close))[:, None] - gap
    log_idle = idle[:, None] - idle[before]
    excess = simple - np.expm1(log_idle)
    market_excess = np.expm1(grown[:, None] - grown[before]) - np.expm1(log_idle)
    listed = ~np.isnan(last)
    marked = np.where(listed, np.where(gap > 0, simple, 0.0) - risk_free[:, None], np.nan)
    own = market - risk_free
    own[0] = np.nan
    return DailyReturns(
        excess=excess,
        log_excess=np.log1p(simple) - log_idle,
        market_excess=np.where(gap > 0, market_excess, np.nan),
        marked_excess=marked,
        gap=gap,
        risk_free=risk_free,
        market=own,
    )


def daily_risk_free(
    table: pd.DataFrame | None, dates: NDArray[np.datetime64], annual_days: int
) -> FloatArray:
    """Daily risk-free returns, (date,): the last annual rate known the day before.

    Args:
        table: The folder's ``risk_free`` table; None stands for a rate of 0.
        dates: Trading days.
        annual_days: Trading days in a year.
    """
    if table is None or not len(table):
        return np.zeros(len(dates))
    known = table.dropna(subset="rate").sort_values("date")
    stamps = pd.to_datetime(known["date"]).to_numpy().astype("datetime64[ns]")
    place = np.searchsorted(stamps, dates.astype("datetime64[ns]"), side="left") - 1
    rates = known["rate"].to_numpy(dtype=np.float64)
    annual = np.where(place >= 0, rates[np.maximum(place, 0)], 0.0)
    daily: FloatArray = (1.0 + annual) ** (1.0 / annual_days) - 1.0
    return daily


def _last_traded(close: FloatArray) -> tuple[FloatArray, NDArray[np.int32]]:
    """Each asset's last traded close before each day, and how many days ago that was."""
    days = len(close)
    row = np.where(np.isnan(close), -1, np.arange(days, dtype=np.int32)[:, None])
    np.maximum.accumulate(row, axis=0, out=row)
    before = np.full_like(row, -1)
    before[1:] = row[:-1]
    last = np.take_along_axis(close, np.maximum(before, 0), axis=0)
    last[before < 0] = np.nan
    gap = np.where(before >= 0, np.arange(days, dtype=np.int32)[:, None] - before, 0)
    return last, gap.astype(np.int32)
