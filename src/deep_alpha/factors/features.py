"""From raw factors to the feature table that models are fitted on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from deep_alpha.errors import PanelError
from deep_alpha.factors.catalogue import factor_set
from deep_alpha.factors.scaling import scale_day_rows, winsorise, zscore
from deep_alpha.feature_table import FeatureTable, make_feature_table
from deep_alpha.imports import load_object


class FactorSettings(BaseModel):
    """Which factors enter the feature table, and how they are scaled.

    Args:
        set: The paper's factor set (000-F1).
        winsor: ``mad5`` clips each day at median ± 5 · 1.4826 · MAD; ``none`` is literal.
        minimum_present: Factors of the set that a row needs; missing ones become 0.
        warm_up_days: First days of the panel without rows: the longest window is not
            full for any asset there. A young asset later enters by ``minimum_present``.
        own: Your own factors: name and import path of a function that takes the panel
            and gives a (date, asset) array.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    set: str = "table40"
    winsor: Literal["mad5", "none"] = "mad5"
    minimum_present: int = Field(36, ge=1)
    warm_up_days: int = Field(200, ge=0)
    own: dict[str, str] = Field(default_factory=dict)


def build_features(
    raw: xr.DataArray, panel: xr.Dataset, eligible: xr.DataArray, settings: FactorSettings
) -> FeatureTable:
    """Winsorise, z-score and lay out the day's eligible names as rows (000-M6, P3).

    Args:
        raw: All behavioural factors, (date, factor, asset), raw.
        panel: The market panel, handed to your own factors.
        eligible: Who is in the universe, (date, asset).
        settings: Factor set, scaling, own factors.

    Returns:
        Rows of the set's factors and then your own, finite.

    Raises:
        PanelError: There is no row at all.
    """
    names = factor_set(settings.set)
    admitted = eligible.to_numpy().copy()
    admitted[: settings.warm_up_days] = False
    rows, date_index, asset_index = scale_day_rows(
        raw.to_numpy(),
        admitted,
        min(settings.minimum_present, len(names)),
        columns=raw.get_index("factor").get_indexer(pd.Index(names)),
        winsor=settings.winsor,
    )
    own = own_factors(panel, settings.own)
    if own:
        kept = np.zeros(eligible.shape, dtype=np.bool_)
        kept[date_index, asset_index] = True
        columns = [
            _scaled_column(values, kept, settings.winsor)[date_index, asset_index]
            for values in own.values()
        ]
        rows = np.column_stack([rows, *columns]).astype(np.float32)
    if not len(rows):
        raise PanelError(
            f"no asset has {settings.minimum_present} factors on a day after the first "
            f"{settings.warm_up_days} days of warm-up; the market has {panel.sizes['date']} days"
        )
    return make_feature_table(rows, (*names, *own), date_index, asset_index, panel)


def own_factors(panel: xr.Dataset, paths: Mapping[str, str]) -> dict[str, NDArray[Any]]:
    """Compute a user's factors.

    Raises:
        PanelError: A factor does not have the panel's dates and assets.
    """
    result = {}
    for name, path in paths.items():
        values: xr.DataArray = load_object(path)(panel)
        shape = (panel.sizes["date"], panel.sizes["asset"])
        if tuple(values.dims) != ("date", "asset") or values.shape != shape:
            raise PanelError(
                f"own factor '{name}' ({path}) has dims {tuple(values.dims)} and shape "
                f"{values.shape}; it must have dims ('date', 'asset') and shape {shape}"
            )
        result[name] = values.to_numpy()
    return result


def _scaled_column(
    values: NDArray[Any], kept: NDArray[np.bool_], winsor: Literal["mad5", "none"]
) -> NDArray[np.float32]:
    cube = values[:, None, :].astype(np.float32)
    scaled = zscore(winsorise(cube, kept, winsor), kept)[:, 0, :]
    return np.nan_to_num(scaled, nan=0.0).astype(np.float32)
