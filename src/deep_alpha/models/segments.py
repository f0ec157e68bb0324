"""From a feature table and its labels to the samples of one segment of a fold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Segment
from deep_alpha.labels import Labels
from deep_alpha.models.samples import Samples


def segment_samples(
    table: FeatureTable,
    labels: Labels,
    segment: Segment,
    *,
    known_only: bool,
    features: Sequence[str] = (),
    every: int = 1,
    lookback: int = 1,
) -> Samples:
    """The samples of one segment.

    Args:
        table: Feature rows.
        labels: Forward returns by row.
        segment: Which days.
        known_only: Keep only rows whose label is known, as fitting needs.
        features: Names of the features a model sees; empty for all.
        every: Keep every n-th day of the segment.
        lookback: Traded days a model sees at once; rows without that much history are
            left out.

    Returns:
        Samples whose features are the table's own memory, unless columns are chosen.
    """
    span = table.rows_between(segment.first, segment.last)
    names = tuple(features) or table.names
    values, first = table.values, 0
    if names != table.names:
        # Columns are copied for the segment's rows only (and its lookback's rows).
        first = 0 if lookback > 1 else span.start
        values = table.values[first : span.stop, table.columns(names)]
    rows = np.arange(span.start, span.stop, dtype=np.int64)
    forward_return = np.asarray(labels.forward_return[span])
    keep = np.ones(len(rows), dtype=np.bool_)
    if known_only:
        keep &= np.isfinite(forward_return)
    if every > 1:
        keep &= (table.date_index[span] - segment.first) % every == 0
    previous = None
    if lookback > 1:
        previous = table.previous_row
        oldest = rows
        for _ in range(lookback - 1):
            oldest = np.where(oldest >= 0, previous[oldest], -1)
        keep &= oldest >= 0
    kept = rows[keep]
    return Samples(
        features=values,
        rows=kept - first,
        date_index=table.date_index[kept].astype(np.int64),
        asset_index=table.asset_index[kept].astype(np.int64),
        target=forward_return[keep],
        forward_return=forward_return[keep],
        feature_names=names,
        lookback=lookback,
        previous_row=previous,
    )
