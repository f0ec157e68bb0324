"""Section 8: the labels that specific returns make."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Block, Prose, Section
from deep_alpha.reporting.prose.risk_sections import targets_sentence
from deep_alpha.reporting.risk_reading import RiskReading
from deep_alpha.reporting.tables.labels import largest_labels_table, target_table


def targets_section(reading: RiskReading) -> Section:
    """Moments of the labels, and the largest of them one by one."""
    inputs = reading.inputs
    blocks: list[Block] = []
    sentence = targets_sentence(reading)
    if sentence:
        blocks.append(Prose([sentence]))
    if inputs.targets.empty:
        blocks.append(Prose(["No label was made."]))
    else:
        blocks.append(target_table(reading))
    if len(inputs.largest_labels):
        blocks.append(largest_labels_table(reading))
    return Section("targets", "Labels", "Labels", blocks)
