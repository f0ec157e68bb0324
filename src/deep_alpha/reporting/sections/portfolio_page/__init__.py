"""The sections of the portfolios' page, in order."""

from deep_alpha.reporting.blocks import Section
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.sections.portfolio_page.attribution import attribution_section
from deep_alpha.reporting.sections.portfolio_page.enhancement import enhancement_section
from deep_alpha.reporting.sections.portfolio_page.exchange import exchange_section
from deep_alpha.reporting.sections.portfolio_page.layers import layers_section
from deep_alpha.reporting.sections.portfolio_page.long_only import long_only_section
from deep_alpha.reporting.sections.portfolio_page.overview import overview_section
from deep_alpha.reporting.sections.portfolio_page.relaxations import relaxations_section

__all__ = ["portfolio_page_sections"]


def portfolio_page_sections(reading: PortfolioReading) -> list[Section]:
    """Every section, whether it has something to show or says why it has not."""
    return [
        overview_section(reading),
        layers_section(reading),
        long_only_section(reading),
        enhancement_section(reading),
        relaxations_section(reading),
        attribution_section(reading),
        exchange_section(reading),
    ]
