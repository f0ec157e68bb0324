"""Section 5: where the excess comes from."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.blocks import Block, Details, Picture, Pictures, Section
from deep_alpha.reporting.figures.attribution import cumulative_parts, stacked_parts, waterfall
from deep_alpha.reporting.figures.axes import percent_tick
from deep_alpha.reporting.figures.bars import signed_bars
from deep_alpha.reporting.formats import percent
from deep_alpha.reporting.judged_reading import cross_table, rows_of, signals_of
from deep_alpha.reporting.palette import style_hues
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.prose.portfolio_headline import parts_of
from deep_alpha.reporting.sections.beside import beside, not_computed
from deep_alpha.reporting.sections.names import file_name
from deep_alpha.reporting.tables.attribution import attribution_table, style_parts_table


def attribution_section(reading: PortfolioReading) -> Section:
    """Parts of the excess: as a sum, through time, and style by style."""
    inputs = reading.inputs
    blocks: list[Block] = []
    if inputs.attribution.empty:
        blocks.append(not_computed("The attribution was"))
    else:
        blocks += beside([_waterfall(reading), _stacked(reading)])
        blocks.append(attribution_table(reading))
    drawn = [
        name
        for name, curves in inputs.attribution_curves.items()
        if curves.notna().to_numpy().any()
    ]
    if drawn:
        blocks.append(Pictures([_through_time(reading, drawn[0], wide=True)]))
        others = [_through_time(reading, name) for name in drawn[1:]]
        if others:
            blocks.append(Details("Parts through time of the other signals", beside(others)))
    if inputs.style_parts.empty:
        blocks.append(not_computed("Contributions of styles were"))
    else:
        blocks += [Pictures([_styles(reading)]), style_parts_table(reading)]
    return Section("attribution", "Where the excess comes from", "Attribution", blocks)


def _waterfall(reading: PortfolioReading) -> Picture:
    name = signals_of(reading.inputs.attribution)[0]
    return Picture(
        "waterfall",
        partial(waterfall, parts_of(reading, name), reading.part_hues, name),
        f"Bars of the parts of the excess of {name}, each beginning where the last one ends",
        f"Excess a year of {name}’s portfolio over its benchmark: each part begins where the one "
        "above it ends, and the last bar is their sum.",
        reading.provenance(),
    )


def _stacked(reading: PortfolioReading) -> Picture:
    table = cross_table(reading.inputs.attribution, "signal", "part", "annual")
    return Picture(
        "parts",
        partial(stacked_parts, table, reading.part_hues),
        "Stacked bars of the parts of every signal’s excess, with a mark at their sum",
        "The same parts of every signal’s excess, end to end; those below zero go to the left, "
        "and the mark is the sum of both sides.",
        reading.provenance(),
    )


def _through_time(reading: PortfolioReading, name: str, *, wide: bool = False) -> Picture:
    return Picture(
        file_name("parts", name),
        partial(cumulative_parts, reading.inputs.attribution_curves[name], reading.part_hues, name),
        f"Lines of the sum of daily contributions of each part to the excess of {name}",
        f"Sums of the daily contributions to the excess of {name}’s portfolio; on every day the "
        "parts add up to the excess.",
        reading.provenance(),
        wide=wide,
    )


def _styles(reading: PortfolioReading) -> Picture:
    parts = reading.inputs.style_parts
    name = signals_of(parts)[0]
    rows = rows_of(parts, signal=name).dropna(subset="annual")
    values = pd.Series(rows["annual"].to_numpy(), [str(style) for style in rows["style"]])
    hues = style_hues(list(values.index))
    return Picture(
        "style-parts",
        partial(
            signed_bars, values, list(hues.values()), f"{name}: styles, a year",
            partial(percent, places=2, signed=True), tick=percent_tick,
        ),
        f"Bars of what each style contributes to the excess of {name}",
        f"Contribution a year of each style to the excess of {name}’s portfolio: what the "
        "constraints left of its bets on styles.",
        reading.provenance(),
        wide=True,
    )  # fmt: skip
