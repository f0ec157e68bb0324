from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.reporting import PortfolioInputs, ScoreboardInputs
from deep_alpha.reporting.judged_reading import (
    cell_value,
    cross_table,
    judged_provenance,
    number_of,
    rows_of,
    signals_of,
    spread,
)
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading

from .fake_scoreboard import NAMES

LONG = pd.DataFrame(
    {"signal": ["b", "b", "a"], "band": ["small", "large", "large"], "rank_ic": [0.1, np.inf, 0.3]}
)


def test_a_long_table_becomes_wide_in_its_own_order() -> None:
    table = cross_table(LONG, "signal", "band", "rank_ic")
    assert list(table.index) == ["b", "a"]
    assert list(table.columns) == ["small", "large"]
    assert table.loc["b", "small"] == 0.1
    assert table.isna().to_numpy().tolist() == [[False, True], [True, False]]
    assert cross_table(pd.DataFrame(), "signal", "band", "rank_ic").empty


def test_rows_are_found_by_their_values() -> None:
    assert rows_of(LONG, signal="b", band="large").index.tolist() == [1]
    assert rows_of(LONG, cost="none").empty
    assert rows_of(pd.DataFrame(), signal="b").empty


def test_signals_come_once_and_in_order() -> None:
    assert signals_of(LONG, {"c": LONG, "a": LONG}, pd.DataFrame({"d": [1]})) == list("bacd")


def test_unknown_cells_are_nan() -> None:
    board = pd.DataFrame({"rank_ic": [0.1, None], "kind": ["model", "blend"]}, ["a", "b"])
    assert cell_value(board, "a", "rank_ic") == 0.1
    assert np.isnan(
        [
            cell_value(board, "b", "rank_ic"),
            cell_value(board, "a", "icir"),
            cell_value(board, "c", "rank_ic"),
            cell_value(board, "a", "kind"),
        ]
    ).all()


def test_an_interval_needs_both_ends() -> None:
    assert spread(-0.1, 0.25, 2) == "−0.10 … 0.25"
    assert spread(-0.1, np.nan, 2) == ""


@pytest.mark.parametrize(
    ("label", "number"), [(3, 3), ("layer 12", 12), ("universe", None), ("5th", None)]
)
def test_layers_and_quantiles_are_numbered(label: object, number: int | None) -> None:
    assert number_of(label) == number


def test_the_line_under_captions_names_the_run(scoreboard_inputs: ScoreboardInputs) -> None:
    line = (
        "simulated · 2019-01-02 to 2021-06-30 · N = 3,402 names a day · 10-day horizon · gross · "
        "universe = traded, at least 60 bars old, not ST · factor_set = table40"
    )
    assert judged_provenance(scoreboard_inputs, 3402.0, ["gross"]) == line
    assert "N =" not in judged_provenance(scoreboard_inputs)


def test_signals_stand_by_merit_and_those_apart_last(scoreboard_inputs: ScoreboardInputs) -> None:
    board = scoreboard_inputs.board.copy()
    board.loc["oracle"] = np.nan
    board["kind"] = board["kind"].fillna("oracle")
    board.loc["oracle", "rank_ic"] = 0.9
    board.loc["mlp", "rank_ic"] = np.nan
    reading = ScoreboardReading(ScoreboardInputs(**{**vars(scoreboard_inputs), "board": board}))
    assert reading.ordered == [
        "blend_of_four", "gru_rank", "composite", "mlp_rank", "cnn_rank", "xgboost", "ridge", "mlp",
        "minus_volatility_20", "random", "oracle",
    ]  # fmt: skip
    assert reading.competing == reading.ordered[:7]
    assert reading.best == "blend_of_four"
    assert set(reading.hues) == {*NAMES, "oracle"}
    assert [reading.style(name) for name in ("mlp", "random", "oracle")] == [
        "", "reference", "oracle",
    ]  # fmt: skip


def test_layers_are_sorted_by_their_numbers(portfolio_inputs: PortfolioInputs) -> None:
    layers = portfolio_inputs.layers
    universe = layers.head(1).assign(layer="universe")
    turned = pd.concat([universe, layers.iloc[::-1]], ignore_index=True)
    inputs = PortfolioInputs(**{**vars(portfolio_inputs), "layers": turned})
    reading = PortfolioReading(inputs)
    shown = reading.headline_layers("mlp_rank")
    assert shown["layer"].tolist() == [f"layer {number}" for number in range(1, 6)]
    assert shown["cost"].unique().tolist() == ["paper_x10"]
    assert "universe" not in set(reading.layers["layer"])


def test_the_headline_costs_are_the_first_where_the_run_names_none(
    portfolio_inputs: PortfolioInputs,
) -> None:
    for named, shown in (("decimal", "decimal"), ("", "paper_x10"), ("other", "paper_x10")):
        inputs = PortfolioInputs(**{**vars(portfolio_inputs), "headline_cost": named})
        assert PortfolioReading(inputs).headline_cost == shown
