"""What the scoreboard says, with dots in place of its pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from deep_alpha.reporting import ScoreboardInputs
from deep_alpha.reporting.tables.paired import verdict
from deep_alpha.reporting.tables.scoreboard import NO_IC

from .fake_scoreboard import NAMES
from .reader import PageReader

Html = Callable[[ScoreboardInputs], str]
THIN = "\N{NARROW NO-BREAK SPACE}"
MAIN, MORE = 0, 1


@pytest.fixture
def page(scoreboard_html: Html, scoreboard_inputs: ScoreboardInputs) -> PageReader:
    return PageReader(scoreboard_html(scoreboard_inputs))


def test_every_section_is_there_in_order(page: PageReader) -> None:
    assert [anchor for anchor in page.anchors if anchor != "theme"] == [
        "scoreboard", "certainty", "bases", "months", "decay", "quantiles", "slices", "events",
        "stability", "relations", "search",
    ]  # fmt: skip


def test_a_signals_row_has_all_its_figures(page: PageReader) -> None:
    assert page.row(MAIN, "gru_rank") == [
        "gru_rank (yardstick)", "0.121 (sd 0.088)", "1.38 (1.16 … 1.62)",
        "0.098 … 0.144 (p < 0.001)", "0.103 (1.17)", "0.088 (1.76)", "0.073 (0.91)",
        "0.068 (0.97)", f"−30.2{THIN}%", f"+11.9{THIN}%", "3.97", "3.19",
    ]  # fmt: skip
    assert page.row(MORE, "gru_rank")[1:] == [
        "0.073", "0.051", "0.060", "0.115", "0.139", "0.105", "594", "3,402",
    ]  # fmt: skip


def test_the_best_is_marked_among_those_that_compete(
    scoreboard_html: Html, scoreboard_inputs: ScoreboardInputs
) -> None:
    board = scoreboard_inputs.board.copy()
    board.loc["random", ["rank_ic", "icir"]] = 0.5, 5.0
    html = scoreboard_html(replace(scoreboard_inputs, board=board))
    assert "<b>0.128</b>" in html
    assert "<b>1.38</b>" in html
    assert "<b>0.500</b>" not in html
    assert "<b>−30.2" not in html


def test_references_stand_last_and_apart(
    scoreboard_html: Html, scoreboard_inputs: ScoreboardInputs
) -> None:
    html = scoreboard_html(scoreboard_inputs)
    rows = PageReader(html).tables[MAIN]
    assert [row[0] for row in rows[-2:]] == [
        "minus_volatility_20 (reference)", "random (reference)",
    ]  # fmt: skip
    table = html.split("<table>")[1].split("</table>")[0]
    assert table.count('<tr class="reference">') == 2


def test_a_signal_without_an_ic_says_so(
    scoreboard_html: Html, scoreboard_inputs: ScoreboardInputs
) -> None:
    board = scoreboard_inputs.board.copy()
    board.loc["mlp", "rank_ic"] = np.nan
    page = PageReader(scoreboard_html(replace(scoreboard_inputs, board=board)))
    assert page.row(MAIN, "mlp") == ["mlp", NO_IC]


def test_absent_columns_leave_dashes(
    scoreboard_html: Html, scoreboard_inputs: ScoreboardInputs
) -> None:
    board = scoreboard_inputs.board[["kind", "rank_ic"]]
    page = PageReader(scoreboard_html(replace(scoreboard_inputs, board=board)))
    assert page.row(MAIN, "mlp") == ["mlp", "0.049", *["–"] * 10]


def test_pairs_are_told_apart_by_their_test(page: PageReader) -> None:
    pairs = page.below("signal")
    row = next(row for row in page.tables[2] if row[:2] == ["blend_of_four", "composite"])
    assert row[2:] == ["+0.034", "0.007 … 0.061", "2.60", "0.075", "level"]
    assert pairs
    assert [verdict(*pair) for pair in ((0.01, 0.04), (-0.01, 0.04), (0.01, 0.05))] == [
        "ahead", "behind", "level",
    ]  # fmt: skip
    assert verdict(0.01, np.nan) == "–"


def test_slices_are_in_the_order_of_the_board(page: PageReader) -> None:
    tables = [table for table in page.tables if table[0][1:] == ["2019", "2020", "2021"]]
    assert tables[0][1] == ["blend_of_four", "0.160 (1.60)", "0.115 (1.15)", "0.102 (1.02)"]
    sizes = next(table for table in page.tables if table[0][1:] == ["small", "middle", "large"])
    assert sizes[1] == ["blend_of_four", "0.147", "0.122", "0.064"]
    assert len(sizes) == 1 + len(NAMES)
    industries = page.below("industry")
    assert len(industries) == 30
    assert industries[0][:3] == ["Agriculture", "30", "594"]


def test_losses_are_named_by_their_reason(page: PageReader) -> None:
    titles = next(table[1] for table in page.tables if table[0][1:2] == ["Autocorrelation after"])
    assert titles[-3:] == ["no trade next day", "suspended too long", "not over yet"]


def test_double_sorts_and_the_search_are_printed_as_given(page: PageReader) -> None:
    assert page.below("float cap")[0][0] == "1"
    assert page.below("statistic")[1] == ["best test IC", "0.128", "blend_of_four"]


def test_captions_state_the_run(page: PageReader) -> None:
    line = (
        "simulated · 2019-01-02 to 2021-06-30 · N = 3,402 names a day · 10-day horizon · layers "
        "and net Sharpe: costs paper_x10 · universe = traded, at least 60 bars old, not ST · "
        "factor_set = table40"
    )
    assert line in page.text


def test_missing_pieces_are_named(
    scoreboard_html: Html, scoreboard_inputs: ScoreboardInputs
) -> None:
    empty: dict[str, Any] = {
        field.name: type(getattr(scoreboard_inputs, field.name))()
        for field in fields(scoreboard_inputs)
        if isinstance(getattr(scoreboard_inputs, field.name), (pd.DataFrame, dict))
    }
    text = PageReader(scoreboard_html(replace(scoreboard_inputs, **empty))).text
    for sentence in (
        "No signal has a rank IC",
        "The scoreboard was not computed.",
        "Paired tests were not computed.",
        "Other bases were not computed.",
        "Means of months were not computed.",
        "The decay was not computed.",
        "Returns of quantiles were not computed.",
        "The IC by industry was not computed.",
        "The IC by year was not computed.",
        "The IC by size was not computed.",
        "The event study was not computed.",
        "Stability was not computed.",
        "Alpha and beta were not computed.",
        "Correlations were not computed.",
        "Double sorts were not computed.",
        "Statistics of the search were not computed.",
    ):
        assert sentence in text


@pytest.mark.parametrize(
    "kept",
    ["board", "decay", "quantiles", "quantile_curves", "industries", "events", "monthly"],
)
def test_each_piece_can_stand_alone(
    scoreboard_html: Html, scoreboard_inputs: ScoreboardInputs, kept: str
) -> None:
    alone = {
        field.name: type(getattr(scoreboard_inputs, field.name))()
        for field in fields(scoreboard_inputs)
        if isinstance(getattr(scoreboard_inputs, field.name), (pd.DataFrame, dict))
        and field.name != kept
    }
    html = scoreboard_html(replace(scoreboard_inputs, **alone))
    assert ("<table>" if kept in ("board", "industries") else "<img") in html
