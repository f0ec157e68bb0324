"""Metric records: the one form in which a number reaches a table, a picture or a file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class MetricRecord:
    """One number of one table.

    Args:
        paper: Which paper's counterpart: ``000``, ``001``, ``002`` or ``all``.
        table: The table's name.
        row: Usually the model.
        column: Which metric.
        value: The number; None where it could not be computed.
        sd: Standard deviation over seeds; None for a single run.
        n: How many days, or seeds, stand behind it.
        horizon: Label horizon in market days.
        basis: On what: all test days, one year, gross, net …
    """

    paper: str
    table: str
    row: str
    column: str
    value: float | None
    sd: float | None = None
    n: int | None = None
    horizon: int | None = None
    basis: str = "all"


def records_of(
    values: Mapping[str, Any],
    *,
    paper: str,
    table: str,
    row: str,
    horizon: int | None,
    basis: str,
    n: int | None = None,
    sd: Mapping[str, float] | None = None,
) -> list[dict[str, Any]]:
    """One record for each column of a table's row; NaN becomes None."""
    spread = sd or {}
    return [
        asdict(
            MetricRecord(
                paper=paper,
                table=table,
                row=row,
                column=column,
                value=_finite(value),
                sd=_finite(spread.get(column)),
                n=n,
                horizon=horizon,
                basis=basis,
            )
        )
        for column, value in values.items()
    ]


def lookup(
    records: Sequence[Mapping[str, Any]], table: str, row: str, column: str, **where: Any
) -> float | None:
    """The value of one cell; None where there is no such record."""
    for record in records:
        if (record["table"], record["row"], record["column"]) == (table, row, column) and all(
            record[key] == value for key, value in where.items()
        ):
            value: float | None = record["value"]
            return value
    return None


def _finite(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None
