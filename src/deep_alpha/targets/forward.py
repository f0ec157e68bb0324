"""Targets: what a score is fitted to and judged on."""

from __future__ import annotations

from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

Entry = Literal["close", "next_open", "next_vwap"]


class TargetSettings(BaseModel):
    """The label: how far ahead, and from which price on.

    Args:
        horizon: Market days from entry to exit.
        entry: ``close`` is the papers' C(t+h) / C(t) - 1. ``next_open`` and
            ``next_vwap`` enter and leave one day later, as an order could.
        max_suspended: A label whose window holds more suspended days is unknown.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    horizon: int = Field(5, ge=1, le=250)
    entry: Entry = "close"
    max_suspended: int = Field(5, ge=0)

    @property
    def entry_lag(self) -> int:
        """Days between the score and the entry."""
        return 0 if self.entry == "close" else 1

    @property
    def reach(self) -> int:
        """Days after t at which the label of t is known: the purge, always derived."""
        return self.horizon + self.entry_lag


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
