from __future__ import annotations

from dataclasses import replace

import pandas as pd

from deep_alpha.reporting.inputs import ReportInputs
from deep_alpha.reporting.prose.headline import NO_RESULT, headline_remarks, headline_sentence
from deep_alpha.reporting.prose.sections import (
    factor_sentences,
    naive_sentence,
    portfolio_sentence,
    protocol_paragraphs,
    signal_sentence,
    version_sentence,
    year_sentence,
)
from deep_alpha.reporting.reading import Reading

from .fake import changed, fake_inputs


def with_ic(inputs: ReportInputs, **values: float) -> ReportInputs:
    for name, value in values.items():
        inputs = changed(inputs, "ic", name, "rank_ic", value)
    return inputs


def test_the_headline_names_the_best_model_and_the_best_yardstick(inputs: ReportInputs) -> None:
    some = with_ic(inputs, mlp=0.061, gru=0.05, cnn_dual=0.02, cnn=0.02, svr=0.02)
    some = changed(some, "ic", "mlp", "icir", 0.7)
    some = changed(some, "ic", "mlp", "hac_t", 4.5)
    assert headline_sentence(Reading(some)) == (
        "From 2019-01-01 to 2021-06-22, mlp ranks the next 5 days’ returns with a mean rank IC of "
        "0.061 (ICIR 0.70), distinguishable from zero (HAC t 4.50, p < 0.001), ahead of the best "
        "yardstick, gru, at 0.050."
    )


def test_swapping_two_numbers_swaps_the_winner(inputs: ReportInputs) -> None:
    ahead = headline_sentence(Reading(with_ic(inputs, mlp=0.08, cnn=0.07, gru=0.05)))
    behind = headline_sentence(Reading(with_ic(inputs, mlp=0.07, cnn=0.08, gru=0.09)))
    assert "mlp ranks" in ahead
    assert "ahead of the best yardstick, gru, at 0.050" in ahead
    assert "cnn ranks" in behind
    assert "behind the best yardstick, gru, at 0.090" in behind


def test_a_difference_within_the_seeds_is_no_difference(inputs: ReportInputs) -> None:
    sentence = headline_sentence(Reading(with_ic(inputs, mlp=0.080, gru=0.079)))
    assert "gru, at 0.079, is level with it within one sd of the seeds" in sentence


def test_what_is_not_significant_is_said_to_be_so(inputs: ReportInputs) -> None:
    some = changed(with_ic(inputs, mlp=0.09), "ic", "mlp", "hac_p", 0.21)
    assert "not distinguishable from zero" in headline_sentence(Reading(some))


def test_no_model_no_claim(inputs: ReportInputs) -> None:
    reading = Reading(replace(inputs, models=[], metrics=[]))
    assert headline_sentence(reading) == NO_RESULT
    assert headline_remarks(reading) == []


def test_remarks_follow_costs_ceiling_and_constant_scores(inputs: ReportInputs) -> None:
    some = with_ic(inputs, mlp=0.08, oracle=0.16)
    some = changed(some, "portfolio", "mlp", "sharpe", 1.5, "long_short / gross")
    some = changed(some, "portfolio", "mlp", "sharpe", -0.25, "long_short / net 10 bp")
    remarks = headline_remarks(Reading(some))
    assert (
        "Its long–short portfolio has a Sharpe ratio of 1.50 before costs and −0.25 net of 10 bp "
        "a side: costs take all of it." in remarks
    )
    assert any("0.160, of which mlp reaches 50\N{NARROW NO-BREAK SPACE}%" in r for r in remarks)
    assert "svr_raw gives constant scores and so no IC." in remarks
    assert any("best of 4 models" in remark for remark in remarks)


def test_years_are_compared(inputs: ReportInputs) -> None:
    some = with_ic(inputs, mlp=0.2)
    for year, value in (("2019", 0.03), ("2020", -0.01), ("2021", 0.05)):
        some = changed(some, "ic", "mlp", "rank_ic", value, f"year {year}")
    assert year_sentence(Reading(some)) == (
        "mlp was strongest in 2021 (mean rank IC 0.050) and weakest in 2020 (−0.010)."
    )


def test_portfolios_are_compared_with_the_universe_and_the_naive_reading(
    inputs: ReportInputs,
) -> None:
    some = with_ic(inputs, mlp=0.2)
    some = changed(some, "portfolio", "mlp", "annual_return", 0.1, "top / gross")
    some = changed(some, "portfolio", "mlp", "annual_return", 0.2, "universe / gross")
    some = changed(some, "portfolio", "mlp", "sharpe", 1.0, "long_short / gross")
    some = changed(some, "portfolio", "mlp", "sharpe", 2.2, "long_short / naive")
    assert "below the equal-weight universe’s" in portfolio_sentence(Reading(some))
    assert naive_sentence(Reading(some)).endswith(
        "ratio of 2.20 where 1.00 could be earned, 2.2 times as much."
    )


def test_signals_are_judged_bin_by_bin(inputs: ReportInputs) -> None:
    rising = pd.DataFrame({"score": range(400), "forward_return": range(400)}) / 10_000
    model = replace(inputs.models[0], scores=rising)
    falling = replace(model, name="cnn", scores=rising.assign(score=-rising["score"]))
    assert signal_sentence([model, falling]).endswith(
        "mlp 19, +3.80\N{NARROW NO-BREAK SPACE}%; cnn 0, −3.80\N{NARROW NO-BREAK SPACE}%."
    )
    assert signal_sentence([]) == ""


def test_factors_that_keep_their_sign_are_counted() -> None:
    factors = pd.DataFrame(
        {
            "name": ["alpha_a", "alpha_b"], "group": ["MH", "VD"],
            "ic": [0.02, -0.04], "test_ic": [-0.01, -0.03],
        }
    )  # fmt: skip
    assert factor_sentences(factors) == [
        "alpha_b has the strongest IC of its own before the first test, −0.040; on the tests it "
        "shows −0.030.",
        "Mean absolute IC by group: volume–price divergence 0.040, momentum and herding 0.020.",
        "1 of 2 factors keep their sign on the tests.",
    ]


def test_the_two_versions_are_compared_over_the_factors_that_differ() -> None:
    factors = pd.DataFrame(
        {
            "ic": [0.02, -0.04, 0.9, float("nan")], "other_ic": [-0.05, 0.02, 0.9, 0.1],
            "version": "scale-free",
        }
    )  # fmt: skip
    assert version_sentence(factors) == (
        "Over the 2 factors whose IC differs between the versions, the mean absolute IC before "
        "the first test is 0.0350 literal and 0.0300 scale-free: the literal version’s is larger."
    )
    assert "scale-free version’s is larger" in version_sentence(factors.assign(version="literal"))
    assert version_sentence(factors[2:]) == ""


def test_a_split_that_leaks_is_not_called_out_of_sample() -> None:
    inputs = fake_inputs(models=1)
    fold = inputs.folds["folds"][0] | {"leaks_by_design": True}
    leaking = replace(inputs, folds={**inputs.folds, "folds": [fold]})
    assert protocol_paragraphs(Reading(leaking))[0].startswith("These scores leak by design")
    assert "had not seen" in protocol_paragraphs(Reading(inputs))[0]
