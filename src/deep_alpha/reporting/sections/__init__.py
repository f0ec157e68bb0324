"""The sections of the page of results, in order."""

from deep_alpha.reporting.blocks import Section
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.sections.headline import headline_section
from deep_alpha.reporting.sections.information import ic_section
from deep_alpha.reporting.sections.market import market_section
from deep_alpha.reporting.sections.portfolios import portfolio_section
from deep_alpha.reporting.sections.protocol import protocol_section
from deep_alpha.reporting.sections.ranking import ranking_section
from deep_alpha.reporting.sections.split import split_section

__all__ = ["all_sections"]


def all_sections(reading: Reading) -> list[Section]:
    """Every section, whether it has something to show or says why it has not."""
    return [
        headline_section(reading),
        market_section(reading),
        split_section(reading),
        ic_section(reading),
        portfolio_section(reading),
        ranking_section(reading),
        protocol_section(reading),
    ]
