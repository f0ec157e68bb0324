"""Section 11: the support vector regressions' solvers."""

from __future__ import annotations

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Block, Section
from deep_alpha.reporting.prose.behaviour_tables import support_vector_sentence
from deep_alpha.reporting.sections.behaviour.missing import missing
from deep_alpha.reporting.sections.beside import opening
from deep_alpha.reporting.tables.support_vectors import support_vector_table


def support_vector_section(reading: BehaviourReading) -> Section:
    """How each fit was solved and how near to its optimum it is."""
    fits = reading.tables.support_vectors
    if fits.empty:
        blocks: list[Block] = [missing("support_vectors", "The support vector fits were")]
    else:
        blocks = [*opening(support_vector_sentence(fits)), support_vector_table(reading)]
    return Section("svr", "Support vector fits", "SVR", blocks)
