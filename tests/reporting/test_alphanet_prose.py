"""Sentences of paper 001's page follow its numbers."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from deep_alpha.reporting import AlphaNetInputs
from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.printed_alphanet import (
    PRINTED_ENHANCEMENT,
    PRINTED_IC,
    PRINTED_LAYERS,
    version_of,
)
from deep_alpha.reporting.prose.alphanet_ablation import (
    axes_sentences,
    figure_sentence,
    ladder_sentences,
)
from deep_alpha.reporting.prose.alphanet_data import (
    alphanet_network_sentence,
    correlation_matrix,
    feature_sentences,
    input_sentences,
    norm_sentence,
)
from deep_alpha.reporting.prose.alphanet_headline import (
    NO_RESULT,
    NOT_RUN,
    alphanet_headline,
    overview_paragraphs,
)
from deep_alpha.reporting.prose.alphanet_inside import (
    attention_sentences,
    branch_sentence,
    importance_sentences,
    style_sentences,
)
from deep_alpha.reporting.prose.alphanet_results import (
    enhancement_sentences,
    information_sentences,
    layer_sentences,
    not_enhanced,
)

from .fake_alphanet import HEADLINE, PAPER, not_run, with_table

THIN = "\N{NARROW NO-BREAK SPACE}"


def with_ic(inputs: AlphaNetInputs, **values: float) -> AlphaNetInputs:
    """The inputs with other rank ICs on the scoreboard."""
    board = inputs.tables.board.set_index("signal")
    for name, value in values.items():
        board.loc[name, ["rank_ic", "low", "high"]] = (value, value - 0.01, value + 0.01)
    return with_table(inputs, "board", board.reset_index())


def reading_with(inputs: AlphaNetInputs, name: str, rows: list[tuple], *columns: str):
    """The reading with a table of these rows only."""
    return AlphaNetReading(with_table(inputs, name, pd.DataFrame(rows, columns=list(columns))))


@pytest.fixture
def reading(alphanet_inputs: AlphaNetInputs) -> AlphaNetReading:
    return AlphaNetReading(alphanet_inputs)


def test_what_is_printed_agrees_with_the_papers_arithmetic() -> None:
    for row in PRINTED_IC.values():
        assert abs(row.ic / row.ic_sd - row.ratio) < 6e-3
    assert [round(100 * (PRINTED_LAYERS["V4"][0] - PRINTED_LAYERS[v][0]), 2) for v in ("V3", "V1")] == [  # noqa: E501
        0.34, 4.35,
    ]  # fmt: skip
    best = PRINTED_ENHANCEMENT["V4"]["2019"]
    assert best.excess / best.excess_sd == pytest.approx(3.70, abs=0.01)
    assert best.sharpe == 3.53


def test_versions_are_read_off_the_names() -> None:
    names = ("alphanet_v1", "alphanet_v4", "alphanet_ridge", "alphanet", "mlp_v2")
    assert [version_of(name) for name in names] == ["V1", "V4", "", "", ""]


def test_the_headline_names_the_best_and_the_best_yardstick(
    alphanet_inputs: AlphaNetInputs,
) -> None:
    some = with_ic(alphanet_inputs, alphanet_v2=0.12, gru32=0.1, mlp_rank=0.3)
    assert alphanet_headline(AlphaNetReading(some)) == (
        "Of AlphaNet V1 to V4, alphanet_v2 ranks the next 10 days’ returns best, from 2019-01-01 "
        "to 2021-06-22: mean rank IC 0.120 (95 % interval 0.110 to 0.130), ahead of the best "
        "yardstick, gru32, at 0.100 (paired p = 0.007)."
    )
    assert "behind the best yardstick, gru32" in alphanet_headline(AlphaNetReading(alphanet_inputs))


def test_no_result_and_no_run_are_told_apart(alphanet_inputs: AlphaNetInputs) -> None:
    assert alphanet_headline(AlphaNetReading(not_run(alphanet_inputs))) == NOT_RUN
    constant = with_table(alphanet_inputs, "board", pd.DataFrame())
    assert alphanet_headline(AlphaNetReading(constant)) == NO_RESULT


def test_the_order_is_compared_with_the_papers(alphanet_inputs: AlphaNetInputs) -> None:
    own, _ = overview_paragraphs(AlphaNetReading(alphanet_inputs))
    assert "alphanet_v1 (0.057): the paper’s order." in own
    turned = with_ic(alphanet_inputs, alphanet_v1=0.2)
    own, _ = overview_paragraphs(AlphaNetReading(turned))
    assert "order is alphanet_v1 (0.200), alphanet_v4 (0.079)" in own
    assert "where the paper has V4, V3, V1." in own


def test_simpler_models_stand_above_or_below(alphanet_inputs: AlphaNetInputs) -> None:
    own, _ = overview_paragraphs(AlphaNetReading(with_ic(alphanet_inputs, gru32=0.01)))
    assert "above alphanet_ridge (0.071), alphanet_xgboost (0.068) and gru32 (0.010)" in own
    assert "and below composite (0.091)" in own
    assert "its own target, alphanet_v4 is number 1 of 8 (0.083)" in own


def test_what_keeps_numbers_apart_is_told_of_this_run(alphanet_inputs: AlphaNetInputs) -> None:
    _, apart = overview_paragraphs(AlphaNetReading(alphanet_inputs))
    assert apart.endswith(
        "Here: simulated, 2019-01-01 to 2021-06-22, 1,200 names a day, 6 days purged."
    )
    shorter = replace(alphanet_inputs, results=replace(alphanet_inputs.results, horizon=5))
    _, apart = overview_paragraphs(AlphaNetReading(shorter))
    assert "labels of 5 days where the paper has 10" in apart


def test_inputs_are_counted_by_their_correlations(alphanet_inputs: AlphaNetInputs) -> None:
    table = [("v1", "a", "b", -0.9), ("v1", "a", "c", 0.7), ("v1", "b", "c", 0.2)]
    some = reading_with(
        alphanet_inputs, "input_correlation", table, "set", "first", "second", "correlation"
    )
    assert "V1 1 of 3 (mean 0.60)." in " ".join(input_sentences(some))
    square = correlation_matrix(some.tables.input_correlation, "v1")
    assert square.loc["c", "b"] == square.loc["b", "c"] == 0.2
    whole = alphanet_inputs.tables.inputs.assign(coverage=1.0)
    told = input_sentences(AlphaNetReading(with_table(alphanet_inputs, "inputs", whole)))
    assert told[0] == "All 21 inputs are known in every eligible row."


def test_features_are_counted(alphanet_inputs: AlphaNetInputs) -> None:
    features = [
        ("ts_corr(a,b)", "ts_corr", True, False),
        ("ts_corr(a,c)", "ts_corr", False, True),
        ("ts_cov(a,b)", "ts_cov", False, False),
    ]
    columns = ("name", "operator", "kept", "constant")
    text = " ".join(
        feature_sentences(reading_with(alphanet_inputs, "features", features, *columns))
    )
    assert (
        "keeps 1 of 3 features of its main window, where the paper keeps 103 of 208; "
        "ts_corr(a,c) is constant." in text
    )
    assert f"Most of ts_corr is kept (50{THIN}%) and least of ts_cov (0{THIN}%)." in text


def test_ranges_of_the_norm_stand_beside_the_printed_ones() -> None:
    found = {("ts_corr", "before"): (-0.6, 0.5), ("ts_corr", "after"): (-2.0, 2.5)}
    assert norm_sentence(found).startswith(
        "Without the outer 0.5 % on either side, the first norm takes ts_corr from −0.60 … 0.50 "
        "to −2 … 2.5; the paper prints"
    )
    assert norm_sentence({("ts_corr", "before"): (-0.6, 0.5)}) == ""


def test_parameters_are_those_of_the_table(reading: AlphaNetReading) -> None:
    total = reading.tables.architectures.groupby("model")["parameters"].sum()
    text = alphanet_network_sentence(reading)
    assert all(f"{name} {count:,}" in text for name, count in total.items())


def rungs(*rows: tuple[str, float, float, bool]) -> pd.DataFrame:
    """A ladder of variant, rank IC, validation error and whether it is of no use."""
    table = pd.DataFrame(rows, columns=["variant", "rank_ic", "valid_error", "degenerate"])
    return table.assign(
        axis="ladder", residual_ic=table["rank_ic"] - 0.01, base=False, train_error=0.98,
        figure="", features=70.0, seconds_per_epoch=1.0,
    )  # fmt: skip


def test_the_ladder_tells_its_ends_and_its_steps(alphanet_inputs: AlphaNetInputs) -> None:
    table = rungs(
        ("V3", 0.04, 0.999, False), ("+ target", 0.07, 0.997, False),
        ("+ weights", -0.01, 1.05, False), ("+ Sharpe stop", 0.06, 0.998, False),
    )  # fmt: skip
    text = " ".join(
        ladder_sentences(AlphaNetReading(with_table(alphanet_inputs, "ablation", table)))
    )
    assert (
        "From “V3” to “+ Sharpe stop” the rank IC goes from 0.040 to 0.060 and the residual IC "
        "from 0.030 to 0.050." in text
    )
    assert "The best step is “+ target” (+0.030), the worst “+ weights” (−0.080)." in text
    assert "0.5, 0.3, 0.25, below 0.1 in its abstract; 0.4, 0.3, 0.2, below 0.1 in its" in text
    assert "of 4 rungs is 0.9970 of the variance (“+ target”), where the train error is" in text


def test_a_rung_of_no_use_is_stepped_over(alphanet_inputs: AlphaNetInputs) -> None:
    table = rungs(
        ("V3", 0.04, 0.999, False), ("+ inputs", 0.5, 0.5, True), ("+ dropout", 0.05, 0.998, False),
        ("+ network", 0.055, 0.997, False),
    )  # fmt: skip
    text = " ".join(
        ladder_sentences(AlphaNetReading(with_table(alphanet_inputs, "ablation", table)))
    )
    assert "The best step is “+ dropout” (+0.010)" in text
    assert "0.500" not in text


def test_axes_tell_the_widest_and_what_dropout_saves(reading: AlphaNetReading) -> None:
    text = " ".join(axes_sentences(reading))
    assert "The widest axis is weights, whose variants’ rank IC differs by 0.087" in text
    assert f"an epoch takes 43{THIN}% of the time without, where the paper says 70{THIN}%" in text
    assert "Without a usable score: weights: literal." in text


def test_a_figure_tells_its_ends(reading: AlphaNetReading) -> None:
    assert figure_sentence(reading.of_axis("windows")) == (
        "“10” has the lowest validation error, 0.9990 (rank IC 0.053) and “5” has the highest "
        "validation error, 0.9995 (rank IC 0.044)."
    )
    assert figure_sentence(reading.of_axis("windows").iloc[:1]) == ""


def test_the_ic_is_told_on_every_basis(reading: AlphaNetReading) -> None:
    text = " ".join(information_sentences(reading))
    assert text.startswith("alphanet_v4 has the highest IR against raw returns, 1.27.")
    assert (
        "rank IC of alphanet_v4 is 0.079 against raw returns, 0.068 entered at the next day’s "
        "vwap, 0.083 against residual returns, 0.064 less five factors and 0.060 less CNE5." in text
    )
    assert "0.030 behind gru32 (p = 0.047) and level with composite (−0.012, p = 0.294)" in text


def test_the_claim_of_seven_to_ten_percent_is_computed(alphanet_inputs: AlphaNetInputs) -> None:
    table = alphanet_inputs.tables.layers.copy()
    top = (table["leg"] == "layer 5") & (table["cost"] == "paper_x10")
    for name, value in zip(PAPER, (0.20, 0.02, 0.15, 0.18), strict=True):
        table.loc[top & (table["signal"] == name), "return_difference"] = value
    text = " ".join(layer_sentences(AlphaNetReading(with_table(alphanet_inputs, "layers", table))))
    assert f"the top layer of alphanet_v1 earns most over the universe, +20.0{THIN}% a year" in text
    assert (
        f"its own table has +4.35{THIN}% over V1 and +0.34{THIN}% over V3. Here the top layer of "
        f"alphanet_v4 earns −2.0{THIN}% over alphanet_v1, +16.0{THIN}% over alphanet_v2 and "
        f"+3.0{THIN}% over alphanet_v3." in text
    )
    assert "for 3 of 4 models: alphanet_v2, alphanet_v3 and alphanet_v4." in text


def test_the_enhanced_index_tells_who_has_one(reading: AlphaNetReading) -> None:
    assert not_enhanced(reading) == ["alphanet_v1", "alphanet_v2"]
    text = " ".join(enhancement_sentences(reading))
    assert f"alphanet_v3 +14.4{THIN}% (Sharpe 1.10); alphanet_v4 +24.0{THIN}% (Sharpe 2.00)" in text
    assert (
        f"ahead of the benchmark in 5 of 5 half-years, and its excess loses at most 3.6{THIN}%"
        in text
    )
    assert f"has 7.06{THIN}% against V3’s 6.74{THIN}%" in text


def test_composite_features_are_counted_against_all() -> None:
    importance = pd.DataFrame(
        {
            "feature": ["ts_corr(a,b)", "ts_stddev(a)", "ts_zscore(a)", "ts_cov(a,b)"],
            "operator": ["ts_corr", "ts_stddev", "ts_zscore", "ts_cov"],
            "weight": [0.1, 0.4, 0.3, 0.2],
            "gradient": [0.1, 0.4, 0.3, 0.2],
        }
    )
    text = " ".join(importance_sentences(importance, "v4"))
    assert text.startswith("v4 weighs ts_stddev(a), ts_zscore(a) and ts_cov(a,b) most.")
    assert f"50{THIN}% are of two inputs, of all 4 features 50{THIN}%" in text
    assert text.endswith("with a correlation of 1.00.")


def test_the_windows_weights_are_compared() -> None:
    weights = pd.DataFrame(
        [(10, "a", 0.1), (10, "b", 0.3), (10, "c", 0.2),
         (5, "a", 0.2), (5, "b", 0.6), (5, "c", 0.4)],
        columns=["window", "feature", "mean_abs"],
    )  # fmt: skip
    assert (
        "with a correlation of 1.00, and those of 5 days are larger (0.400 against 0.200 on "
        "average)" in branch_sentence(weights, "v3")
    )
    assert branch_sentence(weights[weights["window"] == 5], "v3") == ""


def test_attention_tells_the_heaviest_step(alphanet_inputs: AlphaNetInputs) -> None:
    rows = [(HEADLINE, 0, 0.2, 0.1, 0.3), (HEADLINE, 3, 0.8, 0.7, 0.9)]
    columns = ("model", "back", "weight", "low", "high")
    text = " ".join(attention_sentences(reading_with(alphanet_inputs, "attention", rows, *columns)))
    assert text.startswith(
        f"The step 3 days back has the largest mean weight, 80.0{THIN}%, that of the sample’s own "
        f"day 20.0{THIN}%; all alike would be 50.0{THIN}%."
    )
    rows[0] = (HEADLINE, 0, 0.9, 0.1, 0.3)
    text = " ".join(attention_sentences(reading_with(alphanet_inputs, "attention", rows, *columns)))
    assert text.startswith("The step of the sample’s own day has the largest mean weight")


def test_styles_tell_most_and_least(alphanet_inputs: AlphaNetInputs) -> None:
    rows = [
        ("alphanet_v1", "SIZE", 0.3, 0.3), ("alphanet_v3", "SIZE", 0.1, 0.2),
        (HEADLINE, "SIZE", 0.0, 0.01), (HEADLINE, "VOLATILITY", 0.67, 0.67),
    ]  # fmt: skip
    columns = ("model", "style", "correlation", "mean_abs")
    text = " ".join(style_sentences(reading_with(alphanet_inputs, "styles", rows, *columns)))
    assert "scores of alphanet_v4 correlate most with them (mean absolute value 0.34)" in text
    assert "those of alphanet_v3 least (0.20)" in text
    assert "alphanet_v4 has a correlation of +0.67 with volatility." in text
