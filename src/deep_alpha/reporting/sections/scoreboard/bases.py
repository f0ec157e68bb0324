"""Section 2: what is left of the IC on other bases."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.blocks import Block, Picture, Pictures, Section
from deep_alpha.reporting.figures.bases import basis_bars
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading
from deep_alpha.reporting.sections.beside import not_computed

_BASES = {
    "rank_ic": "raw",
    "tradable_ic": "tradable",
    "residual_ic": "residual",
    "neutral_five_ic": "five neutral",
    "neutral_ic": "all neutral",
}


def bases_section(reading: ScoreboardReading) -> Section:
    """Bars of the rank IC on every basis that was computed."""
    table = pd.DataFrame({words: reading.column(name) for name, words in _BASES.items()})
    table = table.reindex(reading.ordered).dropna(how="all").dropna(how="all", axis=1)
    blocks: list[Block] = [not_computed("Other bases were")]
    if table.shape[1] > 1:
        blocks = [Pictures([_bars(reading, table)])]
    return Section("bases", "What is left on other bases", "Bases", blocks)


def _bars(reading: ScoreboardReading, table: pd.DataFrame) -> Picture:
    return Picture(
        "bases",
        partial(basis_bars, table, reading.hues),
        "Bars of every signal’s rank IC, a frame for each basis",
        "Mean rank IC by basis: raw, from close to close; tradable, from the next day’s vwap on "
        "names that can be bought; residual, against the part of the return that the risk model "
        "leaves; neutral, of the score after five factors, or all of the model’s, were taken out "
        "of it. A tick marks the raw IC.",
        reading.provenance(),
        wide=True,
    )
