"""The pictures of the scoreboard and of the portfolios, drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from deep_alpha.reporting import PortfolioInputs, ScoreboardInputs, write_scoreboard_page
from deep_alpha.reporting.blocks import Picture, Section, pictures_of
from deep_alpha.reporting.figures.look import DARK, LIGHT, NARROW, WIDE, Look
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading
from deep_alpha.reporting.sections.portfolio_page import portfolio_page_sections
from deep_alpha.reporting.sections.scoreboard import scoreboard_sections

SCOREBOARD = {
    "intervals", "tradable", "bases", "months-blend-of-four", "months-gru-rank",
    "months-composite", "decay", "quantiles", "quantiles-all", "quantile-curves",
    "quantile-curves-all", "industries", "events", "correlation", "ic-correlation",
}  # fmt: skip
PORTFOLIOS = {
    "layers", "layers-all", "layer-curves", "layer-curves-all", "enhancement-blend-of-four",
    "enhancement-gru-rank", "enhancement-mlp-rank", "enhancement-composite", "enhancement-all",
    "long-only-blend-of-four-top-5", "long-only-blend-of-four-top-decile",
    "long-only-gru-rank-top-5", "long-only-gru-rank-top-decile",
    "holdings", "waterfall", "parts", "parts-blend-of-four", "parts-gru-rank", "style-parts",
}  # fmt: skip


def pictures(sections: list[Section]) -> list[Picture]:
    return [picture for section in sections for picture in pictures_of(section.blocks)]


def drawn(found: list[Picture]) -> None:
    """Lays each picture out once, in turn light and dark, wide and narrow."""
    for place, picture in enumerate(found):
        look = Look((LIGHT, DARK)[place % 2], WIDE if picture.wide and place % 3 == 0 else NARROW)
        with look.style():
            picture.draw(look).draw_without_rendering()


def test_the_scoreboards_pictures_can_be_drawn(scoreboard_inputs: ScoreboardInputs) -> None:
    found = pictures(scoreboard_sections(ScoreboardReading(scoreboard_inputs)))
    assert {picture.name for picture in found} == SCOREBOARD
    assert len(found) == len(SCOREBOARD)
    drawn(found)


def test_the_portfolios_pictures_can_be_drawn(portfolio_inputs: PortfolioInputs) -> None:
    found = pictures(portfolio_page_sections(PortfolioReading(portfolio_inputs)))
    assert {picture.name for picture in found} == PORTFOLIOS
    assert len(found) == len(PORTFOLIOS)
    drawn(found)


def test_a_picture_alone_takes_the_whole_width(scoreboard_inputs: ScoreboardInputs) -> None:
    board = scoreboard_inputs.board.drop(columns="tradable_ic")
    inputs = replace(scoreboard_inputs, board=board)
    wide = {p.name: p.wide for p in pictures(scoreboard_sections(ScoreboardReading(inputs)))}
    assert wide["intervals"]
    assert not wide["quantiles"]


def test_many_signals_have_wide_correlations(scoreboard_inputs: ScoreboardInputs) -> None:
    names = [f"signal {number}" for number in range(13)]
    many = pd.DataFrame(np.eye(13) / 2 + 0.5, names, names)
    inputs = replace(scoreboard_inputs, correlation=many)
    (map_,) = [
        picture
        for picture in pictures(scoreboard_sections(ScoreboardReading(inputs)))
        if picture.name == "correlation"
    ]
    assert map_.wide
    assert [len(map_.draw(Look(LIGHT, width)).axes[0].texts) for width in (WIDE, NARROW)] == [78, 0]


def test_pictures_lie_in_the_pages_own_folder(
    dots: None, scoreboard_inputs: ScoreboardInputs, portfolio_html: Callable[..., str],
    portfolio_inputs: PortfolioInputs, tmp_path: Path,
) -> None:  # fmt: skip
    page = write_scoreboard_page(scoreboard_inputs, tmp_path / "report")
    portfolio_html(portfolio_inputs)
    assert page.name == "scoreboard.html"
    folders = sorted(path.name for path in (page.parent / "figures").iterdir())
    assert folders == ["portfolios", "scoreboard"]
    names = {path.stem for path in (page.parent / "figures" / "scoreboard").iterdir()}
    assert {f"{name}-dark" for name in SCOREBOARD} <= names
