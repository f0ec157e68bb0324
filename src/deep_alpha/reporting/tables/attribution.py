"""Excess returns and the parts that add up to them."""

from __future__ import annotations

import pandas as pd

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.figures.attribution import part_words
from deep_alpha.reporting.formats import known, percent
from deep_alpha.reporting.judged_reading import cross_table
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.tables.marks import tint


def attribution_table(reading: PortfolioReading) -> Table:
    """Annual contribution of each part, its share below it, and their sum."""
    attribution = reading.inputs.attribution
    table = cross_table(attribution, "signal", "part", "annual")
    shares = cross_table(attribution, "signal", "part", "share").reindex_like(table)
    scale = float(table.abs().max().max())
    rows = []
    for signal, values, of_sum in zip(
        table.index, table.to_numpy(), shares.to_numpy(), strict=True
    ):
        cells = [
            Cell(
                percent(value, 2, signed=True),
                percent(share, 0) if known(share) else "",
                tint=tint(value, scale),
            )
            for value, share in zip(values, of_sum, strict=True)
        ]
        total = percent(pd.Series(values).sum(min_count=1), 2, signed=True)
        rows.append(Row(str(signal), [*cells, Cell(total)], hue=reading.hues[str(signal)]))
    return Table(
        [
            Column("signal", numeric=False),
            *(Column(part_words(part), "Excess a year, share of the sum below") for part in table),
            Column("sum", "Excess"),
        ],
        rows,
        "Where the excess over the benchmark comes from, annualised from daily contributions, "
        "which add up. Weighting is what a reference in equal weights earns over the benchmark: no "
        "skill of the signal. The remainder is what no part explains, and should be nothing.",
        reading.provenance(),
    )


def style_parts_table(reading: PortfolioReading) -> Table:
    """What the part of the styles is made of."""
    table = cross_table(reading.inputs.style_parts, "signal", "style", "annual")
    scale = float(table.abs().max().max())
    rows = []
    for signal, values in zip(table.index, table.to_numpy(), strict=True):
        cells = [Cell(percent(value, 2, signed=True), tint=tint(value, scale)) for value in values]
        total = percent(pd.Series(values).sum(min_count=1), 2, signed=True)
        rows.append(Row(str(signal), [*cells, Cell(total)], hue=reading.hues[str(signal)]))
    return Table(
        [
            Column("signal", numeric=False),
            *(Column(str(style), "Contribution a year") for style in table),
            Column("sum", "Styles"),
        ],
        rows,
        "The part of the styles, style by style: active exposure × the style’s return, annualised.",
        reading.provenance(),
    )
