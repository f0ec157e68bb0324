"""The styles in numbers, and how well planted returns were found again."""

from __future__ import annotations

import pandas as pd

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.figures.styles import VIF_LIMIT
from deep_alpha.reporting.formats import decimal, percent, small_percent
from deep_alpha.reporting.risk_reading import COUNTRY, RiskReading
from deep_alpha.reporting.tables.marks import tint


def style_table(reading: RiskReading) -> Table:
    """Stability, significance, collinearity and returns of every style and the country."""
    table = reading.inputs.styles
    scale = float(table["sharpe"].abs().max())
    numbers = {str(name): values for name, values in table.to_dict("index").items()}
    names = [name for name in reading.styles if name in numbers]
    rows = []
    for name in [*names, *([COUNTRY] if COUNTRY in numbers else [])]:
        style = numbers[name]
        largest = decimal(style["vif_max"], 1)
        cells = [
            Cell(small_percent(style["filled"])),
            Cell(decimal(style["autocorrelation"], 3)),
            Cell(decimal(style["mean_abs_t"], 2)),
            Cell(percent(style["share_t_above_2"], 0)),
            Cell(decimal(style["vif_mean"], 2)),
            Cell(f"{largest} > {VIF_LIMIT}" if style["vif_max"] > VIF_LIMIT else largest),
            Cell(percent(style["annual_return"], 1, signed=True)),
            Cell(percent(style["annual_volatility"], 1)),
            Cell(
                decimal(style["sharpe"], 2, signed=True),
                tint=0.0 if name == COUNTRY else tint(style["sharpe"], scale),
            ),
        ]
        rows.append(
            Row(name, cells, hue=reading.hues[name], style="total" if name == COUNTRY else "")
        )
    exposures, regressions, returns = "Exposures", "Daily regressions", "Factor return, a year"
    return Table(
        [
            Column("style", numeric=False),
            Column("stood in", exposures, hint="Share of exposures that were not known"),
            Column("autocorrelation", exposures, hint="With those of 21 days before"),
            Column("mean |t|", regressions),
            Column("|t| > 2", regressions, hint="Share of days"),
            Column("mean VIF", regressions, hint="Variance inflation factor"),
            Column("largest", regressions, hint="Variance inflation factor"),
            Column("mean", returns),
            Column("volatility", returns),
            Column("Sharpe", returns),
        ],
        rows,
        "Styles in numbers: exposures that an industry’s mean or 0 stands in for, correlation of "
        "exposures with those of 21 days before, t statistics and variance inflation factors of "
        "the daily regressions, and returns of the factors before costs, which nobody could "
        "trade as they are.",
        reading.provenance(),
    )


def planted_table(planted: pd.DataFrame, reading: RiskReading) -> Table:
    """Correlation of each estimated factor with the one that the simulation planted."""
    rows = [
        Row(
            str(factor["factor"]),
            [Cell(decimal(factor["correlation"], 3))],
            hue=reading.hues.get(str(factor["factor"])),
        )
        for factor in planted.to_dict("records")
    ]
    return Table(
        [Column("factor", numeric=False), Column("correlation")],
        rows,
        "Daily returns of the estimated factors against those that the simulation planted.",
        reading.provenance(),
    )
