"""Section 3: information coefficients."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.blocks import Block, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.ic import cumulative_ic
from deep_alpha.reporting.prose.sections import offsets_sentence, year_sentence
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.tables.ic import by_period_table, horizon_table, offsets_table


def ic_section(reading: Reading) -> Section:
    """All models together, by year, by grid and by horizon."""
    blocks: list[Block] = []
    opening = " ".join(filter(None, [year_sentence(reading), offsets_sentence(reading)]))
    if opening:
        blocks.append(Prose([opening]))
    series = {m.name: m.rank_ic for m in reading.ordered if m.rank_ic.notna().any()}
    if series:
        blocks.append(Pictures([_all_models(reading, pd.DataFrame(series))]))
    else:
        blocks.append(Prose(["No model has an IC to draw."]))
    tables = [by_period_table(reading), offsets_table(reading), horizon_table(reading)]
    blocks.extend(table for table in tables if table is not None)
    return Section("ic", "Information coefficients", "IC", blocks)


def _all_models(reading: Reading, series: pd.DataFrame) -> Picture:
    return Picture(
        "ic-cumulative",
        partial(cumulative_ic, series, reading.hues, reading.test_starts),
        "Lines of the cumulative rank IC of every model",
        "Cumulative daily rank IC of all models; a straight line is a steady signal. Yardsticks "
        "are dashed, the oracle is dotted; vertical lines begin test windows.",
        reading.provenance(),
        wide=True,
    )
