"""The fits of each model in one line: rows of the table of fits."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Cell, Row
from deep_alpha.reporting.formats import count, decimal, known
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.records import FIT_BASIS


def fit_rows(reading: Reading) -> list[Row]:
    """A row a model with what its fits have recorded; none for one that recorded nothing."""
    rows = []
    for model in reading.ordered:
        ic, epoch, samples, seconds = (
            reading.metrics.value("fit", model.name, column, FIT_BASIS)
            for column in ("valid_ic", "best_epoch", "train_samples", "seconds")
        )
        if not any(known(value) for value in (ic, epoch, samples, seconds)):
            continue
        # A constant prediction has no IC on validation either.
        shown = float("nan") if model.name in reading.degenerate else ic
        texts = [decimal(shown), decimal(epoch, 1), count(samples), decimal(seconds, 1)]
        rows.append(Row(model.name, [Cell(t) for t in texts], hue=reading.hues[model.name]))
    return rows
