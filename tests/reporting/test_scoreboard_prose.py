from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from deep_alpha.reporting import ScoreboardInputs
from deep_alpha.reporting.prose.scoreboard_headline import (
    NO_SIGNAL,
    scoreboard_headline,
    scoreboard_remarks,
)
from deep_alpha.reporting.prose.scoreboard_sections import (
    alike_sentence,
    decay_sentence,
    industry_sentence,
    month_sentence,
    paired_sentence,
    quantile_sentence,
    stability_sentence,
    tradable_sentence,
)
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading

THIN = "\N{NARROW NO-BREAK SPACE}"
BOARD = pd.DataFrame(
    {
        "kind": ["model", "yardstick", "reference"],
        "rank_ic": [0.10, 0.08, 0.30],
        "low": [0.06, np.nan, np.nan],
        "high": [0.14, np.nan, np.nan],
        "tradable_ic": [0.07, 0.08, 0.29],
        "residual_ic": [0.05, 0.04, 0.06],
        "residual_pearson": [0.03, 0.02, 0.001],
        "without_ic": [0.08, 0.08, 0.30],
        "large_ic": [0.02, 0.02, 0.02],
        "small_ic": [0.12, 0.02, 0.02],
    },
    ["mlp", "composite", "calm"],
)


def pair(difference: float, p: float, against: str = "composite") -> pd.DataFrame:
    row = {"signal": "mlp", "against": against, "difference": difference, "p": p}
    return pd.DataFrame([row | {"hac_t": 2.0, "low": -0.01, "high": 0.05}])


def reading(inputs: ScoreboardInputs, **changes: Any) -> ScoreboardReading:
    plain = {"board": BOARD, "paired": pd.DataFrame(), "monthly": {}}
    return ScoreboardReading(replace(inputs, **(plain | changes)))


def test_the_headline_gives_ic_interval_bases_and_the_paired_test(
    scoreboard_inputs: ScoreboardInputs,
) -> None:
    assert scoreboard_headline(reading(scoreboard_inputs, paired=pair(0.02, 0.0123))) == (
        "From 2019-01-02 to 2021-06-30, mlp ranks the next 10 days’ returns best of 2 signals: "
        "mean rank IC 0.100 (95 % interval 0.060 to 0.140), 0.070 (−0.030) as it can be traded, "
        "0.050 against residual returns; it beats composite by 0.020 (paired p = 0.012)."
    )


@pytest.mark.parametrize(
    ("difference", "p", "words"),
    [
        (0.02, 0.0499, "it beats composite by 0.020 (paired p = 0.050)"),
        (0.02, 0.05, "its lead of 0.020 over composite can not be told from zero"),
        (-0.02, 0.2, "its lag of 0.020 behind composite can not be told from zero"),
        (-0.02, 0.0001, "it falls behind composite by 0.020 (paired p < 0.001)"),
    ],
)
def test_only_a_clear_difference_is_a_win_or_a_loss(
    scoreboard_inputs: ScoreboardInputs, difference: float, p: float, words: str
) -> None:
    assert words in scoreboard_headline(reading(scoreboard_inputs, paired=pair(difference, p)))


def test_the_composite_is_the_rival_where_it_was_tested(
    scoreboard_inputs: ScoreboardInputs,
) -> None:
    both = pd.concat([pair(0.05, 0.01, "ridge"), pair(0.02, 0.01)], ignore_index=True)
    assert "beats composite" in scoreboard_headline(reading(scoreboard_inputs, paired=both))
    other = pair(0.05, 0.01, "ridge")
    assert "beats ridge" in scoreboard_headline(reading(scoreboard_inputs, paired=other))
    assert "beats" not in scoreboard_headline(reading(scoreboard_inputs))


def test_a_pair_is_told_from_either_side(scoreboard_inputs: ScoreboardInputs) -> None:
    turned = pair(-0.02, 0.01).rename(columns={"signal": "against", "against": "signal"})
    assert "it beats composite by 0.020" in scoreboard_headline(
        reading(scoreboard_inputs, paired=turned)
    )


def test_references_never_lead(scoreboard_inputs: ScoreboardInputs) -> None:
    only = BOARD[BOARD["kind"] == "reference"]
    assert scoreboard_headline(reading(scoreboard_inputs, board=only)) == NO_SIGNAL
    assert scoreboard_remarks(reading(scoreboard_inputs, board=only)) == []


def test_remarks_tell_selection_time_size_and_references(
    scoreboard_inputs: ScoreboardInputs,
) -> None:
    assert scoreboard_remarks(reading(scoreboard_inputs)) == [
        "mlp is named because it is the best of 2 on these very dates, which flatters it a little.",
        "Without the first half year its rank IC falls to 0.080.",
        "Among the large names it is 0.020, among the small ones 0.120.",
        "Residual returns are skewed, so read their rank IC beside Pearson’s: the reference calm "
        "alone shows 0.060 (Pearson 0.001), mlp 0.050 (Pearson 0.030).",
    ]


