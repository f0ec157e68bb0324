"""Specific risk: how much of a name's return its factors leave unexplained."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deep_alpha.kernels.weighted_windows import weighted_deviation
from deep_alpha.risk.catalogue import Window

SPECIFIC_RISK = Window(252, 63, half_life=84)


def specific_risk(
    specific: NDArray[np.floating], window: Window = SPECIFIC_RISK
) -> NDArray[np.float64]:
    """Exponentially weighted standard deviation of daily specific returns.

    Args:
        specific: (date, asset) specific returns of single days, decimals; NaN where the
            asset has none, as on the days of a suspension and on the one that ends it.
        window: Over how many of an asset's own days, with which half-life.

    Returns:
        (date, asset) daily standard deviation, decimals, known at the close of the date;
        NaN where the day has no specific return or fewer days than the minimum have one.
    """
    if window.half_life is None or window.lag:
        raise ValueError("specific risk needs a half-life, and takes the newest day in")
    weights = 0.5 ** (np.arange(window.length) / window.half_life)
    result = np.full(specific.shape, np.nan)
    for asset in range(specific.shape[1]):
        rows = np.flatnonzero(~np.isnan(specific[:, asset]))
        own = specific[rows, asset].astype(np.float64)
        found = np.empty(len(own))
        weighted_deviation(own, weights, window.minimum, found)
        result[rows, asset] = found
    return result
