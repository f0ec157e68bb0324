"""Section 4: how long a score stays right."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.blocks import Block, Picture, Pictures, Section
from deep_alpha.reporting.figures.decay import ic_decay_lines
from deep_alpha.reporting.prose.scoreboard_sections import decay_sentence
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading
from deep_alpha.reporting.sections.beside import not_computed, opening


def decay_section(reading: ScoreboardReading) -> Section:
    """IC with later windows, one by one and together."""
    blocks: list[Block] = [not_computed("The decay was")]
    if len(reading.inputs.decay):
        blocks = [*opening(decay_sentence(reading)), Pictures([_lines(reading)])]
    return Section("decay", "Decay", "Decay", blocks)


def _lines(reading: ScoreboardReading) -> Picture:
    return Picture(
        "decay",
        partial(ic_decay_lines, reading.inputs.decay, reading.hues),
        "Lines of every signal’s rank IC over later windows, alone and together",
        "Rank IC of a score with the return of later days alone, and with that of all days up to "
        "the end of the window. All windows are entered on the same day.",
        reading.provenance(),
        wide=True,
    )