def test_a_yardstick_that_leads_is_called_one(scoreboard_inputs: ScoreboardInputs) -> None:
    board = BOARD.assign(kind=["yardstick", "yardstick", "reference"])
    assert "mlp is a yardstick, no model, and named" in " ".join(
        scoreboard_remarks(reading(scoreboard_inputs, board=board))
    )


def test_what_trading_takes_is_counted_and_averaged(scoreboard_inputs: ScoreboardInputs) -> None:
    assert tradable_sentence(reading(scoreboard_inputs)) == (
        "Entry at the next day’s vwap, on names that can be bought, lowers the rank IC of 1 of 2 "
        "signals, by 0.015 on average and most for mlp (0.100 to 0.070)."
    )
    free = BOARD.assign(tradable_ic=BOARD["rank_ic"])
    assert "costs no signal any IC" in tradable_sentence(reading(scoreboard_inputs, board=free))


def test_pairs_that_differ_are_set_against_chance(scoreboard_inputs: ScoreboardInputs) -> None:
    pairs = pd.concat([pair(0.02, p) for p in (0.01, 0.2, np.nan, 0.9)], ignore_index=True)
    assert paired_sentence(reading(scoreboard_inputs, paired=pairs)) == (
        "1 of 3 pairs differ at p < 0.05; by chance alone about 0.2 would."
    )


def test_months_tell_the_share_and_the_worst(scoreboard_inputs: ScoreboardInputs) -> None:
    months = pd.DataFrame([[0.1, -0.02], [0.03, np.nan]], [2020, 2021], [1, 2])
    some = reading(scoreboard_inputs, monthly={"composite": months})
    assert some.shown == "composite"
    assert month_sentence(some) == (
        "The mean rank IC of composite is positive in 2 of 3 months; its worst is 2020-02, at "
        "−0.020."
    )


def test_decay_compares_the_first_window_with_the_last(scoreboard_inputs: ScoreboardInputs) -> None:
    decay = pd.DataFrame(
        {"signal": "mlp", "first_day": [6, 1], "last_day": [10, 5], "rank_ic": [0.02, 0.09],
         "cumulative_ic": [0.1, 0.09]}
    )  # fmt: skip
    assert decay_sentence(reading(scoreboard_inputs, decay=decay)) == (
        "mlp has a rank IC of 0.090 with days 1–5 and of 0.020 with days 6–10 alone; with all of "
        "them, of 0.100."
    )


def test_quantiles_tell_steps_and_the_short_side(scoreboard_inputs: ScoreboardInputs) -> None:
    table = pd.DataFrame(
        {"signal": "mlp", "quantile": [3, 1, 2], "mean": [0.02, -0.04, 0.02],
         "standard_error": 0.001}
    )  # fmt: skip
    assert quantile_sentence(reading(scoreboard_inputs, quantiles=table)) == (
        "Mean returns of mlp rise in 1 of 2 steps from the lowest to the highest quantile, "
        f"+6.00{THIN}% over 10 days; 67{THIN}% of that is on the short side."
    )


def test_industries_tell_extremes(scoreboard_inputs: ScoreboardInputs) -> None:
    table = pd.DataFrame(
        {"signal": "mlp", "industry": ["银行", "Coal", "Steel"], "rank_ic": [0.1, -0.1, np.nan]}
    )
    assert industry_sentence(reading(scoreboard_inputs, industries=table)) == (
        "mlp has a positive rank IC in 1 of 2 industries, highest in Banks (0.100) and lowest in "
        "Coal (−0.100)."
    )


def test_stability_and_likeness_name_the_extremes(scoreboard_inputs: ScoreboardInputs) -> None:
    stability = pd.DataFrame({"autocorrelation_h": [0.3, 0.8, 0.99]}, ["mlp", "composite", "calm"])
    text = stability_sentence(reading(scoreboard_inputs, stability=stability))
    assert "scores of composite correlate with themselves at 0.80, those of mlp at 0.30" in text
    table = pd.DataFrame(np.eye(3), list("abc"), list("abc"))
    table.loc["c", "a"] = 0.7
    table.loc["b", "a"] = -0.9
    assert alike_sentence(reading(scoreboard_inputs, correlation=table)) == (
        "The scores of a and c are most alike, at 0.70."
    )


def test_nothing_computed_nothing_said(scoreboard_inputs: ScoreboardInputs) -> None:
    bare = ScoreboardReading(
        ScoreboardInputs(
            **{name: getattr(scoreboard_inputs, name) for name in
               ("title", "generated", "market", "digest", "first", "last", "horizon",
                "annual_days", "switches")},
            board=pd.DataFrame(),
        )
    )  # fmt: skip
    for sentence in (
        tradable_sentence, paired_sentence, month_sentence, decay_sentence, quantile_sentence,
        industry_sentence, stability_sentence, alike_sentence,
    ):  # fmt: skip
        assert sentence(bare) == ""
