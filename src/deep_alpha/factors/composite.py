"""The yardstick: five well-known price and volume signals, averaged by rank.

A learned signal has to beat this composite; on Chinese A-shares its rank IC is about
0.095 at ten days.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.kernels import rolling as kernel
from deep_alpha.kernels.ranking import rank_days

COMPOSITE_SIGNALS = (
    "reversal_20",
    "low_volatility_20",
    "low_turnover_20",
    "low_price_volume_correlation_10",
    "vwap_to_close",
)

MEDIAN_WINDOW = 252
MEDIAN_MINIMUM = 20


def composite_signals(panel: xr.Dataset) -> xr.DataArray:
    """Five raw signals, higher is better; windows count an asset's own traded rows.

    - ``reversal_20``: minus the return over 20 rows;
    - ``low_volatility_20``: minus the standard deviation (ddof 1) of 20 daily returns;
    - ``low_turnover_20``: minus the mean turnover of 20 rows. Where the panel holds no
      turnover at all, the volume over its rolling 252-row median stands for it (the
      median needs 20 volumes; SPEC 0.1);
    - ``low_price_volume_correlation_10``: minus the correlation of close and volume over
      10 rows, NaN where one of them is constant;
    - ``vwap_to_close``: vwap / close - 1.

    Args:
        panel: Dims (date, asset) with adjusted ``close``, ``vwap`` and ``volume``, and
            ``turnover`` where known.

    Returns:
        Dims (date, signal, asset), float64; NaN where a window is not full.

    Raises:
        PanelError: A variable is missing.
    """
    close, volume, vwap = (_matrix(panel, name) for name in ("close", "volume", "vwap"))
    turnover = _matrix(panel, "turnover") if "turnover" in panel else np.full(close.shape, np.nan)
    if np.isnan(turnover).all():
        turnover = np.empty(close.shape)
        kernel.relative_volume(close, volume, MEDIAN_WINDOW, MEDIAN_MINIMUM, turnover)
    values = np.empty((close.shape[0], len(COMPOSITE_SIGNALS), close.shape[1]))
    kernel.composite_signals(close, volume, vwap, turnover, values)
    return xr.DataArray(
        values,
        dims=("date", "signal", "asset"),
        coords={
            "date": panel["date"],
            "signal": np.array(COMPOSITE_SIGNALS, dtype=object),
            "asset": panel["asset"],
        },
        name="composite_signals",
    )


def composite_score(panel: xr.Dataset, eligible: xr.DataArray) -> xr.DataArray:
    """Equal-weight mean of the five signals' percentile ranks among eligible assets.

    Each signal is ranked among the eligible assets that have it. An asset needs all five,
    so that every score is a mean of the same things.

    Args:
        panel: As for :func:`composite_signals`.
        eligible: Dims (date, asset), boolean, the universe known at each day's close.

    Returns:
        Dims (date, asset), float64 in (0, 1], higher is better; NaN where an asset is not
        eligible or lacks a signal.
    """
    signals = composite_signals(panel).where(eligible)
    ranks = [rank_days(signals.sel(signal=name).to_numpy()) for name in COMPOSITE_SIGNALS]
    return panel["close"].copy(data=np.mean(ranks, axis=0)).rename("composite").drop_attrs()


def _matrix(panel: xr.Dataset, name: str) -> NDArray[Any]:
    if name not in panel:
        raise PanelError(
            f"the panel has no variable {name!r}, which the composite needs; "
            "build it with deep_alpha.panel.build_panel"
        )
    values = panel[name].transpose("date", "asset").to_numpy()
    return np.ascontiguousarray(values, dtype=np.float64)
