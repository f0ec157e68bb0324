"""Section 6: Table 5-1, and pairs against the yardsticks."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Block, Picture, Pictures, Section
from deep_alpha.reporting.figures.bases import basis_bars
from deep_alpha.reporting.figures.ic import cumulative_ic
from deep_alpha.reporting.prose.alphanet_results import information_sentences
from deep_alpha.reporting.sections.alphanet.missing import missing
from deep_alpha.reporting.sections.beside import not_computed, opening
from deep_alpha.reporting.tables.alphanet_ic import BASES, ic_table, pairs_table


def information_section(reading: AlphaNetReading) -> Section:
    """IC on every basis, as bars and as a table, its sum over time, and the paired tests."""
    title, short = "Information coefficients", "IC"
    if not reading.judged or reading.tables.bases.empty:
        blocks: list[Block] = [missing("bases", "The IC of AlphaNets was")]
        return Section("ic", title, short, blocks)
    blocks = [*opening(*information_sentences(reading)), ic_table(reading), *_bars(reading)]
    blocks += _cumulative(reading)
    pairs = pairs_table(reading)
    blocks.append(not_computed("Paired tests of AlphaNets were") if pairs is None else pairs)
    return Section("ic", title, short, blocks)


def _bars(reading: AlphaNetReading) -> list[Block]:
    names = [*reading.judged, *reading.rivals]
    bars = pd.DataFrame(
        {
            words: [reading.basis(name, basis, "rank_ic") for name in names]
            for basis, words in BASES.items()
        },
        names,
    ).dropna(axis="columns", how="all")
    if bars.shape[1] < 2:
        return []
    hues = {name: reading.hue(name) for name in names}
    picture = Picture(
        "alphanet-bases",
        partial(basis_bars, bars, hues),
        "Bars of the rank IC of AlphaNets and yardsticks on each basis",
        "Mean rank IC on every basis of Table 5-1; the tick is that against raw returns.",
        reading.provenance(),
        wide=True,
    )
    return [Pictures([picture])]


def _cumulative(reading: AlphaNetReading) -> list[Block]:
    results = [m for m in reading.paper.inputs.models if m.rank_ic.notna().any()]
    if not results:
        return []
    series = pd.DataFrame({model.name: model.rank_ic for model in results})
    hues = {model.name: reading.hue(model.name) for model in results}
    picture = Picture(
        "alphanet-cumulative",
        partial(cumulative_ic, series, hues, reading.paper.test_starts),
        "Lines of the cumulative rank IC of AlphaNets and yardsticks",
        "Cumulative daily rank IC; yardsticks are dashed, vertical lines begin test windows.",
        reading.provenance(),
        wide=True,
    )
    return [Pictures([picture])]
