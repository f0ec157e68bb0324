"""Universe policies: who may be scored, bought and sold, applied to a panel.

``eligible`` is known at the close of its date and is used for training and scoring.
``buyable`` and ``sellable`` describe the date itself and are used for orders only: a
signal of date t trades at t + 1, so evaluation and backtests look them up there.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from pydantic import BaseModel, ConfigDict, Field

from deep_alpha.panel import age_in_bars, raw_price

_TOLERANCE = 1e-6


class UniversePolicy(BaseModel):
    """Who is scored at the close of a day (SPEC 2.8).

    Args:
        min_bars: Bars an asset must have had, the day's own included.
        exclude_st: Leave out assets under special treatment.
        exclude_at_limit: Leave out assets that close at a price limit.
        min_price: Lowest raw close, in currency.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_bars: int = Field(60, ge=1)
    exclude_st: bool = True
    exclude_at_limit: bool = True
    min_price: float = Field(0.0, ge=0)

    def describe(self) -> str:
        """The policy in words, for signal metadata and captions."""
        words = ["traded", f"at least {self.min_bars} bars old"]
        if self.exclude_st:
            words.append("not ST")
        if self.exclude_at_limit:
            words.append("not closed at a limit")
        if self.min_price > 0:
            words.append(f"close of at least {self.min_price:g}")
        return ", ".join(words)


def eligible(panel: xr.Dataset, policy: UniversePolicy) -> xr.DataArray:
    """Who may be trained on and scored, known at the close of each date.

    Args:
        panel: The market panel.
        policy: The rules.

    Returns:
        Booleans, shape (date, asset).
    """
    mask = panel["traded"].to_numpy() & (age_in_bars(panel).to_numpy() >= policy.min_bars)
    if policy.exclude_st:
        mask &= ~panel["is_st"].to_numpy()
    close = raw_price(panel, "close").to_numpy()
    if policy.exclude_at_limit:
        with np.errstate(invalid="ignore"):
            mask &= ~(close >= panel["limit_up_price"].to_numpy() - _TOLERANCE)
            mask &= ~(close <= panel["limit_down_price"].to_numpy() + _TOLERANCE)
    if policy.min_price > 0:
        with np.errstate(invalid="ignore"):
            mask &= close >= policy.min_price
    return panel["traded"].copy(data=mask)


def buyable(panel: xr.Dataset, price: str = "open") -> xr.DataArray:
    """Whether a buy order of that date can be filled at a price of that date.

    Args:
        panel: The market panel.
        price: ``open``: not where the day opens at the upper limit. ``vwap`` or
            ``close``: not where the whole day is one price at the upper limit.

    Returns:
        Booleans, shape (date, asset); no limit is known for NaN limit prices.
    """
    lowest = raw_price(panel, "open" if price == "open" else "low").to_numpy()
    with np.errstate(invalid="ignore"):
        locked = lowest >= panel["limit_up_price"].to_numpy() - _TOLERANCE
    return panel["traded"].copy(data=panel["traded"].to_numpy() & ~locked)


def sellable(panel: xr.Dataset, price: str = "open") -> xr.DataArray:
    """Whether a sell order of that date can be filled; the mirror of ``buyable``."""
    highest = raw_price(panel, "open" if price == "open" else "high").to_numpy()
    with np.errstate(invalid="ignore"):
        locked = highest <= panel["limit_down_price"].to_numpy() + _TOLERANCE
    return panel["traded"].copy(data=panel["traded"].to_numpy() & ~locked)
