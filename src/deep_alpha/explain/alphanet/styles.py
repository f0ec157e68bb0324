"""How much style there is in scores (SPEC 001-F3)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.kernels.correlation import daily_pearson_ic
from deep_alpha.risk import five_factor_exposures
from deep_alpha.signals import wide_frame

VOLATILITY = "VOLATILITY"


def style_frames(exposures: xr.Dataset, panel: xr.Dataset) -> dict[str, pd.DataFrame]:
    """Styles by name, as date × asset frames; NaN where a name has none.

    Args:
        exposures: Of the risk model, known at the close of each date.
        panel: The market panel.

    Returns:
        The risk model's styles, and ``VOLATILITY``: that of 20 daily returns, in the day's
        standard deviations, clipped at 3, as five-factor neutralisation takes it.
    """
    styles = exposures["exposure"].transpose("date", "style", "asset")
    frames = {
        str(name): wide_frame(styles.isel(style=place))
        for place, name in enumerate(styles["style"].to_numpy())
    }
    volatility = five_factor_exposures(panel).sel(style="volatility_20")
    return {**frames, VOLATILITY: wide_frame(volatility)}


def style_table(scores: pd.DataFrame, styles: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Correlation of scores with each style within the day, over the test days.

    Pearson's, each name counting once: exposures are z-scores, and a score's tails are
    part of what would be held.

    Args:
        scores: Of the tests, date × asset.
        styles: Exposures, date × asset.

    Returns:
        Columns style, correlation (mean over days) and mean_abs (of its size).
    """
    rows = []
    for name, frame in styles.items():
        own = frame.reindex(index=scores.index, columns=scores.columns)
        daily = daily_pearson_ic(scores.to_numpy(dtype=np.float64), own.to_numpy(dtype=np.float64))
        known = daily[np.isfinite(daily)]
        both = (known.mean(), np.abs(known).mean()) if len(known) else (np.nan, np.nan)
        rows.append((name, *both))
    return pd.DataFrame(rows, columns=["style", "correlation", "mean_abs"])
