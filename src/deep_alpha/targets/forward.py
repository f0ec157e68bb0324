"""The raw target: an asset's forward return."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.targets.settings import TargetSettings


def forward_return(panel: xr.Dataset, settings: TargetSettings) -> xr.DataArray:
    """Forward return of every asset and date, in decimals (SPEC 0.3, 000-M7).

    The horizon counts market days. Closes are carried through a suspension, so a
    position in a suspended name is marked at its last close. The label is unknown
    (NaN) where the asset does not trade at t or at t + 1, where its window holds more
    than ``max_suspended`` days without trading, and where the window is not over yet.

    Args:
        panel: The market panel.
        settings: Horizon, entry price, tolerated suspension.

    Returns:
        float32, shape (date, asset).
    """
    close = panel["close"].to_numpy()
    traded = panel["traded"].to_numpy()
    days, assets = close.shape
    reach = settings.reach
    result = np.full((days, assets), np.nan, dtype=np.float32)
    if days > reach:
        marked = _carry_forward(close)
        if settings.entry == "close":
            entry, leave = close, marked
        else:
            entry = panel[settings.entry.removeprefix("next_")].to_numpy()
            leave = np.where(traded & ~np.isnan(entry), entry, marked)
        lag = settings.entry_lag
        start = entry[lag : days - reach + lag]
        known = leave[reach:] / start - 1.0
        idle = np.cumsum(np.vstack([np.zeros((1, assets), dtype=np.int32), ~traded]), axis=0)
        suspended = idle[reach + 1 :] - idle[1 : days - reach + 1]
        ok = traded[: days - reach] & traded[1 : days - reach + 1]
        ok &= suspended <= settings.max_suspended
        result[: days - reach] = np.where(ok, known, np.nan)
    name = f"forward_return_{settings.horizon}"
    return xr.DataArray(result, coords=panel["close"].coords, dims=("date", "asset"), name=name)


def _carry_forward(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each column's last value up to each row; NaN before the first."""
    row = np.where(np.isnan(values), 0, np.arange(len(values))[:, None])
    np.maximum.accumulate(row, axis=0, out=row)
    carried: NDArray[np.float64] = np.take_along_axis(values, row, axis=0)
    return carried
