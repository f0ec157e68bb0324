"""From a feature table and its labels to the samples of one segment of a fold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Segment
from deep_alpha.labels import Labels
from deep_alpha.models.samples import IndexArray, Samples, WindowsLeftOut


def segment_samples(
    table: FeatureTable,
    labels: Labels,
    segment: Segment,
    *,
    known_only: bool,
    features: Sequence[str] = (),
    every: int = 1,
    lookback: int = 1,
    max_gap: int | None = None,
) -> Samples:
    """The samples of one segment.

    Args:
        table: Feature rows; those that are samples are taken, windows hold the others too.
        labels: Forward returns by row.
        segment: Which days.
        known_only: Keep only samples whose label is known, as fitting needs.
        features: Names of the features a model sees; empty for all.
        every: Keep every n-th day of the segment.
        lookback: Traded days a model sees at once; samples without that much history
            are left out.
        max_gap: Most market days without a row inside a window: samples whose window
            spans a longer suspension are left out (SPEC 001-C3). None keeps them.

    Returns:
        Samples whose features are the table's own memory, unless columns are chosen.
    """
    stop = table.rows_between(segment.first, segment.last).stop
    rows = table.samples_between(segment.first, segment.last)
    if every > 1:
        rows = rows[(table.date_index[rows] - segment.first) % every == 0]
    if known_only:
        rows = rows[np.isfinite(labels.forward_return[rows])]
    left_out, previous, row_date, row_asset = WindowsLeftOut(), None, None, None
    if lookback > 1:
        previous, row_date, row_asset = table.previous_row, table.date_index, table.asset_index
        rows, left_out = _with_whole_windows(table, rows, lookback, max_gap)
    names = tuple(features) or table.names
    values, first = table.values, 0
    if names != table.names:
        # Columns are copied for the samples' rows only, and for all that windows may hold.
        first = int(rows[0]) if lookback == 1 and len(rows) else 0
        values = table.values[first:stop, table.columns(names)]
    forward_return = np.asarray(labels.forward_return[rows])
    return Samples(
        features=values,
        rows=rows - first,
        date_index=table.date_index[rows].astype(np.int64),
        asset_index=table.asset_index[rows].astype(np.int64),
        target=forward_return,
        forward_return=forward_return,
        feature_names=names,
        lookback=lookback,
        previous_row=previous,
        row_date=row_date,
        row_asset=row_asset,
        reach=labels.target.reach,
        left_out=left_out,
    )


def _with_whole_windows(
    table: FeatureTable, rows: IndexArray, lookback: int, max_gap: int | None
) -> tuple[IndexArray, WindowsLeftOut]:
    """The rows whose window is whole, and how many are not, by reason."""
    long_enough = table.unbroken_rows()[rows] >= lookback
    whole = long_enough
    if max_gap is not None:
        whole = table.unbroken_rows(max_gap)[rows] >= lookback
    left_out = WindowsLeftOut(
        short=int(np.count_nonzero(~long_enough)),
        interrupted=int(np.count_nonzero(long_enough & ~whole)),
    )
    return rows[whole], left_out
