"""Long-only accounts: over all days, and period by period."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import count, decimal, percent
from deep_alpha.reporting.judged_reading import rows_of, signals_of
from deep_alpha.reporting.portfolio_inputs import WHOLE
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.tables.marks import tint

_EXCESS = ("excess_benchmark", "excess_equal_benchmark", "excess_universe")
_WHAT_THEY_ARE = (
    "Accounts as the simulated exchange left them, from cash on: lots, price limits, suspensions, "
    "settlement and all costs included. Returns are geometric, excess returns differences of "
    "annual returns; equal weights pay no costs. Turnover is one-sided, the mean of a day."
)


def long_only_table(reading: PortfolioReading) -> Table:
    """Each long-only portfolio over all days, a group of rows a signal."""
    table = rows_of(reading.inputs.long_only, period=WHOLE)
    scale = _scale(table)
    rows: list[Row] = []
    for signal in signals_of(table):
        rows.append(Row(signal, hue=reading.hues[signal], style="group"))
        rows += [
            Row(str(own["portfolio"]), _cells(own, scale))
            for own in rows_of(table, signal=signal).to_dict("records")
        ]
    return _table("portfolio", rows, _WHAT_THEY_ARE, reading)


def long_only_periods_table(reading: PortfolioReading) -> Table:
    """The same by period, a group of rows a signal and portfolio."""
    table = reading.inputs.long_only
    scale = _scale(table)
    rows: list[Row] = []
    for signal in signals_of(table):
        own = rows_of(table, signal=signal)
        for portfolio in dict.fromkeys(own["portfolio"]):
            hue = reading.hues[signal]
            rows.append(Row(signal, note=str(portfolio), hue=hue, style="group"))
            for period in rows_of(own, portfolio=portfolio).to_dict("records"):
                style = "total" if period["period"] == WHOLE else ""
                rows.append(Row(str(period["period"]), _cells(period, scale), style=style))
    caption = "The same accounts by period; what is annual is annualised within its period."
    return _table("period", rows, caption, reading)


def _table(heading: str, rows: list[Row], caption: str, reading: PortfolioReading) -> Table:
    account, excess, trading = "Account, net", "Return a year less that of", "Trading"
    return Table(
        [
            Column(heading, numeric=False),
            Column("return", account, hint="A year, geometric"),
            Column("volatility", account),
            Column("Sharpe", account),
            Column("drawdown", account),
            Column("benchmark", excess),
            Column("benchmark, equal", excess, hint="The benchmark’s names in equal weights"),
            Column("universe, equal", excess, hint="All scored names in equal weights"),
            Column("turnover", trading, hint="One-sided, of a day"),
            Column("costs a year", trading),
            Column("names held", trading, hint="Mean of the closes"),
            Column("cash", trading, hint="Mean share at the close"),
        ],
        rows,
        caption,
        reading.provenance("net of all simulated costs"),
    )


def _cells(own: Mapping[Hashable, Any], scale: float) -> list[Cell]:
    return [
        Cell(percent(own.get("annual_return"), 1, signed=True)),
        Cell(percent(own.get("volatility"), 1)),
        Cell(decimal(own.get("sharpe"), 2)),
        Cell(percent(own.get("max_drawdown"), 1)),
        *(
            Cell(percent(excess, 1, signed=True), tint=tint(excess, scale))
            for excess in (own.get(name, float("nan")) for name in _EXCESS)
        ),
        Cell(percent(own.get("turnover"), 1)),
        Cell(percent(own.get("costs_annual"), 1)),
        Cell(count(own.get("holdings"))),
        Cell(percent(own.get("cash"), 1)),
    ]


def _scale(table: pd.DataFrame) -> float:
    return float(table.reindex(columns=list(_EXCESS)).abs().max().max())
