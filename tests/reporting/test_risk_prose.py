from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from deep_alpha.reporting.prose.risk_headline import NO_REGRESSION, risk_headline, risk_remarks
from deep_alpha.reporting.prose.risk_sections import (
    correlation_sentence,
    coverage_sentence,
    fit_sentence,
    industries_sentence,
    industry_returns_sentence,
    planted_sentence,
    returns_sentence,
    styles_sentence,
    targets_sentence,
)
from deep_alpha.reporting.risk_inputs import RiskReportInputs
from deep_alpha.reporting.risk_reading import RiskReading

from .fake_risk import check, fake_risk_inputs

THIN = "\N{NARROW NO-BREAK SPACE}"
DAYS = pd.bdate_range("2020-01-01", periods=130).as_unit("us")


def reading(inputs: RiskReportInputs, **changes: Any) -> RiskReading:
    return RiskReading(replace(inputs, **changes))


def test_the_headline_gives_level_fit_country_and_checks(risk_inputs: RiskReportInputs) -> None:
    some = reading(
        risk_inputs, r_squared=pd.Series([0.2, np.nan, 0.3], DAYS[:3]), country_correlation=0.9876,
        checks=[check("sums", 0.0), check("moments", 0.5)],
    )  # fmt: skip
    assert risk_headline(some) == (
        "From 2015-01-06 to 2021-06-30, the country, industries and 10 styles (without analyst "
        f"forecasts) explain 25.0{THIN}% of how returns differ on a day (mean R² 0.250, within the "
        "0.17 to 0.32 of public replications); the country factor follows the cap-weighted market "
        "at a correlation of 0.988; 1 of 2 checks hold."
    )


@pytest.mark.parametrize(
    ("mean", "word"), [(0.1699, "below"), (0.17, "within"), (0.32, "within"), (0.33, "above")]
)
def test_the_fit_is_compared_with_public_replications(
    risk_inputs: RiskReportInputs, mean: float, word: str
) -> None:
    some = reading(risk_inputs, r_squared=pd.Series([mean], DAYS[:1]))
    assert f"{word} the 0.17 to 0.32 of public replications" in risk_headline(some)


def test_checks_are_counted_in_words(risk_inputs: RiskReportInputs) -> None:
    both = [check("sums", 0.0), check("moments", 0.0)]
    assert risk_headline(reading(risk_inputs, checks=both)).endswith("all 2 checks hold.")
    assert "check" not in risk_headline(reading(risk_inputs, checks=[]))


def test_no_regression_no_claim(risk_inputs: RiskReportInputs) -> None:
    assert risk_headline(reading(risk_inputs, r_squared=pd.Series([np.nan]))) == NO_REGRESSION


def test_remarks_name_failures_with_their_day(risk_inputs: RiskReportInputs) -> None:
    failing = check("moments", 0.5, 1e-5, date=pd.Timestamp("2020-02-28"))
    remarks = risk_remarks(reading(risk_inputs, checks=[failing, check("sums", 0.0)]))
    assert remarks[0] == (
        f"What does not hold: moments (0.50 on 2020-02-28, 1.0{THIN}×{THIN}10⁻⁵ allowed)."
    )


def test_remarks_tell_fewer_descriptors_from_absent_styles(risk_inputs: RiskReportInputs) -> None:
    assert (
        "18 of 21 descriptors could be computed; in EARNYILD and GROWTH the weights of the absent "
        "ones go to the others." in risk_remarks(RiskReading(risk_inputs))
    )
    assert (
        "10 of 21 descriptors could be computed; BTOP, EARNYILD, GROWTH and LEVERAGE are left out "
        "altogether." in risk_remarks(RiskReading(fake_risk_inputs("price_only")))
    )


def test_a_clean_model_needs_no_remark() -> None:
    inputs = replace(fake_risk_inputs("full"), checks=[check("sums", 0.0)], skipped=pd.DataFrame())
    assert risk_remarks(RiskReading(inputs)) == []


def test_coverage_names_the_least_and_the_first_full_day(risk_inputs: RiskReportInputs) -> None:
    coverage = pd.DataFrame({"LNCAP": 1.0, "RSTR": [0.0, 0.0, 0.6, 0.6]}, DAYS[:4])
    assert coverage_sentence(reading(risk_inputs, coverage=coverage)) == (
        f"RSTR covers least of the estimation universe, 30.0{THIN}% on an average day; from "
        "2020-01-03 on every descriptor covers some of it."
    )
    never = coverage.assign(RSTR=0.0)
    assert "from" not in coverage_sentence(reading(risk_inputs, coverage=never))


