"""A target on one scale for every day."""

from __future__ import annotations

import numpy as np
import xarray as xr


def standardised_target(
    target: xr.DataArray, mask: xr.DataArray | None = None, limit: float = 3.0
) -> xr.DataArray:
    """Each day's cross-section clipped at ``limit`` sd, then z-scored (SPEC 2.6, 001-F2).

    It is a transform within a day and takes nothing from other days.

    Args:
        target: (date, asset), in any unit.
        mask: (date, asset) booleans: who makes up the cross-section; None for all.
        limit: Standard deviations around the mean beyond which a value is clipped.

    Returns:
        float32, shape (date, asset): mean 0 and sd 1 (population) a day; 0 on a day
        without differences, NaN where there is no target or outside the mask.
    """
    values = target.astype(np.float64)
    if mask is not None:
        values = values.where(mask)
    centre, spread = values.mean("asset"), values.std("asset")
    clipped = values.clip(centre - limit * spread, centre + limit * spread)
    spread = clipped.std("asset")
    varies = spread > 1e-12
    scaled = (clipped - clipped.mean("asset")) / spread.where(varies, 1.0)
    return scaled.where(varies | scaled.isnull(), 0.0).astype(np.float32)
