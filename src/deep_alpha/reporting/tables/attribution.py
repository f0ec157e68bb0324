"""Excess returns and the parts that add up to them."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.figures.attribution import part_words
from deep_alpha.reporting.formats import known, percent
from deep_alpha.reporting.judged_reading import cross_table, rows_of, signals_of
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.tables.marks import tint

_HOW_PARTS_ADD_UP = (
    "annualised from daily contributions, which add up. Weighting is what a reference in equal "
    "weights earns over the benchmark: no skill of the signal. The remainder is what no part "
    "explains, and should be nothing."
)


def attribution_table(reading: PortfolioReading) -> Table:
    """Annual contribution of each part, its share below it, and their sum."""
    attribution = reading.inputs.attribution
    table = cross_table(attribution, "signal", "part", "annual")
    shares = cross_table(attribution, "signal", "part", "share").reindex_like(table)
    scale = float(table.abs().max().max())
    rows = [
        Row(
            str(signal),
            part_cells(table.loc[signal], shares.loc[signal], scale),
            hue=reading.hues[str(signal)],
        )
        for signal in table.index
    ]
    return Table(
        [Column("signal", numeric=False), *part_columns(table)],
        rows,
        f"Where the excess over the benchmark comes from, {_HOW_PARTS_ADD_UP}",
        reading.provenance(),
    )


def part_columns(parts: Iterable[object]) -> list[Column]:
    """A column for each part, and one for their sum."""
    return [
        *(Column(part_words(part), "Excess a year, share of the sum below") for part in parts),
        Column("sum", "Excess"),
    ]


def part_cells(values: pd.Series, shares: pd.Series, scale: float) -> list[Cell]:
    """Cells under those columns.

    Args:
        values: Annual contribution by part.
        shares: Its share of their sum.
        scale: The contribution that has the strongest background.
    """
    cells = [
        Cell(
            percent(value, 2, signed=True),
            percent(share, 0) if known(share) else "",
            tint=tint(value, scale),
        )
        for value, share in zip(values, shares, strict=True)
    ]
    return [*cells, Cell(percent(values.sum(min_count=1), 2, signed=True))]


def long_only_split_table(reading: PortfolioReading) -> Table:
    """The same parts of every long-only portfolio, a group of rows a signal."""
    split = reading.inputs.long_only_split
    parts = list(dict.fromkeys(str(part) for part in split["part"]))
    scale = float(split["annual"].abs().max())
    rows: list[Row] = []
    for signal in signals_of(split):
        own = rows_of(split, signal=signal)
        values = cross_table(own, "portfolio", "part", "annual").reindex(columns=parts)
        shares = cross_table(own, "portfolio", "part", "share").reindex_like(values)
        rows.append(Row(signal, hue=reading.hues[signal], style="group"))
        rows += [
            Row(str(name), part_cells(values.loc[name], shares.loc[name], scale))
            for name in values.index
        ]
    return Table(
        [Column("portfolio", numeric=False), *part_columns(parts)],
        rows,
        f"Where the excess of long-only portfolios over the benchmark comes from, "
        f"{_HOW_PARTS_ADD_UP} All other parts are counted from those equal weights on.",
        reading.provenance("net of all simulated costs"),
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
