"""Section 5: today's ranking."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Block, Pair, Prose, Section
from deep_alpha.reporting.formats import day, plural
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.tables.frames import ranking_table

_SHOWN = 20


def ranking_section(reading: Reading) -> Section:
    """The highest and the lowest names of the newest date."""
    inputs = reading.inputs
    ranking = inputs.ranking
    if ranking.empty:
        blocks: list[Block] = [Prose(["There is no live fold, so no ranking of the newest date."])]
        return Section("ranking", "Newest ranking", "Ranking", blocks)
    ordered = ranking.sort_values("rank")
    half = min(_SHOWN, len(ordered) // 2) or len(ordered)
    tables = [ranking_table(ordered.head(half), inputs, f"Top {half}")]
    if half < len(ordered):
        tables.append(ranking_table(ordered.tail(half), inputs, f"Bottom {half}"))
    sentence = (
        f"{plural(len(ordered), 'name')} ranked at the close of {day(inputs.ranking_date)} for "
        f"the next {inputs.horizon} days by models trained on every label known that day. What "
        "follows is a forecast: nothing on this page has checked it."
    )
    return Section("ranking", "Newest ranking", "Ranking", [Prose([sentence]), Pair(tables)])
