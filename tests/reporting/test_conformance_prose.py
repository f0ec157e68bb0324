"""What the open points make: sentences that follow the numbers, and silence without them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from deep_alpha.evaluation.conformance_000 import QUESTIONS
from deep_alpha.reporting.prose.conformance import (
    AXES,
    COLUMNS,
    conformance_table,
    difference,
)
from deep_alpha.reporting.prose.conformance_findings import Findings
from deep_alpha.reporting.records import FIT_BASIS, Metrics

SENSITIVITY = ["axis", "variant", "rank_ic", "degenerate", "leaks"]
TRAINING = ["model", "leg", "annual_return"]
FITS = ["model", "rows", "gap", "support_share", "degenerate", "seconds"]
SHAP = ["model", "factor", "mean", "mean_abs"]

NOTHING = Findings(
    metrics=Metrics([], 5),
    headline="mlp_rank",
    paper=("mlp_rank", "mlp_std", "mlp_literal", "cnn", "cnn_dual", "svr", "svr_raw"),
    board=pd.DataFrame({"rank_ic": [], "tradable_ic": []}),
    sensitivity=pd.DataFrame(columns=SENSITIVITY),
    with_training=pd.DataFrame(columns=TRAINING),
    support_vectors=pd.DataFrame(columns=FITS),
    shap=pd.DataFrame(columns=SHAP),
)


def measured(**cells):
    """Findings whose metric records are ``table__row__column=value`` or with a basis."""
    records = []
    for key, value in cells.items():
        table, row, column, *basis = key.split("__")
        default = FIT_BASIS if table == "fit" else "all"
        where = " / ".join(basis).replace("bp", " bp").replace("net", "net ") or default
        records.append(
            {"table": table, "row": row, "column": column, "basis": where, "value": value}
        )
    return replace(NOTHING, metrics=Metrics(records, 5))


def axis(name, variants, degenerate=(), leaks=()):
    rows = [(name, v, ic, v in degenerate, v in leaks) for v, ic in variants.items()]
    return replace(NOTHING, sensitivity=pd.DataFrame(rows, columns=SENSITIVITY))


def test_every_point_has_a_row_and_none_claims_what_was_not_measured():
    table = conformance_table(NOTHING)
    assert tuple(table.columns) == COLUMNS
    assert table["id"].tolist() == [question.id for question in QUESTIONS]
    assert set(table["difference"]) == {""}


def test_the_axes_are_those_of_points():
    assert set(AXES) <= {question.id for question in QUESTIONS}


def test_an_axis_tells_every_variant():
    found = axis("clip", {"train": 0.05, "per day": 0.061, "none": -0.02})
    assert difference("000-M5", found) == (
        "Rank IC by clip (sensitivity fits): train 0.050; per day 0.061; none −0.020."
    )


def test_a_variant_that_selects_on_the_test_says_so():
    found = axis("split", {"walk-forward": 0.05, "paper": 0.09}, leaks=("paper",))
    assert difference("000-M4", found).endswith("paper 0.090, which selects on the test.")


def test_a_constant_variant_has_no_ic():
    found = axis("clip", {"a": 0.05, "b": 0.07, "c": 0.99}, degenerate=("c",))
    assert "c a constant prediction" in difference("000-M5", found)
    assert "0.990" not in difference("000-M5", found)


def test_many_variants_are_a_range():
    found = axis("factor order", {str(n): 0.05 + 0.01 * n for n in range(6)})
    assert difference("000-M9", found) == (
        "Rank IC by factor order (sensitivity fits): 0.050 … 0.100, sd 0.019, over 6 variants."
    )


def test_only_the_variants_that_measure_a_point_are_told():
    variants = {"rank": 0.09, "rank, up by sign": 0.08, "raw": 0.01}
    assert "raw" not in difference("000-M2", axis("target and scale", variants))


@pytest.mark.parametrize(
    ("point", "cells", "sentence"),
    [
        (
            "000-M1",
            {"ic__mlp_literal__rank_ic": 0.02, "ic__mlp_std__rank_ic": 0.05},
            "Rank IC 0.020 of mlp_literal and 0.050 of mlp_std.",
        ),
        (
            "000-M1b",
            {"fit__mlp_std__best_epoch": 0.5, "fit__mlp_rank__best_epoch": 14.0},
            "Best epoch 0.5 of mlp_std and 14.0 of mlp_rank, mean over fits.",
        ),
        (
            "000-E1",
            {"ic__mlp_rank__rank_ic": 0.09, "ic__mlp_rank__pearson_ic": 0.06},
            "mlp_rank: 0.090 Spearman, 0.060 Pearson.",
        ),
        (
            "000-E2",
            {
                "ic__mlp_rank__icir": 0.8,
                "portfolio__mlp_rank__sharpe__long_short__gross": 3.2,
            },
            "mlp_rank: ICIR 0.80, information ratio of long-short 3.20 a year.",
        ),
        (
            "000-E4",
            {
                "ic__mlp_rank__names": 2500.4,
                "ic__mlp_rank__null_sd": 0.02,
                "ic__mlp_rank__rank_ic_sd": 0.11,
            },
            "2,500 names a day: null sd 0.020, observed 0.110 (mlp_rank).",
        ),
        (
            "000-E5",
            {
                "portfolio__mlp_rank__sharpe__long_short__gross": 2.0,
                "portfolio__mlp_rank__sharpe__long_short__naive": 5.0,
            },
            "Sharpe ratio of long-short, mlp_rank: 2.00 in tranches, 5.00 naive, "
            "2.5 times as much.",
        ),
        (
            "000-E7",
            {
                "portfolio__mlp_rank__sharpe__long_short__gross": 2.0,
                "portfolio__mlp_rank__sharpe__long_short__net20bp": -0.5,
                "portfolio__mlp_rank__sharpe__long_short__net5bp": 1.5,
            },
            "Sharpe ratio of long-short, mlp_rank: 2.00 gross, 1.50 net 5 bp and −0.50 net 20 bp.",
        ),
    ],
)
def test_sentences_are_made_of_the_records(point, cells, sentence):
    assert difference(point, measured(**cells)) == sentence


@pytest.mark.parametrize("point", ["000-M1", "000-E1", "000-E2", "000-E4", "000-E5", "000-E7"])
def test_half_of_a_comparison_is_none(point):
    cells = {"ic__mlp_literal__rank_ic": 0.02, "portfolio__mlp_rank__sharpe__long_short__gross": 1}
    assert difference(point, measured(**cells)) == ""


def test_who_is_steadiest_follows_the_numbers():
    cells = {f"ic__{name}__rank_ic": 0.05 for name in ("cnn", "svr", "mlp_rank")}
    spread = {
        "ic__cnn__rank_ic_sd": 0.2,
        "ic__svr__rank_ic_sd": 0.1,
        "ic__mlp_rank__rank_ic_sd": 0.15,
    }
    # A constant prediction has no IC: it is not the steadiest.
    cells["ic__svr_raw__rank_ic_sd"] = 0.01
    assert difference("000-E3", measured(**cells, **spread)) == (
        "Daily IC varies most for cnn (sd 0.200) and least for svr (0.100)."
    )
    turned = {**spread, "ic__cnn__rank_ic_sd": 0.05}
    assert "least for cnn" in difference("000-E3", measured(**cells, **turned))


def test_a_constant_prediction_is_compared_with_nothing():
    cells = {"ic__cnn__rank_ic": 0.05, "ic__cnn_dual__rank_ic": 0.06}
    assert difference("000-M8", measured(**cells)) == "Rank IC 0.050 of cnn and 0.060 of cnn_dual."
    assert difference("000-M8", measured(**cells, ic__cnn__degenerate=1.0)) == ""


def test_no_ratio_to_a_sharpe_ratio_below_zero():
    cells = {
        "portfolio__mlp_rank__sharpe__long_short__gross": -1.0,
        "portfolio__mlp_rank__sharpe__long_short__naive": -2.0,
    }
    assert difference("000-E5", measured(**cells)).endswith("−1.00 in tranches, −2.00 naive.")


def test_the_board_tells_of_entry_and_of_our_own_inputs():
    board = pd.DataFrame(
        {"rank_ic": [0.09, 0.11, 0.07], "tradable_ic": [0.08, 0.1, 0.05]},
        ["mlp_rank", "mlp_extended", "cnn_extended_ic"],
    )
    found = replace(NOTHING, board=board)
    assert "0.090 from close to close, 0.080 when entered" in difference("000-M7", found)
    assert difference("000-F5", found) == "Rank IC 0.090 of mlp_rank and 0.110 of mlp_extended."


def test_the_support_vectors_tell_of_constants_and_gaps():
    rows = [
        ("svr_raw", 900, None, 0.001, True, 1.0),
        ("svr_raw", 900, 1e-4, 0.002, False, 1.0),
        ("svr", 900, 1e-6, 0.8, False, 2.0),
        ("svr", 3_000_000, 2e-6, 0.8, False, 12.0),
    ]
    found = replace(NOTHING, support_vectors=pd.DataFrame(rows, columns=FITS))
    assert difference("000-M10", found).startswith("1 of 2 fits of svr_raw predict a constant; 0.2")
    sentence = difference("000-M11", found)
    assert "over 2 fits of up to 3,000,000 rows" in sentence
    assert "12.0" in sentence
    rated = measured(ic__svr__rank_ic=0.05, ic__svr_subsample__rank_ic=0.04)
    assert difference("000-M11", replace(found, metrics=rated.metrics)) == (
        sentence + " Rank IC 0.050 of svr and 0.040 of svr_subsample."
    )


def test_the_sample_with_training_stands_against_the_test():
    rows = [("mlp_std", "naive_top", 0.53), ("mlp_std", "top", 0.2)]
    found = measured(portfolio__mlp_std__annual_return__top__naive=0.31)
    found = replace(found, with_training=pd.DataFrame(rows, columns=TRAINING))
    sentence = difference("000-E6", found)
    assert sentence.startswith("Top names of mlp_std, naive: 53")
    assert "31" in sentence
    assert "20" not in sentence


def test_signed_means_are_a_share_of_the_absolute_ones():
    rows = [("mlp_rank", "a", 0.02, 0.1), ("mlp_rank", "b", -0.02, 0.3), ("cnn", "a", 0.0, 0.0)]
    found = replace(NOTHING, shap=pd.DataFrame(rows, columns=SHAP))
    sentence = difference("000-E8", found).replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert sentence.endswith(": 10 % for mlp_rank.")


def test_an_unknown_number_is_no_sentence():
    board = pd.DataFrame({"rank_ic": [0.09], "tradable_ic": [np.nan]}, ["mlp_rank"])
    assert difference("000-M7", replace(NOTHING, board=board)) == ""
