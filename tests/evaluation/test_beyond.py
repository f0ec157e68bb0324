"""Configurations of our own, as the scoreboard has them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from deep_alpha.evaluation.beyond import COLUMNS, FIGURES, Configuration, beyond_table

BOARD = pd.DataFrame(
    {
        "signal": ["gru32", "ours", "constant", "paper"],
        "rank_ic": [0.12, 0.11, np.nan, 0.09],
        "layer_last": [0.3, 0.2, 0.0, 0.1],
        "names": 300,
    }
)
WORDS = Configuration("76 columns", "rank of the return", "IC")


def test_the_configurations_rows_of_the_board_in_their_order():
    table = beyond_table(BOARD, {"paper": WORDS, "ours": WORDS})
    assert tuple(table.columns) == COLUMNS
    assert table["model"].tolist() == ["paper", "ours"]
    assert table["rank_ic"].tolist() == [0.09, 0.11]
    assert table.loc[1, ["inputs", "target", "loss"]].tolist() == list(WORDS.__dict__.values())


def test_a_figure_that_the_board_does_not_have_is_unknown():
    row = beyond_table(BOARD, {"ours": WORDS}).iloc[0]
    assert row[["rank_ic", "layer_last"]].tolist() == [0.11, 0.2]
    assert row[[name for name in FIGURES if name not in BOARD]].isna().all()


def test_constant_scores_and_absent_models_are_left_out():
    table = beyond_table(BOARD, {"constant": WORDS, "absent": WORDS, "ours": WORDS})
    assert table["model"].tolist() == ["ours"]
    assert tuple(beyond_table(BOARD, {}).columns) == COLUMNS
