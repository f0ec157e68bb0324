"""Section 1: how sure the figures are, and who is ahead of whom."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.blocks import Block, Picture, Section
from deep_alpha.reporting.figures.dots import interval_dots, paper_and_tradable
from deep_alpha.reporting.prose.scoreboard_sections import paired_sentence, tradable_sentence
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading
from deep_alpha.reporting.sections.beside import beside, not_computed, opening
from deep_alpha.reporting.tables.paired import paired_table


def certainty_section(reading: ScoreboardReading) -> Section:
    """Intervals, paper against tradable IC, paired tests."""
    blocks: list[Block] = [*opening(tradable_sentence(reading), paired_sentence(reading))]
    blocks += beside([*_intervals(reading), *_tradable(reading)])
    if reading.inputs.paired.empty:
        blocks.append(not_computed("Paired tests were"))
    else:
        blocks.append(paired_table(reading))
    return Section("certainty", "How sure, and how much of it can be traded", "Certainty", blocks)


def _columns(reading: ScoreboardReading, *columns: str) -> pd.DataFrame:
    return pd.DataFrame({name: reading.column(name) for name in columns}).reindex(reading.ordered)


def _intervals(reading: ScoreboardReading) -> list[Picture]:
    intervals = _columns(reading, "rank_ic", "low", "high").dropna(subset="rank_ic")
    if intervals.empty:
        return []
    return [
        Picture(
            "intervals",
            partial(interval_dots, intervals, reading.hues),
            "A row for each signal with its mean rank IC and the interval around it",
            "Mean rank IC with its 95 % interval, which allows for labels that overlap. Intervals "
            "of two signals may overlap although the one is surely ahead: see the paired tests.",
            reading.provenance(),
        )
    ]


def _tradable(reading: ScoreboardReading) -> list[Picture]:
    ics = _columns(reading, "rank_ic", "tradable_ic").dropna()
    if ics.empty:
        return []
    return [
        Picture(
            "tradable",
            partial(paper_and_tradable, ics, reading.hues),
            "A row for each signal with its rank IC on paper and its tradable rank IC",
            "The same scores judged twice: from the close that made them, and from the next day’s "
            "vwap on names that can be bought then; the difference stands on the right.",
            reading.provenance(),
        )
    ]
