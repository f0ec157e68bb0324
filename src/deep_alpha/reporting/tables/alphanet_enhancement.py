"""Counterpart of paper 001's Table 5-3: the enhanced index by half-year."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import count, decimal, percent
from deep_alpha.reporting.judged_reading import rows_of, signals_of
from deep_alpha.reporting.portfolio_inputs import WHOLE
from deep_alpha.reporting.printed_alphanet import PRINTED_ENHANCEMENT, version_of
from deep_alpha.reporting.tables.marks import tint


def half_year_table(reading: AlphaNetReading) -> Table:
    """Each model's half-years and all days, then the paper's periods as printed."""
    table = reading.tables.enhancement
    scale = float(table["excess"].abs().max())
    rows: list[Row] = []
    for signal in signals_of(table):
        rows.append(Row(signal, hue=reading.hue(signal), style="group"))
        for period in rows_of(table, signal=signal).to_dict("records"):
            style = "total" if period["period"] == WHOLE else ""
            rows.append(Row(str(period["period"]), _cells(period, scale), style=style))
        version = version_of(signal)
        for name, printed in PRINTED_ENHANCEMENT.get(version, {}).items():
            texts = [
                percent(printed.excess, 2, signed=True),
                percent(printed.excess_sd, 2),
                decimal(printed.sharpe, 2),
                percent(printed.drawdown, 2),
                count(printed.holdings),
                percent(printed.turnover, 2),
            ]
            cells = [Cell(text) for text in texts]
            rows.append(Row(f"{name}, {version}, paper as printed", cells, style="absent"))
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
        ],
        rows,
        "Table 5-3. The enhanced index by half-year: excess of the period, not annualised; its sd "
        "and Sharpe ratio are annualised from daily excess returns. Turnover is one-sided: the "
        "paper’s cap of 30 % is read as two-sided, which is 15 % in this column. Of the printed "
        "numbers, yield ÷ standard deviation is not the Sharpe ratio, holdings of “2.23” and "
        "“2.53” are read as 223 and 253, and drawdowns have our sign.",
        reading.provenance(),
    )


def _cells(period: Mapping[Hashable, Any], scale: float) -> list[Cell]:
    excess = period["excess"]
    return [
        Cell(percent(excess, signed=True), tint=tint(excess, scale)),
        Cell(percent(period.get("annual_excess_sd"))),
        Cell(decimal(period.get("sharpe"), 2)),
        Cell(percent(period.get("max_drawdown"))),
        Cell(count(period.get("holdings"))),
        Cell(percent(period.get("turnover"))),
    ]
