"""The feature table: one row of scaled features for each (date, asset) that has them.

Rows are sorted by date and then asset, so the training segment of a fold is one slice
of a memory-mapped file, shared by every job on the machine. The file is NumPy's own
``.npy`` (no pickles, memory-mapped by numpy itself); so is the index.

A row need not be a sample: a sequence model is fitted and judged on eligible names only,
but its windows hold all days on which a name traded (SPEC 0.1e).
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
        sample: Shape (rows,), booleans: rows that are fitted on and scored. The others
            are seen in windows only.
        dates: The calendar, datetime64.
        assets: The panel's assets.
        digests: Shape (days,), uint64: the content of each day's rows.
        folder: Where the table is stored; jobs in other processes open it there.
    """

    values: NDArray[np.float32]
    names: tuple[str, ...]
    date_index: NDArray[np.int32]
    asset_index: NDArray[np.int32]
    sample: NDArray[np.bool_]
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
        order = self._by_asset
        previous = np.full(len(self), -1, dtype=np.int64)
        same = self.asset_index[order][1:] == self.asset_index[order][:-1]
        previous[order[1:][same]] = order[:-1][same]
        return previous

    def unbroken_rows(self, max_gap: int | None = None) -> NDArray[np.int64]:
        """How many of an asset's rows, back from each row, follow each other.

        Args:
            max_gap: Most market days without a row between two rows that still follow
                each other; None for any number.

        Returns:
            Shape (rows,), counting the row itself: a window of n rows is whole where the
            count is n or more.
        """
        order = self._by_asset
        asset, date = self.asset_index[order], self.date_index[order]
        begins = np.ones(len(order), dtype=np.bool_)
        begins[1:] = asset[1:] != asset[:-1]
        if max_gap is not None:
            begins[1:] |= np.diff(date) > max_gap + 1
        place = np.arange(len(order))
        start = np.maximum.accumulate(np.where(begins, place, 0))
        count = np.empty(len(order), dtype=np.int64)
        count[order] = place - start + 1
        return count

    @property
    def first_day(self) -> int:
        """Calendar position of the first day with samples."""
        return int(self.date_index[self.sample.argmax()])

    def rows_between(self, first: int, last: int) -> slice:
        """Rows of the calendar days ``first`` to ``last``, both included."""
        stop = min(last + 1, len(self.dates))
        return slice(int(self.offsets[first]), int(self.offsets[stop]))

    def samples_between(self, first: int, last: int) -> NDArray[np.int64]:
        """Rows of those days that are samples, ascending."""
        span = self.rows_between(first, last)
        return np.flatnonzero(self.sample[span]) + np.int64(span.start)

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
                sample=self.sample,
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
            # Tables of earlier versions hold samples only.
            everyone = np.ones(len(date_index), dtype=np.bool_)
            sample = index["sample"] if "sample" in index.files else everyone
        with np.load(folder / _AXES, allow_pickle=False) as axes:
            dates, assets = axes["dates"].astype("datetime64[ns]"), axes["assets"].astype(object)
        return cls(
            values=np.load(folder / _VALUES, mmap_mode="r", allow_pickle=False),
            names=tuple(json.loads((folder / _META).read_text())["names"]),
            date_index=date_index,
            asset_index=asset_index,
            sample=sample,
            dates=dates,
            assets=assets,
            digests=digests,
            folder=folder,
        )

    @cached_property
    def _by_asset(self) -> NDArray[np.int64]:
        """Rows by asset, then date."""
        return np.argsort(self.asset_index, kind="stable")


def make_feature_table(
    values: NDArray[np.float32],
    names: tuple[str, ...],
    date_index: NDArray[np.integer[Any]],
    asset_index: NDArray[np.integer[Any]],
    panel: xr.Dataset,
    sample: NDArray[np.bool_] | None = None,
) -> FeatureTable:
    """Assemble a table from scaled rows and take each day's digest.

    The digest of a day covers the assets' names and not their positions: a new asset
    moves positions, but changes no earlier day.

    Args:
        values: Shape (rows, features), float32, finite, by date and then asset.
        names: One name for each feature.
        date_index: Shape (rows,), calendar position.
        asset_index: Shape (rows,), panel position.
        panel: Its dates and assets are the table's.
        sample: Shape (rows,), which rows are samples; None for all.
    """
    if sample is None:
        sample = np.ones(len(date_index), dtype=np.bool_)
    dates = panel["date"].to_numpy()
    assets = panel["asset"].to_numpy().astype(object)
    offsets = row_offsets(date_index, len(dates))
    hashes = name_hashes(assets)[asset_index]
    # The name of a row that is no sample enters with its bits flipped.
    marked = np.where(sample, hashes, ~hashes)
    return FeatureTable(
        values=values,
        names=names,
        date_index=date_index.astype(np.int32),
        asset_index=asset_index.astype(np.int32),
        sample=sample,
        dates=dates,
        assets=assets,
        digests=day_digests([marked, values], offsets),
    )


def row_offsets(date_index: NDArray[np.integer[Any]], days: int) -> NDArray[np.int64]:
    """Shape (days + 1,): rows of day k are ``offsets[k]:offsets[k + 1]``."""
    return np.searchsorted(date_index, np.arange(days + 1)).astype(np.int64)
