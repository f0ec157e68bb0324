from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deep_alpha.reporting import (
    AlphaNetInputs,
    BehaviourInputs,
    PortfolioInputs,
    ReportInputs,
    RiskReportInputs,
    ScoreboardInputs,
    page,
    write_alphanet_page,
    write_behaviour_page,
    write_portfolio_page,
    write_report,
    write_risk_page,
    write_scoreboard_page,
)

from .fake import fake_inputs
from .fake_alphanet import fake_alphanet_inputs
from .fake_behaviour import fake_behaviour_inputs
from .fake_portfolios import fake_portfolio_inputs
from .fake_risk import fake_risk_inputs
from .fake_scoreboard import fake_scoreboard_inputs

# The smallest PNG file: one transparent pixel.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


@pytest.fixture(scope="session")
def inputs() -> ReportInputs:
    return fake_inputs()


@pytest.fixture(scope="session")
def behaviour_inputs() -> BehaviourInputs:
    return fake_behaviour_inputs()


@pytest.fixture(scope="session")
def alphanet_inputs() -> AlphaNetInputs:
    return fake_alphanet_inputs()


@pytest.fixture(scope="session")
def risk_inputs() -> RiskReportInputs:
    return fake_risk_inputs()


@pytest.fixture(scope="session")
def scoreboard_inputs() -> ScoreboardInputs:
    return fake_scoreboard_inputs()


@pytest.fixture(scope="session")
def portfolio_inputs() -> PortfolioInputs:
    return fake_portfolio_inputs()


@pytest.fixture
def dots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts a dot in place of every picture."""

    def render(draw: object, *, wide: bool, watermark: str = "") -> dict[str, bytes]:
        variants = ["light", "dark"] + (["light-narrow", "dark-narrow"] if wide else [])
        return dict.fromkeys(variants, DOT)

    monkeypatch.setattr(page, "render", render)


@pytest.fixture
def html(dots: None, tmp_path: Path) -> Callable[[ReportInputs], str]:
    """Writes the page of results for some inputs, with dots for pictures."""
    return lambda some: write_report(some, tmp_path / "report").read_text(encoding="utf-8")


@pytest.fixture
def behaviour_html(dots: None, tmp_path: Path) -> Callable[[BehaviourInputs], str]:
    """Writes the page of paper 000 for some inputs, with dots for pictures."""
    return lambda some: write_behaviour_page(some, tmp_path / "report").read_text(encoding="utf-8")


@pytest.fixture
def alphanet_html(dots: None, tmp_path: Path) -> Callable[[AlphaNetInputs], str]:
    """Writes the page of paper 001 for some inputs, with dots for pictures."""
    return lambda some: write_alphanet_page(some, tmp_path / "report").read_text(encoding="utf-8")


@pytest.fixture
def risk_html(dots: None, tmp_path: Path) -> Callable[[RiskReportInputs], str]:
    """Writes the risk model's page for some inputs, with dots for pictures."""
    return lambda some: write_risk_page(some, tmp_path / "report").read_text(encoding="utf-8")


@pytest.fixture
def scoreboard_html(dots: None, tmp_path: Path) -> Callable[[ScoreboardInputs], str]:
    """Writes the scoreboard for some inputs, with dots for pictures."""
    return lambda some: write_scoreboard_page(some, tmp_path / "report").read_text(encoding="utf-8")


@pytest.fixture
def portfolio_html(dots: None, tmp_path: Path) -> Callable[[PortfolioInputs], str]:
    """Writes the portfolios' page for some inputs, with dots for pictures."""
    return lambda some: write_portfolio_page(some, tmp_path / "report").read_text(encoding="utf-8")
