"""Section 9: the scenario models, an extension."""

from __future__ import annotations

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Block, Section
from deep_alpha.reporting.prose.behaviour_tables import scenario_sentences
from deep_alpha.reporting.sections.behaviour.missing import missing
from deep_alpha.reporting.sections.beside import opening
from deep_alpha.reporting.tables.scenarios import events_table, scenario_table


def scenario_section(reading: BehaviourReading) -> Section:
    """Results on event rows, and events by year; never mixed into the paper's tables."""
    results = reading.tables.scenarios
    if results.empty:
        blocks: list[Block] = [missing("scenarios", "The scenario models were")]
    else:
        blocks = [*opening(*scenario_sentences(results)), scenario_table(reading)]
    if len(reading.tables.scenario_years):
        blocks.append(events_table(reading))
    title = "Scenario models: an extension, not in the paper"
    return Section("scenarios", title, "Scenarios", blocks)
