"""What the risk model's page says, with dots in place of its pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from deep_alpha.reporting import RiskReportInputs
from deep_alpha.reporting.industry_names import in_english
from deep_alpha.risk.catalogue import DESCRIPTORS, STYLES, styles_of

from .fake_risk import INDUSTRIES, check, fake_risk_inputs
from .reader import PageReader

Html = Callable[[RiskReportInputs], str]
THIN = "\N{NARROW NO-BREAK SPACE}"


@pytest.fixture
def page(risk_html: Html, risk_inputs: RiskReportInputs) -> PageReader:
    return PageReader(risk_html(risk_inputs))


def row(page: PageReader, heading: str, name: str) -> list[str]:
    return next(row for row in page.below(heading) if row[0] == name)


def test_every_section_is_there_in_order(page: PageReader) -> None:
    assert [anchor for anchor in page.anchors if anchor != "theme"] == [
        "overview", "annex", "coverage", "returns", "fit", "styles", "checks", "industries",
        "targets", "planted",
    ]  # fmt: skip


def test_annex_1_has_every_descriptor_under_its_style(page: PageReader) -> None:
    names = [row[0] for row in page.below("descriptor")]
    expected = []
    for style in STYLES:
        expected += [style, *(each.name for each in DESCRIPTORS if each.style == style)]
    assert names == expected


def test_a_descriptor_that_is_not_used_says_why(page: PageReader) -> None:
    name, weight, used, formula, *_, coverage, clipped = row(page, "descriptor", "EPIBS")
    assert (name, weight, used, coverage, clipped) == ("EPIBS", "0.68", "–", "–", "–")
    assert formula.endswith("(not used: the market has no forecasts)")
    assert row(page, "descriptor", "CETOP")[1:3] == ["0.21", "0.66"]


def test_styles_stand_in_the_models_order_with_the_country_last(
    page: PageReader, risk_inputs: RiskReportInputs
) -> None:
    assert [row[0] for row in page.below("style")] == [*STYLES, "country"]
    values = risk_inputs.styles.loc["LIQUIDTY"]
    shown = row(page, "style", "LIQUIDTY")
    assert shown[2] == f"{values['autocorrelation']:.3f}"
    assert shown[3] == f"{values['mean_abs_t']:.2f}"
    assert shown[-1] == f"{values['sharpe']:+.2f}".replace("-", "−")
    assert row(page, "style", "country")[1:3] == ["–", "–"]


def test_a_large_inflation_factor_is_marked_in_words(
    risk_html: Html, risk_inputs: RiskReportInputs
) -> None:
    styles = risk_inputs.styles.copy()
    styles.loc["BETA", "vif_max"] = 7.25
    page = PageReader(risk_html(replace(risk_inputs, styles=styles)))
    assert row(page, "style", "BETA")[6] == "7.2 > 5"
    assert "the variance inflation factor of BETA is above 5" in page.text


def test_checks_say_in_words_whether_they_hold(page: PageReader) -> None:
    results = {row[0]: row[1] for row in page.below("check")}
    assert results["industries cancel out"] == "✓ holds"
    assert results["specific returns hold no style"] == "✗ fails"
    assert row(page, "check", "industries cancel out")[2:] == [
        "Σ s_i f_i = 0", f"2.2{THIN}×{THIN}10⁻¹⁶", f"1.0{THIN}×{THIN}10⁻¹⁰", "2018-02-09",
    ]  # fmt: skip


def test_a_check_that_could_not_be_made_does_not_hold(
    risk_html: Html, risk_inputs: RiskReportInputs
) -> None:
    unknown = check("sums", np.nan, date=None)
    page = PageReader(risk_html(replace(risk_inputs, checks=[unknown])))
    assert row(page, "check", "sums")[1:] == ["✗ fails", "Σ s X = 0", "–", f"1.0{THIN}×{THIN}10⁻⁵", "–"]  # noqa: E501  # fmt: skip
    assert "What does not hold: sums (no day could be checked)." in page.text


def test_every_industry_and_its_merging_are_listed(
    page: PageReader, risk_inputs: RiskReportInputs
) -> None:
    assert [row[0] for row in page.below("industry")] == list(INDUSTRIES)
    conglomerates = row(page, "industry", "Conglomerates")
    assert conglomerates[4:6] == ["212", "Commerce, Machinery"]
    total = 100 * risk_inputs.industry_returns["Banks"].sum()
    assert row(page, "industry", "Banks")[6] == f"{total:+.1f}{THIN}%".replace("-", "−")


def test_gaps_labels_and_planted_factors_are_listed(page: PageReader) -> None:
    assert row(page, "what was missing", "total cap") == [
        "total cap", "3,120", f"0.11{THIN}%", "float cap",
    ]  # fmt: skip
    assert row(page, "column", "Conglomerates")[1] == "14"
    assert row(page, "reason", "fewer names than columns")[1] == "1"
    assert [row[0] for row in page.below("label")] == ["raw", "residual", "compound", "single"]
    assert len(page.below("asset")) == 10
    assert page.below("asset")[-1][-1].startswith("−")
    assert row(page, "factor", "SIZE") == ["SIZE", "0.910"]


def test_captions_state_market_dates_names_level_and_switches(page: PageReader) -> None:
    line = (
        "simulated · 2015-01-06 to 2021-06-30 · N = 3,116 names a day · level no_analyst · "
        "estimation universe = traded, at least 60 bars old, not ST · outliers = clip · "
        "RESVOL ⟂ = BETA · LIQUIDTY ⟂ SIZE = off · CMRA = diff"
    )
    assert page.text.count(line) >= len(page.tables)


@pytest.mark.parametrize("level", ["full", "no_analyst", "price_only"])
def test_every_level_shows_its_own_styles(risk_html: Html, level: Any) -> None:
    page = PageReader(risk_html(fake_risk_inputs(level)))
    assert [row[0] for row in page.below("style")[:-1]] == list(styles_of(level))
    assert f"· level {level} ·" in page.text


def test_a_real_market_has_nothing_planted(risk_html: Html, risk_inputs: RiskReportInputs) -> None:
    page = PageReader(risk_html(replace(risk_inputs, planted=None)))
    assert "planted" not in page.anchors
    assert "planted" not in page.text


def test_missing_pieces_are_named(risk_html: Html, risk_inputs: RiskReportInputs) -> None:
    empty: dict[str, Any] = {
        field.name: pd.DataFrame()
        for field in fields(risk_inputs)
        if isinstance(getattr(risk_inputs, field.name), pd.DataFrame)
    }
    nothing = pd.Series(dtype=np.float64)
    bare = replace(
        risk_inputs, **(empty | {"planted": pd.DataFrame(columns=["factor", "correlation"])}),
        r_squared=nothing, market_return=nothing, country_correlation=np.nan, checks=[],
        missing=[], switches={}, proxies={},
    )  # fmt: skip
    text = PageReader(risk_html(bare)).text
    for sentence in (
        "No day has a regression",
        "nothing was checked",
        "No field is a proxy.",
        "No descriptor was computed.",
        "No coverage was recorded.",
        "Nothing was missing.",
        "No style has a return to draw.",
        "The country factor and the market share no day to compare.",
        "No day has an R² to draw.",
        "No style was estimated.",
        "Nothing was checked.",
        "No column was left out of a regression.",
        "The market has no industries",
        "No label was made.",
        "No planted factor could be compared.",
    ):
        assert sentence in text
    assert "No day is without a regression." not in text


def test_industries_are_named_in_english_where_a_picture_could_not_draw_them() -> None:
    assert in_english("银行") == "Banks"
    assert in_english("Utilities") == "Utilities"
    assert in_english("something new") == "something new"
