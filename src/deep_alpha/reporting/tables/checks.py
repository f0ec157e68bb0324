"""What the risk model was checked for, and what it had to do without."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import (
    anything,
    count,
    day,
    scientific,
    small_percent,
)
from deep_alpha.reporting.risk_reading import RiskReading

PASSED, FAILED = "✓ holds", "✗ fails"


def checks_table(reading: RiskReading) -> Table:
    """Every check with its worst value, the day of it, and whether it holds."""
    rows = [
        Row(
            str(check["name"]),
            [
                Cell(PASSED if check["passed"] else FAILED, tint=0.4 if check["passed"] else -1.0),
                Cell(str(check["formula"])),
                Cell(scientific(check["worst"])),
                Cell(scientific(check["tolerance"])),
                Cell(day(check["date"])),
            ],
        )
        for check in reading.inputs.checks
    ]
    return Table(
        [
            Column("check", numeric=False),
            Column("result", numeric=False),
            Column("what must hold", numeric=False),
            Column("worst"),
            Column("tolerance"),
            Column("day", numeric=False),
        ],
        rows,
        "Checks of every day: the worst value, what is allowed, and the day of the worst value.",
        reading.provenance(),
    )


def missing_table(reading: RiskReading) -> Table:
    """What was not known, how often, and what stood in for it."""
    rows = [
        Row(
            str(gap["what"]),
            [
                Cell(count(gap["count"])),
                Cell(small_percent(gap["share"])),
                Cell(anything(gap["stand_in"])),
            ],
        )
        for gap in reading.inputs.missing
    ]
    return Table(
        [
            Column("what was missing", numeric=False),
            Column("values"),
            Column("share"),
            Column("what stood in", numeric=False),
        ],
        rows,
        "Values that were not known, and what the model did about them.",
        reading.provenance(),
    )


def collinear_table(reading: RiskReading) -> Table:
    """Columns that were left out of regressions because others make them up."""
    rows = [
        Row(str(column["column"]), [*_days(column), Cell(anything(column["reason"]))])
        for column in reading.inputs.collinear.to_dict("records")
    ]
    caption = "Columns that were left out of the regression, and on how many days."
    return _days_table("column", rows, caption, reading, Column("reason", numeric=False))


def skipped_table(reading: RiskReading) -> Table:
    """Days without a regression by reason."""
    rows = [
        Row(anything(gap["reason"]), _days(gap))
        for gap in reading.inputs.skipped.to_dict("records")
    ]
    return _days_table("reason", rows, "Days without a regression.", reading)


def _days(gap: Mapping[Hashable, Any]) -> list[Cell]:
    return [Cell(count(gap["days"])), Cell(day(gap["first"])), Cell(day(gap["last"]))]


def _days_table(
    heading: str, rows: Sequence[Row], caption: str, reading: RiskReading, *more: Column
) -> Table:
    columns = [
        Column(heading, numeric=False),
        Column("days"),
        Column("first", numeric=False),
        Column("last", numeric=False),
        *more,
    ]
    return Table(columns, rows, caption, reading.provenance())
