"""Section 10: configurations of our own."""

from __future__ import annotations

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Block, Section
from deep_alpha.reporting.prose.behaviour_tables import beyond_sentences
from deep_alpha.reporting.sections.behaviour.missing import missing
from deep_alpha.reporting.sections.beside import opening
from deep_alpha.reporting.tables.beyond import beyond_table


def beyond_section(reading: BehaviourReading) -> Section:
    """Other inputs, targets and losses, beside the paper's."""
    table = reading.tables.beyond
    if table.empty:
        blocks: list[Block] = [missing("beyond", "The configurations beyond the paper were")]
    else:
        names = [model.name for model in reading.scored]
        blocks = [*opening(*beyond_sentences(table, names)), beyond_table(reading)]
    return Section("beyond", "Beyond the paper", "Beyond", blocks)
