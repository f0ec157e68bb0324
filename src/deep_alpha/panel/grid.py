"""Where each row of a long table stands on the (date × asset) grid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.errors import PanelError

Float64Array = NDArray[np.float64]


class Grid:
    """Where each bar stands on the (date × asset) grid."""

    def __init__(
        self,
        dates: NDArray[np.datetime64],
        assets: NDArray[np.object_],
        cell: NDArray[np.int64],
    ) -> None:
        self.dates = dates
        self.assets = assets
        self.shape = (len(dates), len(assets))
        self._cell = cell

    @classmethod
    def of(cls, bars: pd.DataFrame) -> Grid:
        """Code dates and assets; refuse an empty table and a cell that is filled twice."""
        if not len(bars):
            raise PanelError("bars: the table has no rows")
        # Sorted as text, whatever the keys are: numbers and categories sort otherwise.
        found_code, found = pd.factorize(bars["asset"])
        names, text_code = np.unique(np.asarray(found).astype(str), return_inverse=True)
        names = names.astype(object)
        asset_code = text_code[found_code]
        dates, date_code = np.unique(trading_days(bars["date"]), return_inverse=True)
        cell = date_code.astype(np.int64) * len(names) + asset_code
        filled = np.bincount(cell, minlength=len(dates) * len(names))
        if filled.max() > 1:
            date, asset = divmod(int(filled.argmax()), len(names))
            raise PanelError(
                f"bars: asset {names[asset]} has {filled.max()} rows on "
                f"{np.datetime_as_string(dates[date], 'D')}; the quality gate removes duplicates"
            )
        return cls(dates, names, cell)

    def lay(self, values: NDArray[Any]) -> Float64Array:
        """Put one value per bar on the grid, NaN elsewhere."""
        grid = np.full(self.shape[0] * self.shape[1], np.nan)
        grid[self._cell] = values
        return grid.reshape(self.shape)


def trading_days(dates: pd.Series) -> NDArray[np.datetime64]:
    """Calendar days, shape (rows,), datetime64[ns]; a time zone is the exchange's, and dropped."""
    days = pd.to_datetime(dates)
    if days.dt.tz is not None:
        days = days.dt.tz_localize(None)
    return days.to_numpy().astype("datetime64[D]").astype("datetime64[ns]")


def numbers(bars: pd.DataFrame, name: str) -> Float64Array:
    """A column as float64, shape (rows,), NaN where it has no value."""
    return bars[name].to_numpy(dtype=np.float64, na_value=np.nan)


def optional(bars: pd.DataFrame, name: str, grid: Grid) -> Float64Array | None:
    """An optional column on the grid; None where it is absent or has no value at all."""
    if name not in bars.columns:
        return None
    values = numbers(bars, name)
    return None if np.isnan(values).all() else grid.lay(values)


def first_value(grid: Float64Array) -> Float64Array:
    """The first value of each column that is not NaN."""
    row = np.isfinite(grid).argmax(axis=0)
    first: Float64Array = grid[row, np.arange(grid.shape[1])]
    return first


def own_rows(grid: Float64Array, window: Callable[[pd.Series], pd.Series]) -> Float64Array:
    """Apply a pandas window to each asset's own rows: windows count traded days."""
    result = np.full_like(grid, np.nan)
    for column in range(grid.shape[1]):
        present = np.flatnonzero(~np.isnan(grid[:, column]))
        result[present, column] = window(pd.Series(grid[present, column])).to_numpy()
    return result
