"""Columns laid at the rows of a feature table, clipped and standardised in place.

A market's raw columns would take more memory than the table itself. So they come a block of
assets at a time and go straight to their rows; only then each day is scaled.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deep_alpha.factors.scaling import Winsor
from deep_alpha.feature_table import row_offsets
from deep_alpha.kernels import scaling as kernel

RawColumns = Callable[[slice], NDArray[Any]]
"""From a slice of assets to their raw values, (date, column, asset of the slice); NaN or
infinite where there is none."""

BLOCK_ASSETS = 32


def fill_columns(
    out: NDArray[np.float32],
    date_index: NDArray[np.integer],
    asset_index: NDArray[np.integer],
    source: RawColumns,
    winsor: Winsor,
) -> NDArray[np.int64]:
    """Winsorise and z-score raw columns over each day's rows, and put 0 where there is none.

    Args:
        out: Shape (rows, columns), overwritten; may be some columns of a larger array.
        date_index: Shape (rows,), calendar position, ascending.
        asset_index: Shape (rows,), panel position.
        source: The raw columns; values are rounded to float32.
        winsor: ``mad5`` or ``none``.

    Returns:
        Shape (columns,), how many rows have a value of their own.
    """
    by_asset = np.argsort(asset_index, kind="stable")
    assets = int(asset_index[by_asset[-1]]) + 1 if len(by_asset) else 0
    starts = np.searchsorted(asset_index, np.arange(assets + 1), sorter=by_asset)
    for first in range(0, assets, BLOCK_ASSETS):
        stop = min(first + BLOCK_ASSETS, assets)
        rows = by_asset[starts[first] : starts[stop]]
        raw = source(slice(first, stop))
        out[rows] = raw[date_index[rows], :, asset_index[rows] - first]

    known = np.zeros(out.shape[1], dtype=np.int64)
    days = int(date_index[-1]) + 1 if len(date_index) else 0
    for first, stop in itertools.pairwise(row_offsets(date_index, days)):
        known += _scale_day(out[first:stop], winsor)
    return known


def _scale_day(rows: NDArray[np.float32], winsor: Winsor) -> NDArray[np.int64]:
    """Scale one day's rows in place; returns how many have a value, by column."""
    gathered = np.ascontiguousarray(rows.T)
    gathered[~np.isfinite(gathered)] = np.nan
    scaled = np.empty(rows.shape, dtype=np.float32)
    kernel.standardise(gathered, np.sort(gathered, axis=1), winsor == "mad5", scaled)
    rows[:] = scaled
    counts: NDArray[np.int64] = np.count_nonzero(~np.isnan(gathered), axis=1)
    return counts
