"""Sentences of paper 000's page follow its numbers."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from deep_alpha.reporting import BehaviourInputs
from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.printed import PRINTED, family_of
from deep_alpha.reporting.prose.behaviour_headline import (
    NO_RESULT,
    behaviour_headline,
    ic_paragraphs,
)
from deep_alpha.reporting.prose.behaviour_portfolios import (
    crash_sentences,
    inflation_sentence,
    sharpe_sentence,
    training_sentence,
)
from deep_alpha.reporting.prose.behaviour_tables import (
    beyond_sentences,
    conformance_sentence,
    network_sentence,
    scenario_sentences,
    sensitivity_sentences,
    shap_sentences,
    support_vector_sentence,
)

from .fake import changed
from .fake_behaviour import with_table

THIN = "\N{NARROW NO-BREAK SPACE}"


def with_ic(inputs: BehaviourInputs, column: str = "rank_ic", **values: float) -> BehaviourReading:
    results = inputs.results
    for name, value in values.items():
        results = changed(results, "ic", name, column, value)
    return BehaviourReading(replace(inputs, results=results))


def with_sharpe(reading: BehaviourReading, basis: str, **values: float) -> BehaviourReading:
    results = reading.inputs.results
    for name, value in values.items():
        results = changed(results, "portfolio", name, "sharpe", value, basis)
    return BehaviourReading(replace(reading.inputs, results=results))


def test_the_headline_names_the_papers_best_and_not_one_beyond(
    behaviour_inputs: BehaviourInputs,
) -> None:
    reading = with_ic(
        behaviour_inputs, mlp=0.05, cnn=0.08, cnn_dual=0.02, svr=0.01, gru=0.06, mlp_extended=0.2
    )
    assert behaviour_headline(reading) == (
        "Of the paper’s models, cnn ranks the next 5 days’ returns best, from 2019-01-01 to "
        "2021-06-22: mean rank IC 0.080 (p < 0.001), ahead of the best yardstick, gru, at 0.060."
    )
    bare = replace(behaviour_inputs.results, models=[])
    assert behaviour_headline(BehaviourReading(replace(behaviour_inputs, results=bare))) == (
        NO_RESULT
    )


def test_extremes_swap_with_their_numbers(behaviour_inputs: BehaviourInputs) -> None:
    reading = with_ic(behaviour_inputs, mlp=0.07, cnn=0.05, cnn_dual=0.04, svr=0.03)
    own, printed = ic_paragraphs(reading)
    assert own.startswith(
        "mlp (0.070) has the highest mean IC of the paper’s models and svr (0.030) the lowest"
    )
    assert "order is MLP (mlp), CNN (cnn), SVM (svr): the paper’s order." in printed
    turned = with_ic(behaviour_inputs, mlp=0.01, cnn=0.05, cnn_dual=0.04, svr=0.07)
    own, printed = ic_paragraphs(turned)
    assert own.startswith(
        "svr (0.070) has the highest mean IC of the paper’s models and mlp (0.010) the lowest"
    )
    assert "SVM (svr), CNN (cnn), MLP (mlp): where the paper has MLP, CNN, SVM." in printed


def test_the_steadiest_is_the_one_with_the_lowest_sd(behaviour_inputs: BehaviourInputs) -> None:
    reading = with_ic(behaviour_inputs, "rank_ic_sd", mlp=0.2, cnn=0.05, cnn_dual=0.1, svr=0.1)
    assert (
        "cnn (0.050) scatters least from day to day and mlp (0.200) most"
        in (ic_paragraphs(reading)[0])
    )


def test_the_papers_own_table_is_read_as_it_is_printed(behaviour_inputs: BehaviourInputs) -> None:
    printed = ic_paragraphs(BehaviourReading(behaviour_inputs))[1]
    assert "CNN (0.1998) the lowest sd and MLP (0.2097) the highest" in printed
    assert "that of 24 to 26 names (1/√(N−1)) against 1,200 here" in printed


def test_what_is_printed_agrees_with_the_papers_arithmetic() -> None:
    for row in PRINTED.values():
        assert abs(row.ic / row.ic_sd - row.icir) < 5e-4
        assert abs(row.annual_return / row.volatility - row.sharpe) < 5e-3


def test_kinds_are_read_off_the_names() -> None:
    names = ("mlp_literal", "cnn_dual", "svr_raw", "ridge", "gru32")
    assert [family_of(name) for name in names] == ["MLP", "CNN", "SVM", "", ""]


def test_sharpe_ratios_and_their_inflation(behaviour_inputs: BehaviourInputs) -> None:
    reading = BehaviourReading(behaviour_inputs)
    gross = {"mlp": 1.0, "cnn": 3.0, "cnn_dual": 2.0, "svr": 0.5}
    reading = with_sharpe(reading, "long_short / gross", **gross)
    reading = with_sharpe(reading, "long_short / net 10 bp", cnn=1.25)
    reading = with_sharpe(reading, "long_short / naive", mlp=2.0, cnn=9.0, cnn_dual=4.0, svr=1.25)
    assert sharpe_sentence(reading) == (
        "Long–short, cnn has the highest Sharpe ratio of the paper’s models, 3.00 (1.25 net of "
        "10 bp), and svr the lowest, 0.50."
    )
    assert inflation_sentence(reading).endswith("the long–short Sharpe ratio by 2.0 to 3.0.")
    lost = with_sharpe(reading, "long_short / gross", mlp=-1.0, cnn=-1.0, cnn_dual=-1.0, svr=-1.0)
    assert inflation_sentence(lost) == ""


def test_training_dates_are_compared_with_the_tests(behaviour_inputs: BehaviourInputs) -> None:
    table = pd.DataFrame(
        [("mlp", "naive_top", 9.0, 2.0, 3.5, 1e9, 1210), ("mlp", "top", 0.5, 0.3, 1.75, 8.4, 1210)],
        columns=["model", "leg", "annual_return", "volatility", "sharpe", "final_value", "days"],
    )
    reading = BehaviourReading(with_table(behaviour_inputs, "with_training", table))
    reading = with_sharpe(reading, "top / gross", mlp=0.6)
    assert training_sentence(reading).endswith(
        "against the tests alone: mlp 1.75 against 0.60, naively 3.50."
    )


def crash(**returns: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"month": month, "market_return": -0.1, "model": name, "rank_ic": 0.0, "top": 0.0,
             "bottom": 0.0, "long_short": value}
            for name, values in returns.items()
            for month, value in zip(("2020-02", "2020-03"), values, strict=True)
        ]
    )  # fmt: skip


def test_resilience_is_counted(behaviour_inputs: BehaviourInputs) -> None:
    def told(table: pd.DataFrame) -> str:
        inputs = with_table(behaviour_inputs, "crash", table)
        ranked = with_ic(inputs, mlp=0.09, cnn=0.08, cnn_dual=0.02, svr=0.07)
        return " ".join(crash_sentences(ranked))

    text = told(crash(mlp=[0.02, -0.04], cnn=[0.01, 0.01], svr=[-0.02, -0.04]))
    assert f"of cnn did best of the paper’s models (+1.0{THIN}% a month)" in text
    assert f"that of svr worst (−3.0{THIN}%)" in text
    assert "mlp is ahead of both cnn and svr in 1 of 2 months" in text
    assert "in 2 of 2 months" in told(crash(mlp=[0.02, 0.04], cnn=[0.01, 0.01], svr=[0.0, 0.0]))
    # What goes beyond the paper and what predicts a constant are not told.
    more = told(
        crash(mlp=[0.0, 0.0], cnn=[0.01, 0.01], svr_raw=[0.9, 0.9], mlp_extended=[0.9, 0.9])
    )
    assert "of cnn did best" in more


def test_shap_shares_and_the_papers_six_factors() -> None:
    names = ["macd_rsi_product", "momentum_5d_min_rank", "volatility_10d_rank_neg", "rsi_vs_50"]
    shap = pd.DataFrame(
        {"model": "mlp", "factor": [f"alpha_{name}" for name in names],
         "mean": [0.1, -0.1, -0.2, 0.0], "mean_abs": [0.1, 0.4, 0.2, 0.3]}
    )  # fmt: skip
    groups = pd.DataFrame({"model": "mlp", "group": ["VD", "MH"], "share": [0.2, 0.8]})
    assert shap_sentences(shap, groups) == [
        "mlp’s score is moved most by momentum_5d_min_rank, rsi_vs_50 and "
        f"volatility_10d_rank_neg; by group: momentum and herding 80{THIN}%, "
        f"volume–price divergence 20{THIN}%. By mean signed value, 1 of 2 that the paper calls "
        "positive are so and 1 of 1 that the paper calls negative are so."
    ]


def test_switches_are_told_without_what_leaks_or_is_constant() -> None:
    variants = pd.DataFrame(
        [
            ("set", "a", True, 0.05, False, False),
            ("set", "b", False, 0.07, False, False),
            ("scale", "a", True, 0.05, False, False),
            ("scale", "b", False, 0.051, False, False),
            ("scale", "c", False, 0.9, True, False),
            ("split", "three_way", True, 0.05, False, False),
            ("split", "paper", False, 0.8, False, True),
        ],
        columns=["axis", "variant", "base", "rank_ic", "degenerate", "leaks"],
    ).assign(model="mlp")
    text = " ".join(sensitivity_sentences(variants))
    assert "widest axis is set: its variants’ rank IC differs by 0.020" in text
    assert "narrowest is scale, by 0.001" in text
    assert "gain over a base is set = b, +0.020" in text
    assert "1 variant with selection on the test" in text


def test_the_other_openings_count_what_they_show(behaviour_inputs: BehaviourInputs) -> None:
    tables = behaviour_inputs.tables
    assert network_sentence(tables.architectures).endswith(
        "mlp 4,770 parameters, cnn 9,825 parameters and mlp_twin 4,770 parameters."
    )
    told = " ".join(scenario_sentences(tables.scenarios))
    assert "3 of 6 scenario models had events enough" in told
    assert "above one half in 2 of 2 cases" in told
    weak = tables.scenarios.assign(auc_low=tables.scenarios["auc_low"] - 0.1)
    assert "above one half in 0 of 2 cases." in " ".join(scenario_sentences(weak))
    assert "fits of svr_raw that predict a constant: 2, without any support vector" in (
        support_vector_sentence(tables.support_vectors)
    )
    (first, *_) = beyond_sentences(tables.beyond, ["mlp"])
    assert first.startswith("mlp_extended (76 factors, rank, loss IC) has the highest rank IC")
    assert "mlp, has 0.071" in first
    assert conformance_sentence(tables.conformance).endswith("for 2 of them.")
