"""The sections of the risk model's page, in order."""

from deep_alpha.reporting.blocks import Section
from deep_alpha.reporting.risk_reading import RiskReading
from deep_alpha.reporting.sections.risk.annex import annex_section
from deep_alpha.reporting.sections.risk.checks import checks_section
from deep_alpha.reporting.sections.risk.coverage import coverage_section
from deep_alpha.reporting.sections.risk.fit import fit_section
from deep_alpha.reporting.sections.risk.industries import industries_section
from deep_alpha.reporting.sections.risk.overview import overview_section
from deep_alpha.reporting.sections.risk.planted import planted_section
from deep_alpha.reporting.sections.risk.returns import returns_section
from deep_alpha.reporting.sections.risk.styles import styles_section
from deep_alpha.reporting.sections.risk.targets import targets_section

__all__ = ["risk_sections"]


def risk_sections(reading: RiskReading) -> list[Section]:
    """Every section, whether it has something to show or says why it has not.

    Only a simulated market has a section about what was planted.
    """
    sections = [
        overview_section(reading),
        annex_section(reading),
        coverage_section(reading),
        returns_section(reading),
        fit_section(reading),
        styles_section(reading),
        checks_section(reading),
        industries_section(reading),
        targets_section(reading),
    ]
    planted = reading.inputs.planted
    return sections if planted is None else [*sections, planted_section(planted, reading)]
