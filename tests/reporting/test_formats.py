from __future__ import annotations

import math

import pandas as pd
import pytest

from deep_alpha.reporting.formats import (
    anything,
    count,
    day,
    decimal,
    duration,
    enumeration,
    large_percent,
    multiple,
    p_phrase,
    p_value,
    percent,
    places_for,
    plural,
    scientific,
    significant,
    small_percent,
)

THIN = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0524, "0.052"), (-0.0524, "−0.052"), (-0.0002, "0.000"), (12345.6, "12,345.600")],
)
def test_decimals_carry_a_real_minus_sign_and_zero_has_none(value: float, text: str) -> None:
    assert decimal(value) == text


@pytest.mark.parametrize("missing", [None, math.nan, math.inf, pd.NA, pd.NaT, "n/a"])
def test_what_is_missing_is_a_dash(missing: object) -> None:
    assert [
        show(missing)
        for show in (decimal, percent, count, significant, duration, scientific, small_percent)
    ] == ["–"] * 7


def test_dates_that_are_missing_are_a_dash_too() -> None:
    assert (day(None), day(pd.NaT), day("2021-06-30")) == ("–", "–", "2021-06-30")


def test_signs_on_demand() -> None:
    assert decimal(0.5, 1, signed=True) == "+0.5"
    assert percent(-0.123, signed=True) == f"−12.3{THIN}%"


def test_p_values_are_never_zero() -> None:
    assert (p_value(0.0), p_value(0.03)) == ("<0.001", "0.030")
    assert (p_phrase(1e-9), p_phrase(0.2)) == ("p < 0.001", "p = 0.200")


def test_significant_digits_and_whole_numbers() -> None:
    assert [significant(x) for x in (0.012345, -1.5, 2784310.0, 0)] == ["0.0123", "−1.50", "2,784,310", "0"]  # fmt: skip # noqa: E501


def test_small_shares_keep_two_digits() -> None:
    assert [small_percent(x) for x in (0.000123, 0.4567, 0)] == [
        f"0.012{THIN}%",
        f"46{THIN}%",
        f"0{THIN}%",
    ]


def test_tiny_numbers_are_powers_of_ten() -> None:
    assert [scientific(x) for x in (3.14e-13, -2.5e7, 0.0123, 0)] == [
        f"3.1{THIN}×{THIN}10⁻¹³",
        f"−2.5{THIN}×{THIN}10⁷",
        "0.012",
        "0",
    ]


def test_a_column_has_one_number_of_decimals() -> None:
    assert places_for([0.0042, -2.57, math.nan]) == 2
    assert places_for([]) == 0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(4.21, f"4.2{THIN}s"), (185, f"3{THIN}min 05{THIN}s"), (7620, f"2{THIN}h 07{THIN}min")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_cells_of_unknown_kind() -> None:
    values = [None, "x", True, ["a", 2], pd.Timestamp("2020-01-02"), 3, math.nan]
    assert [anything(value) for value in values] == [
        "–",
        "x",
        "yes",
        "a, 2",
        "2020-01-02",
        "3",
        "–",
    ]


def test_words() -> None:
    assert enumeration(["a", "b", "c"]) == "a, b and c"
    assert (plural(1, "fold"), plural(5, "fold")) == ("1 fold", "5 folds")


def test_what_grows_beyond_reading_is_in_powers_of_ten() -> None:
    assert [multiple(x) for x in (2.5, 8.0, 41_660, 3.58e16, math.nan)] == [
        "2.50×", "8×", "41,660×", f"3.6{THIN}×{THIN}10¹⁶", "–",
    ]  # fmt: skip
    assert [large_percent(x) for x in (0.5, 99.9, 160_504.2, None)] == [
        f"50.0{THIN}%", f"9,990.0{THIN}%", f"1.6{THIN}×{THIN}10⁷{THIN}%", "–",
    ]  # fmt: skip
