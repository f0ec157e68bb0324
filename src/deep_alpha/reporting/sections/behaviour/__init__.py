"""The sections of paper 000's page, in order."""

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Section
from deep_alpha.reporting.sections.behaviour.conformance import conformance_section
from deep_alpha.reporting.sections.behaviour.crash import crash_section
from deep_alpha.reporting.sections.behaviour.explanation import explanation_section
from deep_alpha.reporting.sections.behaviour.factors import factor_section
from deep_alpha.reporting.sections.behaviour.fits import support_vector_section
from deep_alpha.reporting.sections.behaviour.information import paper_ic_section
from deep_alpha.reporting.sections.behaviour.networks import network_section
from deep_alpha.reporting.sections.behaviour.overview import overview_section
from deep_alpha.reporting.sections.behaviour.own import beyond_section
from deep_alpha.reporting.sections.behaviour.portfolios import paper_portfolio_section
from deep_alpha.reporting.sections.behaviour.scenarios import scenario_section
from deep_alpha.reporting.sections.behaviour.sensitivity import sensitivity_section
from deep_alpha.reporting.sections.behaviour.signals import signal_section

__all__ = ["behaviour_sections"]


def behaviour_sections(reading: BehaviourReading) -> list[Section]:
    """Every section, whether it has something to show or says why it has not."""
    return [
        overview_section(reading),
        network_section(reading),
        paper_ic_section(reading),
        paper_portfolio_section(reading),
        explanation_section(reading),
        factor_section(reading.paper),
        signal_section(reading),
        sensitivity_section(reading),
        crash_section(reading),
        scenario_section(reading),
        beyond_section(reading),
        support_vector_section(reading),
        conformance_section(reading),
    ]