def test_styles_and_industries_are_ranked_by_their_sums(risk_inputs: RiskReportInputs) -> None:
    returns = pd.DataFrame(
        {"country": 0.09, "SIZE": [0.01, np.nan], "BETA": [-0.02, 0.005]}, DAYS[:2]
    )
    some = reading(risk_inputs, factor_returns=returns, industry_returns=returns[["SIZE", "BETA"]])
    assert returns_sentence(some).startswith(
        f"SIZE earned most, +1.0{THIN}% in sum, and BETA least, −1.5{THIN}%:"
    )
    assert industry_returns_sentence(some) == (
        f"Against the country factor SIZE earned most, +1.0{THIN}% in sum, and BETA least, "
        f"−1.5{THIN}%."
    )


def test_the_fit_is_followed_through_time(risk_inputs: RiskReportInputs) -> None:
    rising = pd.Series(np.linspace(0.1, 0.3, len(DAYS)), DAYS)
    sentence = fit_sentence(reading(risk_inputs, r_squared=rising))
    assert sentence.startswith("Over 130 days R² has a mean of 0.200.")
    assert "highest on 2020-06-30, at 0.252" in sentence
    assert "lowest on 2020-01-29, at 0.116" in sentence


def test_extremes_of_styles_follow_the_numbers(risk_inputs: RiskReportInputs) -> None:
    styles = risk_inputs.styles.assign(autocorrelation=0.9, mean_abs_t=2.0)
    styles.loc["SIZE", ["autocorrelation", "mean_abs_t"]] = 0.99, 1.0
    styles.loc["MOMENTUM", ["autocorrelation", "mean_abs_t"]] = 0.5, 4.0
    styles.loc["country", ["autocorrelation", "mean_abs_t"]] = 0.1, 99.0
    assert styles_sentence(reading(risk_inputs, styles=styles)) == (
        "After 21 days exposures correlate with themselves at 0.50 (MOMENTUM) to 0.99 (SIZE). "
        "MOMENTUM explains most (mean |t| 4.00), SIZE least (1.00)."
    )


def test_the_most_alike_may_be_opposites(risk_inputs: RiskReportInputs) -> None:
    table = pd.DataFrame(np.eye(3), list("abc"), list("abc"))
    table.loc["c", "a"] = table.loc["a", "c"] = -0.7
    table.loc["b", "a"] = table.loc["a", "b"] = 0.6
    sentence = correlation_sentence(reading(risk_inputs, exposure_correlation=table))
    assert sentence == "The exposures of a and c are most alike in size, at −0.70."


def test_industries_that_merge_are_named_while_they_are_few(risk_inputs: RiskReportInputs) -> None:
    table = pd.DataFrame({"name": list("abcdef"), "days_merged": [0, 3, 1, 0, 0, 0]})
    sentence = industries_sentence(reading(risk_inputs, industries=table))
    assert sentence == "6 industries are used. On days with too few members b and c join another."
    many = table.assign(days_merged=1)
    assert "members 6 join another" in industries_sentence(reading(risk_inputs, industries=many))
    one = table.head(1)
    assert industries_sentence(reading(risk_inputs, industries=one)) == (
        "1 industry is used, and none ever had to join another."
    )


def test_labels_say_how_much_variance_is_taken_out(risk_inputs: RiskReportInputs) -> None:
    targets = risk_inputs.targets.copy()
    targets.loc["raw", "sd"], targets.loc["residual", "sd"] = 0.10, 0.08
    assert f"takes 36{THIN}% of the variance out of 10-day returns" in targets_sentence(
        reading(risk_inputs, targets=targets)
    )
    targets.loc["residual", "sd"] = 0.11
    assert "explains none of them" in targets_sentence(reading(risk_inputs, targets=targets))
    assert targets_sentence(reading(risk_inputs, targets=targets.loc[["raw"]])) == ""


def test_planted_factors_are_judged_by_mean_and_worst(risk_inputs: RiskReportInputs) -> None:
    planted = pd.DataFrame({"factor": list("abc"), "correlation": [0.9, 0.7, np.nan]})
    sentence = planted_sentence(reading(risk_inputs, planted=planted))
    assert sentence.endswith(
        "over 2 factors the estimated ones correlate with them at 0.80 on average, least for b "
        "(0.70)."
    )
    assert planted_sentence(reading(risk_inputs, planted=None)) == ""
