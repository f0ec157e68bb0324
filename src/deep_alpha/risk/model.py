"""The fitted risk model as other parts read it."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr


@dataclass(frozen=True)
class RiskModel:
    """Exposures and what the daily regressions made of them.

    Args:
        exposures: Known at the close of ``date``: ``exposure`` (date, style, asset)
            float32; ``industry`` (date, asset) int16 codes into ``industry_name``, −1 for
            none; ``estimation`` (date, asset) booleans; ``cap`` (date, asset) float cap;
            attribute ``level``.
        returns: Of ``date`` itself, from the exposures of the day before:
            ``factor_return``, ``t_statistic`` (date, factor); ``specific_return``,
            ``specific_risk`` (date, asset); ``r_squared``, ``observations``,
            ``market_return`` (date); ``variance_inflation`` (date, style).
    """

    exposures: xr.Dataset
    returns: xr.Dataset
