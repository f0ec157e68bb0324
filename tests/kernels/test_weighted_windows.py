"""Weighted windows against slow loops over each window's members."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.kernels.weighted_windows import (
    cumulative_range,
    mean_of_present,
    weighted_centre,
    weighted_deviation,
    weighted_line,
    weighted_sum,
)

WEIGHTS = 0.5 ** (np.arange(30) / 8)
ALL = ("sum", "centre", "deviation", "slope", "residual", "highest", "lowest", "mean")


@pytest.fixture
def values() -> np.ndarray:
    return np.random.default_rng(0).normal(0.001, 0.02, 200)


def everything(values: np.ndarray, other: np.ndarray) -> dict[str, np.ndarray]:
    """Every window statistic that there is, of one series or of two."""
    out = {name: np.full(values.size, -7.0) for name in ALL}
    weighted_sum(values, WEIGHTS, 10, 5, out["sum"])
    weighted_centre(values, WEIGHTS, out["centre"])
    weighted_deviation(values, WEIGHTS, 10, out["deviation"])
    weighted_line(other, values, WEIGHTS, 10, out["slope"], out["residual"])
    cumulative_range(values, 5, 4, out["highest"], out["lowest"])
    mean_of_present(values, 21, 14, out["mean"])
    return out


def members(values: np.ndarray, row: int, lag: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The values in a row's window, the newest first, and their weights."""
    newest_first = values[: max(row + 1 - lag, 0)][::-1][: WEIGHTS.size]
    return newest_first, WEIGHTS[: newest_first.size]


def test_every_statistic_is_the_one_of_its_windows_members(values):
    other = 0.7 * values + np.random.default_rng(1).normal(0, 0.01, 200)
    found = everything(values, other)
    for row in range(200):
        y, weights = members(values, row)
        x, _ = members(other, row)
        assert found["centre"][row] == pytest.approx(np.average(y, weights=weights), rel=1e-12)
        old, old_weights = members(values, row, lag=5)
        expected = old @ old_weights if old.size >= 10 else np.nan
        assert found["sum"][row] == pytest.approx(expected, rel=1e-11, abs=1e-16, nan_ok=True)
        if row < 9:
            assert np.isnan([found[name][row] for name in ("deviation", "slope", "residual")]).all()
            continue
        variance = np.average((y - np.average(y, weights=weights)) ** 2, weights=weights)
        assert found["deviation"][row] == pytest.approx(np.sqrt(variance), rel=1e-12)
        slope, intercept = np.polyfit(x, y, 1, w=np.sqrt(weights))
        residual = np.sqrt(np.average((y - intercept - slope * x) ** 2, weights=weights))
        assert found["slope"][row] == pytest.approx(slope, rel=1e-10)
        assert found["residual"][row] == pytest.approx(residual, rel=1e-10)


def test_cumulative_range_by_hand():
    values = np.array([9.0, 1.0, 2.0, -5.0, -1.0, 3.0, 4.0])
    highest, lowest = np.empty(7), np.empty(7)
    cumulative_range(values, 2, 3, highest, lowest)
    # row 5: 3 - 1 = 2, then - 5 + 2 = -1, then + 1 + 9 = 9
    # row 6: 4 + 3 = 7, then - 1 - 5 = 1, then + 2 + 1 = 4
    np.testing.assert_array_equal(highest, [np.nan] * 5 + [9.0, 7.0])
    np.testing.assert_array_equal(lowest, [np.nan] * 5 + [-1.0, 1.0])


def test_mean_of_what_is_present_is_that_of_pandas(values):
    values[[3, 4, 40, 41, 90]] = np.nan
    values[100:112] = np.nan
    out = np.empty(200)
    mean_of_present(values, 21, 14, out)
    expected = pd.Series(values).rolling(21, min_periods=14).mean()
    np.testing.assert_allclose(out, expected, rtol=1e-10, atol=1e-15)
    assert np.isnan(out[13:]).sum() > 0


def test_a_missing_value_is_in_no_later_window(values):
    other = values[::-1].copy()
    whole = everything(values, other)
    values[50] = np.nan
    holed = everything(values, other)
    for name, start, stop in (
        ("sum", 55, 85),
        ("centre", 50, 80),
        ("deviation", 50, 80),
        ("slope", 50, 80),
        ("residual", 50, 80),
        ("highest", 50, 70),
        ("lowest", 50, 70),
    ):
        assert np.isnan(holed[name][start:stop]).all(), name
        np.testing.assert_array_equal(holed[name][:start], whole[name][:start], name)
        np.testing.assert_array_equal(holed[name][stop:], whole[name][stop:], name)


def test_a_constant_window_has_no_deviation_and_no_slope(values):
    constant = np.full(200, 0.123)
    found = everything(constant, values)
    assert (found["centre"] == 0.123).all()
    assert (found["deviation"][9:] == 0.0).all()
    assert (found["residual"][9:] == 0.0).all()
    rounding = constant * (1 + 1e-15 * np.arange(200))
    found = everything(values, rounding)
    assert np.isnan(found["slope"]).all()
    assert np.isnan(found["residual"]).all()


def test_a_large_mean_costs_no_digits():
    # multiples of 2**-20 below 2**33 add to a million without rounding
    small = np.random.default_rng(2).integers(-(2**16), 2**16, 200) * 2.0**-20
    near, far = everything(small, small[::-1].copy()), everything(small + 1e6, small[::-1] + 1e6)
    for name in ("deviation", "slope", "residual"):
        np.testing.assert_allclose(far[name], near[name], rtol=1e-7, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("rows", [1, 2, 9, 13, 31, 100, 199])
def test_later_rows_change_no_bit(values, rows):
    other = values[::-1].copy()
    whole = everything(values, other)
    for name, found in everything(values[:rows].copy(), other[:rows].copy()).items():
        np.testing.assert_array_equal(found, whole[name][:rows], name)


def test_no_rows_at_all():
    nothing = np.empty(0)
    assert all(found.size == 0 for found in everything(nothing, nothing).values())
