"""Section 8: the enhanced index; Table 5-3."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Block, Picture, Pictures, Section
from deep_alpha.reporting.figures.enhancement import all_excess
from deep_alpha.reporting.judged_reading import cross_table, rows_of
from deep_alpha.reporting.prose.alphanet_results import enhancement_sentences, not_enhanced
from deep_alpha.reporting.sections.alphanet.missing import missing, not_enhanced_yet
from deep_alpha.reporting.sections.beside import opening
from deep_alpha.reporting.tables.alphanet_enhancement import half_year_table


def half_year_section(reading: AlphaNetReading) -> Section:
    """Half-years of every enhanced index, their paths, and the models that have none."""
    title, short = "Index enhancement", "Index"
    table, without = reading.tables.enhancement, not_enhanced(reading)
    asked: list[Block] = [not_enhanced_yet(without)] if without else []
    if table.empty:
        what = missing("enhancement", "Indices enhanced with AlphaNets were")
        return Section("enhancement", title, short, asked or [what])
    blocks = [*opening(*enhancement_sentences(reading)), *asked, half_year_table(reading)]
    return Section("enhancement", title, short, [*blocks, *_paths(reading)])


def _paths(reading: AlphaNetReading) -> list[Block]:
    table = reading.tables.enhancement_curves
    curves = {
        model: wide
        for model in reading.models
        if "excess" in (wide := cross_table(rows_of(table, signal=model), "date", "part", "value"))
    }
    if not curves:
        return [missing("enhancement_curves", "Paths of the enhanced indices were")]
    picture = Picture(
        "alphanet-enhancement",
        partial(all_excess, curves, {model: reading.hue(model) for model in curves}),
        "Lines of the compounded excess of the indices enhanced with AlphaNets",
        "Excess over the benchmark, daily differences compounded.",
        reading.provenance("net of the exchange’s costs"),
        wide=True,
    )
    return [Pictures([picture])]
