"""Section 4: from V3 to V4, rung by rung; the summary of the paper's chapter 4."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.alphanet_figures import LADDER
from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Block, Picture, Pictures, Section
from deep_alpha.reporting.figures.ladder import ladder_dots
from deep_alpha.reporting.prose.alphanet_ablation import ladder_sentences
from deep_alpha.reporting.sections.alphanet.missing import missing, not_among_axes
from deep_alpha.reporting.sections.beside import opening
from deep_alpha.reporting.tables.alphanet_ablation import ladder_table, usable

_DRAWN = ("train_error", "valid_error", "rank_ic", "residual_ic")


def ladder_section(reading: AlphaNetReading) -> Section:
    """The ladder as dots and as a table."""
    rungs = reading.of_axis(LADDER)
    if rungs.empty:
        absent = reading.tables.ablation.empty
        what = missing("ablation", "The ladder from V3 to V4 was")
        blocks: list[Block] = [what if absent else not_among_axes(LADDER)]
        return Section("ladder", "From V3 to V4", "Ladder", blocks)
    drawn = rungs.assign(**{column: usable(rungs, column) for column in _DRAWN})
    picture = Picture(
        "ladder",
        partial(ladder_dots, drawn, reading.hue(reading.headline)),
        "Dots of the error and of the rank IC of every rung of the ladder",
        "Error and IC by rung. Left, the error over the variance of the target, 1 for a constant "
        "score; right, the rank IC on the test, against raw and against residual returns.",
        reading.provenance(seeds=False),
        wide=True,
    )
    blocks = [*opening(*ladder_sentences(reading)), Pictures([picture]), ladder_table(reading)]
    return Section("ladder", "From V3 to V4", "Ladder", blocks)
