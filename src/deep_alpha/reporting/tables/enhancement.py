"""Index enhancement by period, and the constraints that could not be held."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import anything, count, day, decimal, percent, plural
from deep_alpha.reporting.judged_reading import rows_of, signals_of
from deep_alpha.reporting.portfolio_inputs import WHOLE
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.tables.marks import tint

NONE = "none"


def enhancement_table(reading: PortfolioReading) -> Table:
    """Excess, its risk, and holdings of each signal's portfolio by period."""
    table = reading.inputs.enhancement
    scale = float(table["excess"].abs().max())
    rows: list[Row] = []
    for signal in signals_of(table):
        rows.append(Row(signal, hue=reading.hues[signal], style="group"))
        for period in rows_of(table, signal=signal).to_dict("records"):
            style = "total" if period["period"] == WHOLE else ""
            rows.append(Row(str(period["period"]), _cells(period, scale), style=style))
    excess, portfolio = "Excess over the benchmark", "Portfolio"
    return Table(
        [
            Column("period", numeric=False),
            Column("excess", excess, hint="Of the period, not annualised"),
            Column("sd a year", excess, hint="Of the daily excess, annualised"),
            Column("Sharpe", excess, hint="Mean ÷ sd of the daily excess, annualised"),
            Column("drawdown", excess, hint="Largest, of the compounded excess"),
            Column("names held", portfolio),
            Column("turnover", portfolio, hint="One-sided, of a rebalancing"),
            Column("active share", portfolio),
        ],
        rows,
        "Table 5-3 of paper 001. Index enhancement by period: excess is that of the period, not "
        "annualised; its sd and Sharpe ratio are annualised from daily excess returns. Turnover is "
        "one-sided, the mean of a rebalancing: a two-sided cap is twice as large a number.",
        reading.provenance(),
    )


def relaxation_table(reading: PortfolioReading) -> Table:
    """Every constraint that a rebalancing could not hold: date, from what, to what."""
    relaxed = reading.inputs.relaxations
    rows: list[Row] = []
    for signal in signals_of(reading.inputs.enhancement, relaxed):
        own = rows_of(relaxed, signal=signal)
        hue = reading.hues[signal]
        if own.empty:
            rows.append(Row(signal, hue=hue, style="group", message=NONE))
            continue
        dates = plural(own["date"].nunique(), "date")
        note = f"{plural(len(own), 'relaxation')} on {dates}"
        rows.append(Row(signal, note=note, hue=hue, style="group"))
        rows += [
            Row(
                day(each["date"]),
                [
                    Cell(anything(each["constraint"])),
                    Cell(anything(each["from"])),
                    Cell(anything(each["to"])),
                ],
            )
            for each in own.to_dict("records")
        ]
    return Table(
        [
            Column("date of decision", numeric=False),
            Column("constraint", numeric=False),
            Column("from"),
            Column("to"),
        ],
        rows,
        "Constraints that a rebalancing could not hold: from what and to what each was relaxed.",
        reading.provenance(),
    )


def relaxation_counts(reading: PortfolioReading) -> Table:
    """How often each constraint was relaxed, for each signal."""
    relaxed = reading.inputs.relaxations
    names = list(dict.fromkeys(str(name) for name in relaxed["constraint"]))
    rows = []
    for signal in signals_of(reading.inputs.enhancement, relaxed):
        own = rows_of(relaxed, signal=signal)
        hue = reading.hues[signal]
        if own.empty:
            rows.append(Row(signal, hue=hue, message=NONE))
            continue
        cells = [_count(own[own["constraint"].astype(str) == name]) for name in names]
        rows.append(Row(signal, cells, hue=hue))
    return Table(
        [Column("signal", numeric=False), *(Column(name, "Dates relaxed") for name in names)],
        rows,
        "On how many dates each constraint was relaxed, with the first and the last of them.",
        reading.provenance(),
    )


def _count(relaxed: pd.DataFrame) -> Cell:
    dates = relaxed["date"]
    if dates.empty:
        return Cell("0")
    first, last = day(dates.min()), day(dates.max())
    return Cell(count(dates.nunique()), first if first == last else f"{first} … {last}")


def _cells(period: Mapping[Hashable, Any], scale: float) -> list[Cell]:
    excess = period["excess"]
    return [
        Cell(percent(excess, 1, signed=True), tint=tint(excess, scale)),
        Cell(percent(period.get("annual_excess_sd"), 1)),
        Cell(decimal(period.get("sharpe"), 2)),
        Cell(percent(period.get("max_drawdown"), 1)),
        Cell(count(period.get("holdings"))),
        Cell(percent(period.get("turnover"), 1)),
        Cell(percent(period.get("active_share"), 1)),
    ]
