"""Section 12: the paper against this project, point by point."""

from __future__ import annotations

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Block, Section
from deep_alpha.reporting.prose.behaviour_tables import conformance_sentence
from deep_alpha.reporting.sections.alphanet.missing import missing
from deep_alpha.reporting.sections.beside import opening
from deep_alpha.reporting.tables.conformance import conformance_table


def alphanet_conformance_section(reading: AlphaNetReading) -> Section:
    """Every point on which the paper is open, wrong or departed from."""
    items = reading.tables.conformance
    if items.empty:
        blocks: list[Block] = [missing("conformance", "The points of conformance were")]
    else:
        table = conformance_table(items, reading.provenance())
        blocks = [*opening(conformance_sentence(items)), table]
    return Section("conformance", "Conformance", "Conformance", blocks)
