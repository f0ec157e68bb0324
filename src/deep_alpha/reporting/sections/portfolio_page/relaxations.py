"""Section 4: constraints that could not be held."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Block, Details, Section
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.prose.portfolio_headline import relaxation_sentence
from deep_alpha.reporting.sections.beside import not_computed, opening
from deep_alpha.reporting.tables.enhancement import relaxation_counts, relaxation_table

OPEN_ROWS = 40


def relaxations_section(reading: PortfolioReading) -> Section:
    """Every relaxation with its date; where they are many, a count of them first."""
    inputs = reading.inputs
    blocks: list[Block] = [*opening(relaxation_sentence(reading))]
    if inputs.enhancement.empty and inputs.relaxations.empty:
        blocks.append(not_computed("Relaxations were"))
    elif len(inputs.relaxations) > OPEN_ROWS:
        blocks.append(relaxation_counts(reading))
        blocks.append(Details("Every relaxation with its date", [relaxation_table(reading)]))
    else:
        blocks.append(relaxation_table(reading))
    return Section("relaxations", "Relaxed constraints", "Relaxations", blocks)
