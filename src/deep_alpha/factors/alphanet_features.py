"""AlphaNet's time-series features of a window, computed once for every row (SPEC 2.2).

A feature of an asset, a day and a window length is the same in every sample that sees it:
the "unfolding" of published code computes it anew for each sample and each epoch.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.factors.alphanet_columns import (
    MEAN_OPERATOR,
    PAIR_OPERATORS,
    FeatureColumn,
    column_names,
    feature_columns,
)
from deep_alpha.kernels import operators as kernel

Values = NDArray[np.float32] | NDArray[np.float64]

ReturnLag = Literal["d", "d-1"]
"""How far ``ts_return`` goes back in a window of d rows: the paper's delay(X, d), or to the
window's first row, as public code does."""

_SINGLES = {
    "ts_stddev": kernel.DEVIATION,
    "ts_zscore": kernel.ZSCORE,
    "ts_return": kernel.RETURN,
    "ts_decaylinear": kernel.DECAY,
    MEAN_OPERATOR: kernel.MEAN,
}


@dataclass(frozen=True)
class AssetRows:
    """Rows of a table put in the order of their assets.

    Args:
        order: Shape (rows,), positions in the table: the rows of one asset by date, then
            those of the next one.
        offsets: Shape (assets + 1,): each asset's rows are a slice of ``order``.
    """

    order: NDArray[np.int64]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, asset_index: NDArray[np.integer[Any]]) -> AssetRows:
        """Order the rows of a table, whose dates must not descend within an asset.

        Args:
            asset_index: Shape (rows,), the asset of each row.
        """
        order = np.argsort(asset_index, kind="stable").astype(np.int64)
        begins = np.flatnonzero(np.diff(asset_index[order], prepend=-1))
        return cls(order, np.append(begins, len(order)).astype(np.int64))

    def parts(self, count: int) -> list[NDArray[np.int64]]:
        """Offsets of up to ``count`` groups of neighbouring assets, of about as many rows."""
        goals = np.linspace(0, len(self.order), count + 1)
        bounds = np.unique(np.searchsorted(self.offsets, goals))
        return [self.offsets[first : stop + 1] for first, stop in itertools.pairwise(bounds)]


def alphanet_features(
    inputs: xr.DataArray, window: int, return_lag: ReturnLag = "d", mean: bool = False
) -> xr.DataArray:
    """Compute all features of a window, raw: neither winsorised nor scaled.

    A window is the asset's own last ``window`` rows, those days on which it has at least one
    input (SPEC 0.1e). Each feature is NaN until its window is full, and where the window
    holds a NaN of its inputs; ``ts_return`` looks at the window's two ends alone.

    Args:
        inputs: Dims (date, input, asset), as :func:`~deep_alpha.factors.image_inputs` gives.
        window: Rows of a window, the day's own included; 2 or more.
        return_lag: Rows that ``ts_return`` goes back.
        mean: Whether V1's mean is among the features.

    Returns:
        Dims (date, feature, asset), float32, features in canonical order.

    Raises:
        ValueError: ``window`` is less than 2, or ``return_lag`` is unknown.
    """
    grid = inputs.transpose("date", "asset", "input").to_numpy()
    names = tuple(inputs["input"].to_numpy().tolist())
    columns = feature_columns(names, mean)
    date_index, asset_index = np.nonzero(~np.isnan(grid).all(axis=2))
    out = np.empty((len(date_index), len(columns)), dtype=np.float32)
    row_features(
        grid[date_index, asset_index],
        AssetRows.of(asset_index),
        columns,
        window,
        inputs_at=range(len(names)),
        return_lag=return_lag,
        out=out,
    )
    features = np.full((grid.shape[0], len(columns), grid.shape[1]), np.nan, dtype=np.float32)
    features[date_index, :, asset_index] = out
    return xr.DataArray(
        features,
        dims=("date", "feature", "asset"),
        coords={
            "date": inputs["date"],
            "feature": np.array(column_names(columns, names), dtype=object),
            "asset": inputs["asset"],
        },
        name="alphanet_features",
    )


