"""Section 9: signals beside each other."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.blocks import Block, Pair, Picture, Pictures, Section
from deep_alpha.reporting.figures.styles import MOST_READABLE, correlation_map
from deep_alpha.reporting.prose.scoreboard_sections import alike_sentence
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading
from deep_alpha.reporting.sections.beside import beside, not_computed, opening
from deep_alpha.reporting.tables.plain import return_map


def relations_section(reading: ScoreboardReading) -> Section:
    """Correlations of scores and of ICs, and double sorts."""
    inputs = reading.inputs
    blocks: list[Block] = [*opening(alike_sentence(reading))]
    pictures = [
        *_map(
            reading, "correlation", inputs.correlation, "Correlation of scores",
            "Mean daily rank correlation of two signals’ scores.",
        ),
        *_map(
            reading, "ic-correlation", inputs.ic_correlation, "Correlation of daily rank ICs",
            "Correlation of two signals’ daily rank ICs: whether they fail on the same days.",
        ),
    ]  # fmt: skip
    if any(picture.wide for picture in pictures):
        blocks += [Pictures([picture]) for picture in pictures]
    else:
        blocks += beside(pictures)
    if not pictures:
        blocks.append(not_computed("Correlations were"))
    sorts = [
        return_map(table, title, reading.provenance("gross of costs"))
        for title, table in inputs.double_sort.items()
        if table.notna().to_numpy().any()
    ]
    blocks.append(Pair(sorts) if sorts else not_computed("Double sorts were"))
    return Section("relations", "Signals beside each other", "Relations", blocks)


def _map(
    reading: ScoreboardReading, name: str, table: pd.DataFrame, title: str, caption: str
) -> list[Picture]:
    if len(table) < 2 or not table.notna().to_numpy().any():
        return []
    order = reading.in_order([str(signal) for signal in table.index])
    table = table.loc[order, order]
    return [
        Picture(
            name,
            partial(correlation_map, table, title=title),
            f"Matrix: {title.lower()} of every two signals",
            f"{caption} Blue is positive, orange negative.",
            reading.provenance(),
            wide=len(table) > MOST_READABLE,
        )
    ]
