"""Section 10: how much was searched for the best row."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Block, Section
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading
from deep_alpha.reporting.sections.beside import not_computed
from deep_alpha.reporting.tables.plain import plain_table


def search_section(reading: ScoreboardReading) -> Section:
    """The table of the search."""
    search = reading.inputs.search
    blocks: list[Block] = [not_computed("Statistics of the search were")]
    if search.size:
        caption = (
            "Everything that was looked at on these dates counts: the more, the higher the best "
            "of them would be by luck alone. The deflated Sharpe ratio is the probability that the "
            "true one is above 0 after that; the probability of overfitting is the share of splits "
            "in which the configuration that is best on one half of the days is worse than the "
            "median on the other."
        )
        blocks = [plain_table(search, caption, reading.provenance())]
    return Section("search", "The search", "Search", blocks)
