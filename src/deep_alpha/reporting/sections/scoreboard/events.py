"""Section 7: where a score picks its names up."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.blocks import Block, Picture, Pictures, Section
from deep_alpha.reporting.figures.events import event_paths
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading
from deep_alpha.reporting.sections.beside import not_computed


def events_section(reading: ScoreboardReading) -> Section:
    """Paths of the top and the bottom around the formation."""
    blocks: list[Block] = [not_computed("The event study was")]
    if len(reading.inputs.events):
        blocks = [Pictures([_paths(reading)])]
    return Section("events", "Before and after the formation", "Events", blocks)


def _paths(reading: ScoreboardReading) -> Picture:
    return Picture(
        "events",
        partial(event_paths, reading.inputs.events, reading.hues),
        "Lines of the mean return of top and bottom quantile around the day of formation",
        "Mean cumulative return of the names in the top and in the bottom quantile, less that of "
        "all names, before and after the close that puts them there; the two sides have scales of "
        "their own. Before is what the score follows or bets against; only what comes after can "
        "be earned.",
        reading.provenance("gross of costs"),
        wide=True,
    )
