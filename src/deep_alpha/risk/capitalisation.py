"""Market caps on every day of a name's life, with what stands in for a missing one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.panel import raw_price

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Capitalisation:
    """Caps known at the close of each date; arrays are (date, asset), currency.

    Args:
        total: Total market cap; NaN where the asset is no holder.
        floating: Market cap of the float.
        holders: Who can have exposures: it has traded, not longer ago than a suspension
            is tolerated, and has caps.
        stand_ins: What stood in for a missing cap, and for how many bars.
    """

    total: FloatArray
    floating: FloatArray
    holders: NDArray[np.bool_]
    stand_ins: dict[str, int]


def capitalisation(panel: xr.Dataset, carry_days: int) -> Capitalisation:
    """Fill missing caps from the past of the same asset.

    A missing cap is the shares of the last bar that had one, times today's close; a total
    cap that was never known is the float cap and the other way round. A suspended asset
    keeps its last caps for ``carry_days`` market days. A cap that is known later fills
    nothing before.

    Args:
        panel: The market panel.
        carry_days: Market days for which a suspended asset stays a holder.
    """
    traded = panel["traded"].to_numpy()
    close = raw_price(panel, "close").to_numpy()
    stand_ins: dict[str, int] = {}
    filled = {}
    for name in ("total_cap", "float_cap"):
        values = panel[name].to_numpy().astype(np.float64)
        values[~(values > 0)] = np.nan
        shares = carried(values / close, len(close))
        by_shares = np.isnan(values) & traded & ~np.isnan(shares)
        values[by_shares] = (shares * close)[by_shares]
        stand_ins[f"{name}: last known shares × close"] = int(by_shares.sum())
        filled[name] = values
    total, floating = filled["total_cap"], filled["float_cap"]
    for values, other, words in (
        (total, floating.copy(), "total_cap: float cap"),
        (floating, total.copy(), "float_cap: total cap"),
    ):
        by_other = np.isnan(values) & traded & ~np.isnan(other)
        values[by_other] = other[by_other]
        stand_ins[words] = int(by_other.sum())
    stand_ins["no cap at all: no exposures"] = int((traded & np.isnan(floating)).sum())
    total[~traded] = np.nan
    floating[~traded] = np.nan
    total, floating = carried(total, carry_days), carried(floating, carry_days)
    return Capitalisation(total, floating, ~np.isnan(total) & ~np.isnan(floating), stand_ins)


def carried(values: FloatArray, days: int) -> FloatArray:
    """Each column's last value, for at most ``days`` rows after it."""
    rows = np.arange(len(values))[:, None]
    row = np.where(np.isnan(values), -1, rows)
    np.maximum.accumulate(row, axis=0, out=row)
    result = np.take_along_axis(values, np.maximum(row, 0), axis=0)
    result[(row < 0) | (rows - row > days)] = np.nan
    return result
