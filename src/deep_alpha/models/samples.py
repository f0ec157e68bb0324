"""Samples: the one view of data that every model is fitted on and predicts from.

Features are kept as a *table of rows*, one row for each (date, asset) that has them,
sorted by date and then asset: the rows of a span of days are contiguous, so that a
training segment is a slice of a memory-mapped file and costs no copy. ``previous_row``
links each row to the same asset's row before it, so that a window of ``lookback`` rows
is a walk along the asset's own rows: a table that holds every traded day gives windows
of traded days (SPEC 0.1e), one of eligible days only gives windows of those.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IndexArray = NDArray[np.int64]


class WindowsLeftOut(NamedTuple):
    """Samples that a segment lacks because their window is not whole.

    Args:
        short: The asset had not traded for ``lookback`` days yet.
        interrupted: The window spans a suspension longer than is tolerated.
    """

    short: int = 0
    interrupted: int = 0


@dataclass(frozen=True)
class Samples:
    """A set of (date, asset) samples over a shared feature table.

    Args:
        features: Shape (rows, features), float32, finite. Shared, not copied; may be
            memory-mapped. Never written to.
        rows: Shape (n,), the feature row of each sample, ascending.
        date_index: Shape (n,), position of each sample's date in the market's
            calendar; ascending, so that the samples of a day are contiguous.
        asset_index: Shape (n,), position of each sample's asset in the panel.
        target: Shape (n,), float32, what is fitted, in the units of the target's
            definition (a return in decimals, or a rank in (0, 1]). NaN where unknown;
            a segment for fitting holds no NaN.
        forward_return: Shape (n,), float32, the unclipped forward return (decimals) the
            score is judged on; NaN where unknown.
        feature_names: One name for each column of ``features``.
        weight: Shape (n,), float32 weights, or None for equal ones.
        lookback: Traded days a model sees at once; 1 for tabular models.
        previous_row: Shape (rows,), feature row of the same asset's row before,
            -1 where there is none. Needed when ``lookback`` > 1.
        row_date: Shape (rows,), calendar position of each feature row; with windows only.
        row_asset: Shape (rows,), panel position of each feature row's asset; likewise.
        reach: Days after its own on which a sample's label is known; None where nothing says.
        left_out: What was left out when the segment was made; a subset keeps the numbers.
    """

    features: FloatArray
    rows: IndexArray
    date_index: IndexArray
    asset_index: IndexArray
    target: FloatArray
    forward_return: FloatArray
    feature_names: tuple[str, ...]
    weight: FloatArray | None = None
    lookback: int = 1
    previous_row: IndexArray | None = None
    row_date: NDArray[np.int32] | None = None
    row_asset: NDArray[np.int32] | None = None
    reach: int | None = None
    left_out: WindowsLeftOut = field(default_factory=WindowsLeftOut)

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, index: NDArray[np.integer] | slice) -> FloatArray:
        """Features of some samples.

        Args:
            index: Positions among the samples.

        Returns:
            Shape (k, features) for ``lookback`` 1, else (k, lookback, features), oldest
            day first.

        Raises:
            ValueError: A window reaches before the asset's first row.
        """
        rows = self.rows[index]
        if self.lookback == 1:
            return np.asarray(self.features[rows])
        return np.asarray(self.features[self._windows(rows)])

    def all(self) -> FloatArray:
        """Features of all samples, without a copy where the rows are contiguous."""
        if self.lookback == 1 and len(self) and self._contiguous():
            return np.asarray(self.features[self.rows[0] : self.rows[-1] + 1])
        return self.take(slice(None))

    def day_offsets(self) -> IndexArray:
        """Shape (days + 1,): samples of day k are ``offsets[k]:offsets[k + 1]``."""
        if not len(self):
            return np.zeros(1, dtype=np.int64)
        starts = np.flatnonzero(np.diff(self.date_index)) + 1
        return np.concatenate(([0], starts, [len(self)])).astype(np.int64)

    def day_batches(self) -> Iterator[tuple[int, slice]]:
        """Calendar position and sample slice of each day, in order."""
        offsets = self.day_offsets()
        for start, stop in itertools.pairwise(offsets):
            yield int(self.date_index[start]), slice(int(start), int(stop))

    def subset(self, keep: NDArray[np.bool_] | IndexArray | slice) -> Samples:
        """The samples selected by a mask, positions or a slice; features stay shared."""
        return replace(
            self,
            rows=self.rows[keep],
            date_index=self.date_index[keep],
            asset_index=self.asset_index[keep],
            target=self.target[keep],
            forward_return=self.forward_return[keep],
            weight=None if self.weight is None else self.weight[keep],
        )

    def _contiguous(self) -> bool:
        return int(self.rows[-1] - self.rows[0]) + 1 == len(self)

    def _windows(self, rows: IndexArray) -> IndexArray:
        if self.previous_row is None:
            raise ValueError("lookback > 1 needs previous_row")
        windows = np.empty((len(rows), self.lookback), dtype=np.int64)
        current = rows
        for position in range(self.lookback - 1, -1, -1):
            if len(current) and int(current.min()) < 0:
                raise ValueError(
                    f"a window of {self.lookback} rows reaches before the asset's first row"
                )
            windows[:, position] = current
            current = self.previous_row[current]
        return windows
