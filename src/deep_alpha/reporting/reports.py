"""The pages: what each is called and which sections it has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from deep_alpha.reporting.alphanet_inputs import AlphaNetInputs
from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.behaviour_inputs import BehaviourInputs
from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Section
from deep_alpha.reporting.inputs import ReportInputs
from deep_alpha.reporting.judged_inputs import JudgedInputs
from deep_alpha.reporting.names import (
    ALPHANET,
    BEHAVIOUR,
    PORTFOLIOS,
    RESULTS,
    RISK,
    SCOREBOARD,
)
from deep_alpha.reporting.page import Page, write_page
from deep_alpha.reporting.portfolio_inputs import PortfolioInputs
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.prose.alphanet_headline import alphanet_headline
from deep_alpha.reporting.prose.behaviour_headline import behaviour_headline
from deep_alpha.reporting.prose.headline import headline_sentence
from deep_alpha.reporting.prose.portfolio_headline import portfolio_headline
from deep_alpha.reporting.prose.risk_headline import risk_headline
from deep_alpha.reporting.prose.scoreboard_headline import scoreboard_headline
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.risk_inputs import RiskReportInputs
from deep_alpha.reporting.risk_reading import RiskReading
from deep_alpha.reporting.scoreboard_inputs import ScoreboardInputs
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading
from deep_alpha.reporting.sections import all_sections
from deep_alpha.reporting.sections.alphanet import alphanet_sections
from deep_alpha.reporting.sections.behaviour import behaviour_sections
from deep_alpha.reporting.sections.portfolio_page import portfolio_page_sections
from deep_alpha.reporting.sections.risk import risk_sections
from deep_alpha.reporting.sections.scoreboard import scoreboard_sections


def write_report(inputs: ReportInputs, folder: Path) -> Path:
    """Write ``index.html``, the page of results, and ``figures/index/`` into a folder.

    Args:
        inputs: Everything the page shows.
        folder: Where to write (:func:`deep_alpha.reporting.page.write_page`).

    Returns:
        The page's path.
    """
    reading = Reading(inputs)
    page = _page(
        RESULTS, inputs.market.name, inputs, headline_sentence(reading), all_sections(reading)
    )
    return write_page(page, folder)


def write_behaviour_page(inputs: BehaviourInputs, folder: Path) -> Path:
    """Write ``behaviour.html``, the page of paper 000, and ``figures/behaviour/`` into a folder.

    Args:
        inputs: Everything the page shows.
        folder: Where to write (:func:`deep_alpha.reporting.page.write_page`).

    Returns:
        The page's path.
    """
    reading = BehaviourReading(inputs)
    page = _page(
        BEHAVIOUR,
        inputs.results.market.name,
        inputs.results,
        behaviour_headline(reading),
        behaviour_sections(reading),
    )
    return write_page(replace(page, title=f"{page.title}: paper 000"), folder)


def write_alphanet_page(inputs: AlphaNetInputs, folder: Path) -> Path:
    """Write ``alphanet.html``, the page of paper 001, and ``figures/alphanet/`` into a folder.

    Args:
        inputs: Everything the page shows.
        folder: Where to write (:func:`deep_alpha.reporting.page.write_page`).

    Returns:
        The page's path.
    """
    reading = AlphaNetReading(inputs)
    page = _page(
        ALPHANET,
        inputs.results.market.name,
        inputs.results,
        alphanet_headline(reading),
        alphanet_sections(reading),
    )
    return write_page(replace(page, title=f"{page.title}: paper 001"), folder)


def write_risk_page(inputs: RiskReportInputs, folder: Path) -> Path:
    """Write ``risk.html``, the page of the risk model, and ``figures/risk/`` into a folder.

    Args:
        inputs: Everything the page shows.
        folder: Where to write (:func:`deep_alpha.reporting.page.write_page`).

    Returns:
        The page's path.
    """
    reading = RiskReading(inputs)
    page = _page(RISK, inputs.market, inputs, risk_headline(reading), risk_sections(reading))
    return write_page(page, folder)


def write_scoreboard_page(inputs: ScoreboardInputs, folder: Path) -> Path:
    """Write ``scoreboard.html`` and ``figures/scoreboard/`` into a folder.

    Args:
        inputs: Everything the page shows.
        folder: Where to write (:func:`deep_alpha.reporting.page.write_page`).

    Returns:
        The page's path.
    """
    reading = ScoreboardReading(inputs)
    page = _page(
        SCOREBOARD,
        inputs.market,
        inputs,
        scoreboard_headline(reading),
        scoreboard_sections(reading),
    )
    return write_page(page, folder)


def write_portfolio_page(inputs: PortfolioInputs, folder: Path) -> Path:
    """Write ``portfolios.html`` and ``figures/portfolios/`` into a folder.

    Args:
        inputs: Everything the page shows.
        folder: Where to write (:func:`deep_alpha.reporting.page.write_page`).

    Returns:
        The page's path.
    """
    reading = PortfolioReading(inputs)
    page = _page(
        PORTFOLIOS,
        inputs.market,
        inputs,
        portfolio_headline(reading),
        portfolio_page_sections(reading),
    )
    return write_page(page, folder)


def _page(
    name: str,
    market: str,
    inputs: ReportInputs | RiskReportInputs | JudgedInputs,
    headline: str,
    sections: list[Section],
) -> Page:
    """A page under a name, with what all inputs say alike."""
    return Page(
        name=name,
        title=inputs.title,
        market=market,
        generated=inputs.generated,
        headline=headline,
        sections=sections,
        pages=inputs.pages,
        watermark=inputs.watermark,
    )
