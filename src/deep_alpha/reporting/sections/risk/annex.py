"""Section 1: Annex 1 of paper 001 as implemented."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Prose, Section
from deep_alpha.reporting.risk_reading import RiskReading
from deep_alpha.reporting.tables.descriptors import descriptor_table


def annex_section(reading: RiskReading) -> Section:
    """The table of descriptors."""
    if reading.inputs.descriptors.empty:
        blocks = [Prose(["No descriptor was computed."])]
        return Section("annex", "The styles as implemented", "Annex 1", blocks)
    table = descriptor_table(reading)
    return Section("annex", "The styles as implemented", "Annex 1", [table])