def row_features(
    values: Values,
    asset_rows: AssetRows,
    columns: Sequence[FeatureColumn],
    window: int,
    *,
    inputs_at: Sequence[int],
    return_lag: ReturnLag = "d",
    out: NDArray[np.float32],
    threads: int = 1,
) -> None:
    """Compute chosen features of a window for all rows of a table.

    The time it takes grows with the number of columns. A row's values depend, to the last
    bit, on the rows in its window alone: not on the history before, on other assets, on
    other columns or on the number of threads.

    Args:
        values: Shape (R, K), float32 or float64, rows by date; NaN where there is none. Sums
            are float64 in either case.
        asset_rows: The assets of these rows.
        columns: The m features, in any order.
        window: Rows of a window, the day's own included; 2 or more.
        inputs_at: For each of the columns' inputs its position among the K.
        return_lag: Rows that ``ts_return`` goes back.
        out: Shape (R, m), float32, overwritten; may be some neighbouring columns of a wider
            array. NaN in an asset's first rows, until a window is full.
        threads: Threads to use.

    Raises:
        ValueError: ``window`` is less than 2, or ``return_lag`` is unknown.
        PanelError: The arrays do not fit each other.
    """
    if window < 2:
        raise ValueError(f"window={window}: a window of AlphaNet has 2 rows or more")
    lags = {"d": window, "d-1": window - 1}
    if return_lag not in lags:
        raise ValueError(f"return_lag={return_lag!r} must be one of {', '.join(lags)}")
    _require_fit(values, asset_rows, columns, out)
    if not len(values) or not columns:
        return
    read = sorted({place for column in columns for place in column[1:] if place >= 0})
    singles, pairs = _kernel_columns(columns, read)
    # One compiled kernel for writeable and read-only tables: all are passed as read-only.
    table = np.ascontiguousarray(values).view()
    table.flags.writeable = False
    stride = out.strides[0] // out.itemsize
    memory = as_strided(out, ((len(out) - 1) * stride + out.shape[1],), (out.itemsize,))

    order = asset_rows.order.astype(np.uint64)
    steps, lead = kernel.merge_steps(window, lags[return_lag])

    def compute(offsets: NDArray[np.int64]) -> None:
        kernel.window_features(
            table,
            order,
            offsets.astype(np.uint64),
            np.array([inputs_at[place] for place in read], dtype=np.uint64),
            steps,
            lead,
            np.uint64(lags[return_lag]),
            singles,
            pairs,
            np.uint64(len(columns)),
            np.uint64(stride),
            memory,
        )

    parts = asset_rows.parts(threads)
    if len(parts) == 1:
        compute(parts[0])
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(compute, parts))


def _kernel_columns(
    columns: Sequence[FeatureColumn], read: list[int]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The columns as the kernel takes them: by input, and by pair of inputs."""
    singles = np.full((len(read), len(_SINGLES)), kernel.NOT_WANTED)
    pairs: dict[tuple[int, int], NDArray[np.uint64]] = {}
    for feature, (operator, first, second) in enumerate(columns):
        if operator in PAIR_OPERATORS:
            own = pairs.setdefault((first, second), np.full(2, kernel.NOT_WANTED))
            own[PAIR_OPERATORS.index(operator)] = feature
        else:
            singles[read.index(first), _SINGLES[operator]] = feature
    paired = [
        (read.index(first), read.index(second), *own) for (first, second), own in pairs.items()
    ]
    return singles, np.array(paired, dtype=np.uint64).reshape(-1, 4)


def _require_fit(
    values: Values,
    asset_rows: AssetRows,
    columns: Sequence[FeatureColumn],
    out: NDArray[np.float32],
) -> None:
    if len(asset_rows.order) != len(values):
        raise PanelError(
            f"values have {len(values)} rows, but their assets were ordered for "
            f"{len(asset_rows.order)}: make AssetRows of the same rows"
        )
    shape = (len(values), len(columns))
    in_memory = out.strides[1] == out.itemsize and out.strides[0] % out.itemsize == 0
    if out.shape != shape or out.dtype != np.float32 or not (in_memory or not out.size):
        raise PanelError(
            f"out must be a float32 array of shape {shape} whose rows lie in one piece, "
            f"not {out.dtype} of shape {out.shape}"
        )
