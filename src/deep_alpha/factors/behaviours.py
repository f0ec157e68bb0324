"""Four behavioural indicators: chase, panic, divergence, bottom (SPEC 1.3).

Paper 000 speaks of "four customised behavioural indicators" and defines none. These are
ours, made from the words of the paper; they are no part of its tables.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from deep_alpha.errors import PanelError
from deep_alpha.kernels import indicators as kernel

INDICATORS = ("b1_chase", "b2_panic", "b3_divergence", "b4_bottom")
"""Their names, in the order of SPEC's B1 to B4."""

_FIELDS = ("high", "low", "close", "volume")


class BehaviourSettings(BaseModel):
    """Thresholds of the indicators; the defaults are SPEC's.

    A return is a fraction of the price, a volume a multiple of its mean over 20 days,
    "expansion" the mean volume of 5 days over that of 20.

    Args:
        chase_up_closes: Closes of the last five that must be up.
        chase_rsi: RSI above which a name is chased.
        chase_expansion: Least expansion of a chase.
        panic_deviations: A panic's fall, in standard deviations of daily returns.
        panic_volume: Its least volume.
        panic_near_low: Its least (H − C)/(H − L + 0.001).
        divergence_deviations: Least move of five days, in standard deviations of
            five-day returns.
        divergence_contraction: "Falling volume" is less expansion than this.
        divergence_expansion: "Rising volume" is more.
        bottom_days: Days, today included, of which one must be oversold.
        bottom_rsi: RSI below which a day is oversold.
        bottom_fall: Return of 20 days below which a rise may be a bottom.
        bottom_volume: Between these volumes an expansion is mild.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    chase_up_closes: int = Field(3, ge=0, le=5)
    chase_rsi: float = Field(55.0, ge=0, le=100)
    chase_expansion: float = Field(1.1, ge=0)
    panic_deviations: float = Field(2.0, ge=0)
    panic_volume: float = Field(1.5, ge=0)
    panic_near_low: float = Field(0.7, ge=0, le=1)
    divergence_deviations: float = Field(0.5, ge=0)
    divergence_contraction: float = Field(0.9, ge=0)
    divergence_expansion: float = Field(1.1, ge=0)
    bottom_days: int = Field(10, ge=1, le=250)
    bottom_rsi: float = Field(30.0, ge=0, le=100)
    bottom_fall: float = Field(-0.08, ge=-1, le=0)
    bottom_volume: tuple[float, float] = (1.0, 2.0)

    @model_validator(mode="after")
    def _ranges_rise(self) -> BehaviourSettings:
        least, most = self.bottom_volume
        if not 0.0 <= least < most:
            raise ValueError(f"bottom_volume {least}, {most} must rise from 0 or above")
        if self.divergence_contraction > self.divergence_expansion:
            raise ValueError(
                f"divergence_contraction {self.divergence_contraction} must not exceed "
                f"divergence_expansion {self.divergence_expansion}: volume would rise and fall"
            )
        return self


def behaviour_indicators(panel: xr.Dataset, settings: BehaviourSettings) -> xr.DataArray:
    """Compute the four indicators of every asset and day, known at its close.

    With vr = V/ma(V, 20), expansion = ma(V, 5)/ma(V, 20), r_k = C/C_{t−k} − 1, σ20 the
    standard deviation (ddof 1) of the last 20 r_1, and RSI, the lower band and row 3 of
    the behavioural factors:

    - chase: r_5 > 0, three of the last five closes up, RSI above 55 and above that of
      three days ago, expansion > 1.1;
    - panic: r_1 < −2 σ20, vr > 1.5, row 3 > 0.7;
    - divergence: +1, up on falling volume: r_5 > ½ σ20 √5 and expansion < 0.9; −1, down
      on rising volume: r_5 < −½ σ20 √5 and expansion > 1.1; else 0;
    - bottom: one of the last ten days, today's included, is oversold (RSI < 30, C below
      the band, or a panic); r_20 < −8 %, C and RSI above yesterday's, 1 < vr < 2.

    Windows and RSI run over an asset's own traded rows, those with a close. Values within
    1e-9 are equal in comparisons (SPEC 0.1f).

    Args:
        panel: Dims (date, asset) with adjusted ``high low close`` and ``volume``.
        settings: Thresholds.

    Returns:
        Dims (date, indicator, asset), float32: 1 where it is there, 0 where it is not,
        NaN where that can not be told, as an input has no value or a window is not full.

    Raises:
        PanelError: A variable is missing.
    """
    high, low, close, volume = (_matrix(panel, name) for name in _FIELDS)
    dates, assets = close.shape
    values = np.empty((dates, kernel.INDICATORS, assets), dtype=np.float32)
    least, most = settings.bottom_volume
    limits = kernel.Limits(
        **settings.model_dump(exclude={"bottom_volume"}),
        bottom_least_volume=least,
        bottom_most_volume=most,
    )
    kernel.behaviour_indicators(high, low, close, volume, limits, values)
    return xr.DataArray(
        values,
        dims=("date", "indicator", "asset"),
        coords={
            "date": panel["date"],
            "indicator": np.array(INDICATORS, dtype=object),
            "asset": panel["asset"],
        },
        name="behaviours",
    )


def _matrix(panel: xr.Dataset, name: str) -> NDArray[np.float64]:
    if name not in panel:
        raise PanelError(
            f"the panel has no variable {name!r}, which the behavioural indicators need; "
            "build it with deep_alpha.panel.build_panel"
        )
    values = panel[name].transpose("date", "asset").to_numpy()
    # One kernel for writeable and read-only panels: all inputs are passed as read-only.
    view = np.ascontiguousarray(values, dtype=np.float64).view()
    view.flags.writeable = False
    return view
