"""The shared leak test must pass honest functions and catch planted leaks."""

import numpy as np
import pytest
import xarray as xr

from tests.factors.panels import random_panel
from tests.no_future import assert_no_future, replace_future


@pytest.fixture(scope="module")
def panel() -> xr.Dataset:
    return random_panel(dates=60, assets=18)


def expanding_mean(panel):
    return panel["close"].fillna(0.0).cumsum("date")


def whole_history_rank(panel):
    """The mistake of public copies of the paper: rank over the stock's whole history."""
    ranks = panel["close"].to_pandas().rank(pct=True)
    return panel["close"].copy(data=ranks.to_numpy())


def test_an_honest_function_passes(panel):
    assert_no_future(expanding_mean, panel)


def test_a_dataset_of_honest_functions_passes(panel):
    assert_no_future(lambda p: xr.Dataset({"a": expanding_mean(p), "b": p["traded"]}), panel)


def test_a_rank_over_the_whole_history_is_caught(panel):
    with pytest.raises(AssertionError, match=r"^cut after 2015-01-23: \d+ values at or before it"):
        assert_no_future(whole_history_rank, panel, cuts=[14])


def test_a_centred_window_is_caught(panel):
    def centred(panel):
        return panel["close"].rolling(date=5, center=True, min_periods=1).mean()

    with pytest.raises(AssertionError, match="change, the first at date="):
        assert_no_future(centred, panel)


def test_a_leak_of_the_size_of_one_rounding_error_is_caught(panel):
    def rounding(panel):
        return panel["close"] * (1.0 + np.finfo(float).eps * (panel.sizes["date"] % 2))

    with pytest.raises(AssertionError, match="change, the first at date="):
        assert_no_future(rounding, panel, cuts=[30])


def test_a_leak_through_a_flag_is_caught_by_noise(panel):
    def tomorrow_traded(panel):
        values = np.roll(panel["traded"].to_numpy(), -1, axis=0)
        values[-1] = panel["traded"].to_numpy()[-1]
        return panel["traded"].copy(data=values)

    with pytest.raises(AssertionError):
        assert_no_future(tomorrow_traded, panel)


def test_a_dataset_names_the_leaking_variable(panel):
    def function(panel):
        return xr.Dataset({"honest": expanding_mean(panel), "leak": whole_history_rank(panel)})

    with pytest.raises(AssertionError, match=r"^leak: cut after 2015-01-23: "):
        assert_no_future(function, panel, cuts=[14])


def test_noise_replaces_everything_after_the_cut_and_nothing_before(panel):
    noisy = replace_future(panel, 20)
    for name in panel:
        before, after = noisy[name].isel(date=slice(0, 21)), noisy[name].isel(date=slice(21, None))
        assert before.identical(panel[name].isel(date=slice(0, 21)))
        if name != "traded":
            assert not (after == panel[name].isel(date=slice(21, None))).any()
