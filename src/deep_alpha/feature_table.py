"""The feature table: one row of scaled features for each (date, asset) that has them.

Rows are sorted by date and then asset, so the training segment of a fold is one slice
of a memory-mapped file, shared by every job on the machine. The file is NumPy's own
``.npy`` (no pickles, memory-mapped by numpy itself); the index is Parquet.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.digests import DayDigests, day_digests, name_hashes
from deep_alpha.errors import PanelError
from deep_alpha.staging import staged_folder

_VALUES, _INDEX, _AXES, _META = "values.npy", "index.npz", "axes.npz", "table.json"


@dataclass(frozen=True)
class FeatureTable:
    """Scaled features by row, and where each row stands on the panel's grid.

    Args:
        values: Shape (rows, features), float32, finite; usually memory-mapped.
        names: One name for each feature.
        date_index: Shape (rows,), int32, calendar position, ascending.
        asset_index: Shape (rows,), int32, panel position, ascending within a day.
        dates: The calendar, datetime64.
        assets: The panel's assets.
        digests: Shape (days,), uint64: the content of each day's rows.
        folder: Where the table is stored; jobs in other processes open it there.
    """

    values: NDArray[np.float32]
    names: tuple[str, ...]
    date_index: NDArray[np.int32]
    asset_index: NDArray[np.int32]
    dates: NDArray[np.datetime64]
    assets: NDArray[np.object_]
    digests: DayDigests
    folder: Path | None = None

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """Shape (days + 1,): rows of calendar day k are ``offsets[k]:offsets[k + 1]``."""
        return row_offsets(self.date_index, len(self.dates))

    @cached_property
    def previous_row(self) -> NDArray[np.int64]:
        """Shape (rows,): row of the same asset's row before, -1 where there is none."""
        order = np.lexsort((self.date_index, self.asset_index))
        previous = np.full(len(self), -1, dtype=np.int64)
        same = self.asset_index[order][1:] == self.asset_index[order][:-1]
        previous[order[1:][same]] = order[:-1][same]
        return previous

    @property
    def first_day(self) -> int:
        """Calendar position of the first day with rows."""
        return int(self.date_index[0])

    def rows_between(self, first: int, last: int) -> slice:
        """Rows of the calendar days ``first`` to ``last``, both included."""
        stop = min(last + 1, len(self.dates))
        return slice(int(self.offsets[first]), int(self.offsets[stop]))

    def pick(self, grid: xr.DataArray) -> NDArray[Any]:
        """Values of a (date, asset) grid at every row, shape (rows,)."""
        return np.asarray(grid.to_numpy()[self.date_index, self.asset_index])

    def columns(self, names: tuple[str, ...]) -> NDArray[np.intp]:
        """Positions of features by name.

        Raises:
            PanelError: The table has no such feature.
        """
        unknown = [name for name in names if name not in self.names]
        if unknown:
            raise PanelError(
                f"the feature table has no '{unknown[0]}'; it holds {len(self.names)} features "
                f"({', '.join(self.names[:3])}, …). Change factors.set and run the factors pipeline"
            )
        return np.array([self.names.index(name) for name in names])

    def save(self, folder: Path) -> None:
        """Store the table in a folder, swapped in by rename."""
        with staged_folder(Path(folder)) as staging:
            np.save(staging / _VALUES, self.values, allow_pickle=False)
            np.savez(
                staging / _INDEX,
                allow_pickle=False,
                date_index=self.date_index,
                asset_index=self.asset_index,
                digests=self.digests,
            )
            np.savez(
                staging / _AXES,
                allow_pickle=False,
                dates=self.dates.astype("datetime64[D]"),
                assets=self.assets.astype(str),
            )
            (staging / _META).write_text(json.dumps({"names": list(self.names)}, indent=1))

    @classmethod
    def open(cls, folder: Path) -> FeatureTable:
        """Open a stored table; its values are memory-mapped.

        Raises:
            PanelError: There is no table in the folder.
        """
        folder = Path(folder)
        if not (folder / _META).exists():
            raise PanelError(
                f"{folder} holds no features; `kedro run --pipeline=factors` makes them"
            )
        with np.load(folder / _INDEX, allow_pickle=False) as index:
            date_index, asset_index, digests = (
                index[name] for name in ("date_index", "asset_index", "digests")
            )
        with np.load(folder / _AXES, allow_pickle=False) as axes:
            dates, assets = axes["dates"].astype("datetime64[ns]"), axes["assets"].astype(object)
        return cls(
            values=np.load(folder / _VALUES, mmap_mode="r", allow_pickle=False),
            names=tuple(json.loads((folder / _META).read_text())["names"]),
            date_index=date_index,
            asset_index=asset_index,
            dates=dates,
            assets=assets,
            digests=digests,
            folder=folder,
        )


def make_feature_table(
    values: NDArray[np.float32],
    names: tuple[str, ...],
    date_index: NDArray[np.integer[Any]],
    asset_index: NDArray[np.integer[Any]],
    panel: xr.Dataset,
) -> FeatureTable:
    """Assemble a table from scaled rows and take each day's digest.

    The digest of a day covers the assets' names and not their positions: a new asset
    moves positions, but changes no earlier day.
    """
    dates = panel["date"].to_numpy()
    assets = panel["asset"].to_numpy().astype(object)
    offsets = row_offsets(date_index, len(dates))
    hashes = name_hashes(assets)[asset_index]
    return FeatureTable(
        values=values,
        names=names,
        date_index=date_index.astype(np.int32),
        asset_index=asset_index.astype(np.int32),
        dates=dates,
        assets=assets,
        digests=day_digests([hashes, values], offsets),
    )


def row_offsets(date_index: NDArray[np.integer[Any]], days: int) -> NDArray[np.int64]:
    """Shape (days + 1,): rows of day k are ``offsets[k]:offsets[k + 1]``."""
    return np.searchsorted(date_index, np.arange(days + 1)).astype(np.int64)
