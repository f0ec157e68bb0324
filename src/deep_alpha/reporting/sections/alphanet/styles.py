"""Section 11: how much style the scores carry."""

from __future__ import annotations

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Block, Section
from deep_alpha.reporting.prose.alphanet_inside import style_sentences
from deep_alpha.reporting.sections.alphanet.missing import missing
from deep_alpha.reporting.sections.beside import opening
from deep_alpha.reporting.tables.alphanet_inside import style_exposure_table


def style_exposure_section(reading: AlphaNetReading) -> Section:
    """Correlation of every model's score with the styles and with volatility."""
    if reading.tables.styles.empty:
        blocks: list[Block] = [missing("styles", "Style exposures of the scores were")]
    else:
        blocks = [*opening(*style_sentences(reading)), style_exposure_table(reading)]
    return Section("styles", "Style exposures", "Styles", blocks)
