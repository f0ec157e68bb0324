"""From raw factors to the feature table that models are fitted on."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from deep_alpha.errors import PanelError
from deep_alpha.factors.appending import RawColumns, fill_columns
from deep_alpha.factors.catalogue import factor_set
from deep_alpha.factors.scaling import Winsor, scale_day_rows
from deep_alpha.feature_table import FeatureTable, make_feature_table
from deep_alpha.imports import load_object


class FactorSettings(BaseModel):
    """Which factors enter the feature table, and how they are scaled.

    Args:
        set: The paper's factor set (000-F1).
        winsor: ``mad5`` clips each day at median ± 5 · 1.4826 · MAD; ``none`` is literal.
        scale_free: Whether prices in the formulas are measured in the day's close, so that
            no factor knows an asset's price level (000-P5, P6); false is literal.
        minimum_present: Factors of the set that a row needs; missing ones become 0.
        warm_up_days: First days of the panel without rows: the longest window is not
            full for any asset there. A young asset later enters by ``minimum_present``.
        own: Your own factors: name and import path of a function that takes the panel
            and gives a (date, asset) array.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    set: str = "table40"
    winsor: Winsor = "mad5"
    scale_free: bool = False
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
        PanelError: There is no row at all, or the raw factors are of the other version than
            ``scale_free`` asks for.
    """
    _require_version(raw, settings.scale_free)
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
        values = np.empty((len(rows), len(names) + len(own)), dtype=np.float32)
        values[:, : len(names)] = rows
        fill_columns(
            values[:, len(names) :],
            date_index,
            asset_index,
            lambda block: np.stack([grid[:, block] for grid in own.values()], axis=1),
            settings.winsor,
        )
        rows = values
    if not len(rows):
        raise PanelError(
            f"no asset has {settings.minimum_present} factors on a day after the first "
            f"{settings.warm_up_days} days of warm-up; the market has {panel.sizes['date']} days"
        )
    return make_feature_table(rows, (*names, *own), date_index, asset_index, panel)


def _require_version(raw: xr.DataArray, scale_free: bool) -> None:
    found = bool(raw.attrs.get("scale_free", False))
    if found != scale_free:
        version = "scale-free" if found else "literal"
        asked = str(scale_free).lower()
        raise PanelError(
            f"the raw factors are {version}, but factors.scale_free={asked}: compute them with "
            f"behavioural_factors(panel, scale_free={scale_free})"
        )


def extend_features(
    features: FeatureTable,
    panel: xr.Dataset,
    keep: tuple[str, ...],
    names: tuple[str, ...],
    source: RawColumns,
    winsor: Winsor,
) -> tuple[FeatureTable, dict[str, float]]:
    """Lay further columns beside those of a table, at the same rows and so for the same labels.

    Args:
        features: The table; its values are taken over bit for bit.
        panel: The panel that the features were laid on.
        keep: Its features that come first, in this order.
        names: One name for each further column.
        source: The further columns of the panel, raw.
        winsor: As the features were clipped.

    Returns:
        The wider table, and the share of its rows that has a value of its own in each further
        column; the others are 0, the mean.

    Raises:
        PanelError: The table does not have a feature to keep, or is one of another panel.
    """
    same_dates = np.array_equal(features.dates, panel["date"])
    if not same_dates or not np.array_equal(features.assets, panel["asset"].astype(object)):
        raise PanelError(
            "the features were laid on another panel than the one to extend them from; "
            "`kedro run --pipelines=factors` lays them again"
        )
    positions = features.columns(keep)
    values = np.empty((len(features), len(keep) + len(names)), dtype=np.float32)
    for first, last in itertools.pairwise(features.offsets):
        values[first:last, : len(keep)] = features.values[first:last][:, positions]  # noqa: PD011
    index = (features.date_index, features.asset_index)
    known = fill_columns(values[:, len(keep) :], *index, source, winsor)
    table = make_feature_table(values, (*keep, *names), *index, panel, features.sample)
    return table, dict(zip(names, (known / max(len(features), 1)).tolist(), strict=True))


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
