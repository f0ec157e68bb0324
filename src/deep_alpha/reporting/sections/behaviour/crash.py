"""Section 8: the market's worst months, counterpart of January 2025."""

from __future__ import annotations

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Block, Section
from deep_alpha.reporting.prose.behaviour_portfolios import crash_sentences
from deep_alpha.reporting.sections.behaviour.missing import missing
from deep_alpha.reporting.sections.beside import opening
from deep_alpha.reporting.tables.crash import crash_table


def crash_section(reading: BehaviourReading) -> Section:
    """IC and portfolio returns in the worst months of the market."""
    if reading.tables.crash.empty:
        blocks: list[Block] = [missing("crash", "The market’s worst months were")]
    else:
        blocks = [*opening(*crash_sentences(reading)), crash_table(reading)]
    return Section("crash", "The worst months", "Crashes", blocks)
