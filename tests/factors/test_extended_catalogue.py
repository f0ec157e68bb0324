"""The catalogue of the 36 columns, and what it says of a market."""

import re

import pytest

from deep_alpha.factors import FACTOR_NAMES, FACTOR_SETS
from deep_alpha.factors.extended_catalogue import (
    EXTENDED76,
    EXTENDED_FACTORS,
    EXTENDED_NAMES,
    GROUP,
    extended_summary,
)
from deep_alpha.factors.extended_formulas import (
    REGRESSION_DAYS,
    REGRESSION_HALF_LIFE,
    REGRESSION_MINIMUM,
)
from deep_alpha.risk.catalogue import BY_NAME, Window
from tests.test_docs import page, table_with


def test_there_are_36_columns_beside_the_forty_of_the_paper():
    assert len(EXTENDED_NAMES) == 36
    assert len(set(EXTENDED76)) == 76
    assert EXTENDED76[:40] == FACTOR_SETS["table40"]
    assert not set(EXTENDED_NAMES) & set(FACTOR_NAMES)


def test_they_are_in_no_set_of_the_paper():
    assert {factor.group for factor in EXTENDED_FACTORS} == {GROUP}
    for names in FACTOR_SETS.values():
        assert not set(names) & set(EXTENDED_NAMES)


def test_the_length_in_a_name_is_that_of_its_window():
    for factor in EXTENDED_FACTORS:
        days = re.findall(r"_(\d+)", factor.name)
        if days:
            assert max(days, key=int) in re.findall(r"\d+", factor.window), factor.name


def test_the_regression_is_that_of_the_risk_model():
    window = Window(REGRESSION_DAYS, REGRESSION_MINIMUM, half_life=REGRESSION_HALF_LIFE)
    assert BY_NAME["BETA"].window == BY_NAME["HSIGMA"].window == window


def test_the_table_of_the_documentation_is_the_catalogue():
    rows = table_with(page("extended-factors.md"), "Name", "Formula", "Window")
    documented = [(row["Name"], row["Formula"], row["Window"]) for row in rows]
    assert documented == [(each.name, each.formula, each.window) for each in EXTENDED_FACTORS]


def test_the_summary_names_what_stands_in():
    known = dict.fromkeys(EXTENDED_NAMES, 1.0) | {"earnings_yield": 0.25}
    proxies = {"turnover": "volume ÷ median", "cap": "mean amount", "industry": "one"}
    summary = extended_summary(known, proxies).set_index("name")
    assert summary.index.tolist() == list(EXTENDED_NAMES)
    assert summary["known"]["earnings_yield"] == pytest.approx(0.25)
    stand_in = summary["stand_in"]
    assert stand_in["log_turnover_5"] == "turnover: volume ÷ median"
    assert stand_in["log_total_cap"] == stand_in["beta_252"] == "cap: mean amount"
    assert stand_in["log_return_1"] == stand_in["log_vwap_to_close"] == ""
