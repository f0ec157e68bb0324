"""Section 9, of simulated markets: whether the planted factor returns were found."""

from __future__ import annotations

import pandas as pd

from deep_alpha.reporting.blocks import Block, Prose, Section
from deep_alpha.reporting.prose.risk_sections import planted_sentence
from deep_alpha.reporting.risk_reading import RiskReading
from deep_alpha.reporting.tables.styles import planted_table


def planted_section(planted: pd.DataFrame, reading: RiskReading) -> Section:
    """Correlations of estimated with planted returns."""
    sentence = planted_sentence(reading)
    blocks: list[Block] = [Prose([sentence])] if sentence else []
    if planted.empty:
        blocks.append(Prose(["No planted factor could be compared."]))
    else:
        blocks.append(planted_table(planted, reading))
    return Section("planted", "What was planted", "Planted", blocks)
