"""Section 6: the IC within industries, years and bands of size."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.blocks import Block, Details, Pair, Picture, Pictures, Section
from deep_alpha.reporting.figures.bars import signed_bars
from deep_alpha.reporting.formats import decimal
from deep_alpha.reporting.industry_names import in_english
from deep_alpha.reporting.judged_reading import rows_of
from deep_alpha.reporting.prose.scoreboard_sections import industry_sentence
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading
from deep_alpha.reporting.sections.beside import not_computed, opening
from deep_alpha.reporting.tables.slices import industry_table, size_table, year_table


def slices_section(reading: ScoreboardReading) -> Section:
    """Industries of the signal drawn large, all of them on demand, years and sizes."""
    inputs = reading.inputs
    blocks: list[Block] = [*opening(industry_sentence(reading))]
    if inputs.industries.empty:
        blocks.append(not_computed("The IC by industry was"))
    else:
        values = _industries(reading)
        if len(values):
            blocks.append(Pictures([_bars(reading, values)]))
        blocks.append(Details("Industries of all signals", [industry_table(reading)]))
    tables = []
    for words, table, draw in (
        ("The IC by year was", inputs.years, year_table),
        ("The IC by size was", inputs.sizes, size_table),
    ):
        if table.empty:
            blocks.append(not_computed(words))
        else:
            tables.append(draw(reading))
    if tables:
        blocks.append(Pair(tables))
    return Section("slices", "Industries, years, sizes", "Slices", blocks)


def _industries(reading: ScoreboardReading) -> pd.Series:
    """IC by industry of the signal drawn large, highest first, named with names a day."""
    rows = rows_of(reading.inputs.industries, signal=reading.shown).dropna(subset="rank_ic")
    rows = rows.sort_values("rank_ic", ascending=False)
    names = rows["names"] if "names" in rows else pd.Series(float("nan"), rows.index)
    labels = [
        f"{in_english(str(industry))} ({number:.0f})" if number > 0 else in_english(str(industry))
        for industry, number in zip(rows["industry"], names, strict=True)
    ]
    return pd.Series(rows["rank_ic"].to_numpy(), labels, dtype="float64")


def _bars(reading: ScoreboardReading, values: pd.Series) -> Picture:
    shown = str(reading.shown)
    title = f"{shown}: rank IC by industry"
    return Picture(
        "industries",
        partial(signed_bars, values, reading.hues[shown], title, decimal),
        f"Bars of the mean rank IC of {shown} within each industry",
        f"Mean rank IC of {shown} among the names of one industry; in brackets, names a day.",
        reading.provenance(),
        wide=True,
    )
