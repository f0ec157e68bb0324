"""Section 6: what must hold on every day."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Block, Prose, Section
from deep_alpha.reporting.risk_reading import RiskReading
from deep_alpha.reporting.tables.checks import checks_table, collinear_table


def checks_section(reading: RiskReading) -> Section:
    """The checks, and the columns that were left out of regressions."""
    inputs = reading.inputs
    checked = inputs.checks
    blocks: list[Block] = [checks_table(reading) if checked else Prose(["Nothing was checked."])]
    if inputs.collinear.empty:
        blocks.append(Prose(["No column was left out of a regression."]))
    else:
        blocks.append(collinear_table(reading))
    return Section("checks", "Checks", "Checks", blocks)
