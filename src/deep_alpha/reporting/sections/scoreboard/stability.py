"""Section 8: steadiness, losses, and beta."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Block, Section
from deep_alpha.reporting.prose.scoreboard_sections import stability_sentence
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading
from deep_alpha.reporting.sections.beside import not_computed, opening
from deep_alpha.reporting.tables.stability import alpha_table, stability_table


def stability_section(reading: ScoreboardReading) -> Section:
    """The tables of stability and of alpha and beta."""
    inputs = reading.inputs
    blocks: list[Block] = [*opening(stability_sentence(reading))]
    blocks.append(
        not_computed("Stability was") if inputs.stability.empty else stability_table(reading)
    )
    blocks.append(
        not_computed("Alpha and beta were") if inputs.alpha_beta.empty else alpha_table(reading)
    )
    return Section("stability", "Stability, alpha and beta", "Stability", blocks)
