"""Tables whose columns are not known beforehand, and maps of one number."""

from __future__ import annotations

import numpy as np
import pandas as pd

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import anything, percent
from deep_alpha.reporting.tables.marks import tint


def plain_table(frame: pd.DataFrame, caption: str, provenance: str = "") -> Table:
    """A frame as it is: the first column holds the rows' headings.

    Args:
        frame: Any text and numbers, at least one column.
        caption: What it shows.
        provenance: Market, dates and settings.
    """
    names = [str(column) for column in frame.columns]
    numeric = [pd.api.types.is_numeric_dtype(frame[column]) for column in frame.columns]
    rows = [
        Row(anything(values[0]), [Cell(anything(value)) for value in values[1:]])
        for values in frame.itertuples(index=False, name=None)
    ]
    columns = [
        Column(name.replace("_", " "), numeric=kind and place > 0)
        for place, (name, kind) in enumerate(zip(names, numeric, strict=True))
    ]
    return Table(columns, rows, caption, provenance)


def return_map(frame: pd.DataFrame, title: str, provenance: str) -> Table:
    """A table of returns by two sorts, tinted around their mean.

    Args:
        frame: Mean returns in decimals; the names of its axes say what was sorted by.
        title: What was sorted by what.
        provenance: Market, dates and settings.
    """
    around = frame - np.nanmean(frame.to_numpy(dtype=np.float64))
    scale = float(around.abs().max().max())
    rows = [
        Row(
            str(label),
            [
                Cell(percent(value, 2, signed=True), tint=tint(distance, scale))
                for value, distance in zip(values, around.loc[label], strict=True)
            ],
        )
        for label, values in zip(frame.index, frame.to_numpy(), strict=True)
    ]
    group = str(frame.columns.name or "")
    columns = [Column(str(label), group) for label in frame.columns]
    heading = Column(str(frame.index.name or "first sort"), numeric=False)
    return Table([heading, *columns], rows, f"{title}.", provenance)
