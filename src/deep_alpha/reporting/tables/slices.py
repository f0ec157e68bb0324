"""The IC of parts: industries, size bands, years."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import count, decimal, known
from deep_alpha.reporting.industry_names import in_english
from deep_alpha.reporting.judged_reading import cross_table, rows_of
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading
from deep_alpha.reporting.tables.marks import tint

_NO_NOTES: Mapping[tuple[object, object], float] = {}


def year_table(reading: ScoreboardReading) -> Table:
    """Mean rank IC of each signal by year, ICIR below it."""
    years = reading.inputs.years
    notes = {
        (row["signal"], row["year"]): row.get("icir", float("nan"))
        for row in years.to_dict("records")
    }
    caption = "Mean rank IC by calendar year, ICIR below it."
    return _by_signal(reading, cross_table(years, "signal", "year", "rank_ic"), caption, notes)


def size_table(reading: ScoreboardReading) -> Table:
    """Mean rank IC of each signal within bands of size."""
    table = cross_table(reading.inputs.sizes, "signal", "band", "rank_ic")
    caption = "Mean rank IC among the names of one band of size."
    return _by_signal(reading, table, caption, _NO_NOTES)


def industry_table(reading: ScoreboardReading) -> Table:
    """Mean rank IC of each signal within industries."""
    industries = reading.inputs.industries
    table = cross_table(industries, "industry", "signal", "rank_ic")
    signals = reading.in_order([str(name) for name in table.columns])
    scale = float(table.abs().max().max())
    rows = []
    for industry in table.index:
        values = table.loc[industry, signals]
        own = rows_of(industries, industry=industry)
        cells = [
            *(Cell(count(own[column].max())) for column in ("names", "days") if column in own),
            *(Cell(decimal(value), tint=tint(value, scale)) for value in values),
        ]
        english = in_english(str(industry))
        rows.append(Row(str(industry), cells, note=english if english != industry else ""))
    counted = [Column(column) for column in ("names", "days") if column in industries]
    return Table(
        [
            Column("industry", numeric=False),
            *counted,
            *(Column(name, "Mean rank IC") for name in signals),
        ],
        rows,
        "Mean rank IC among the names of one industry. Names a day and days with an IC are the "
        "largest of the signals.",
        reading.provenance(),
    )


def _by_signal(
    reading: ScoreboardReading,
    table: pd.DataFrame,
    caption: str,
    notes: Mapping[tuple[object, object], float],
) -> Table:
    scale = float(table.abs().max().max())
    rows = []
    for signal in reading.in_order([str(name) for name in table.index]):
        cells = []
        for column, value in zip(table.columns, table.loc[signal].to_numpy(), strict=True):
            ratio = notes.get((signal, column), float("nan"))
            note = decimal(ratio, 2) if known(ratio) else ""
            cells.append(Cell(decimal(value), note, tint=tint(value, scale)))
        rows.append(Row(signal, cells, hue=reading.hues[signal], style=reading.style(signal)))
    columns = [Column(str(column)) for column in table.columns]
    return Table([Column("signal", numeric=False), *columns], rows, caption, reading.provenance())
