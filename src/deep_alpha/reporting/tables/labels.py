"""Labels made from returns and specific returns."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import count, day, decimal, percent
from deep_alpha.reporting.risk_reading import RiskReading


def target_table(reading: RiskReading) -> Table:
    """Moments of each kind of label."""
    rows = [
        Row(
            str(kind),
            [
                Cell(count(label["horizon"])),
                Cell(count(label["known"])),
                Cell(percent(label["mean"], 2, signed=True)),
                Cell(percent(label["sd"], 2)),
                Cell(decimal(label["skewness"], 2, signed=True)),
                Cell(decimal(label["kurtosis"], 1)),
                Cell(decimal(label["correlation_with_raw"], 3)),
            ],
        )
        for kind, label in reading.inputs.targets.to_dict("index").items()
    ]
    return Table(
        [
            Column("label", numeric=False),
            Column("days", hint="Horizon in market days"),
            Column("known labels"),
            Column("mean"),
            Column("sd"),
            Column("skewness"),
            Column("kurtosis", hint="In excess of the normal distribution’s"),
            Column("correlation with raw"),
        ],
        rows,
        "Labels before standardising: raw returns over the horizon, and specific ones (residual: "
        "sum of the daily ones; compound: the same compounded; single: one regression of the "
        "whole return). Kurtosis is in excess of the normal distribution’s.",
        reading.provenance(),
    )


def largest_labels_table(reading: RiskReading) -> Table:
    """The largest labels one by one."""
    labels = reading.inputs.largest_labels
    rows = [
        Row(
            str(label["asset"]),
            [
                Cell(day(label["date"])),
                Cell(str(label["kind"])),
                Cell(percent(label["value"], 1, signed=True)),
            ],
        )
        for label in labels.to_dict("records")
    ]
    return Table(
        [
            Column("asset", numeric=False),
            Column("date", numeric=False),
            Column("label", numeric=False),
            Column("value"),
        ],
        rows,
        "The labels of the largest size. Each deserves a look: a resumption after months and an "
        "error in the data look alike here.",
        reading.provenance(),
    )
