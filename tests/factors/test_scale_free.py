"""The scale-free version of the 44 factors: no asset's price level enters (000-P5, P6)."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from deep_alpha.errors import PanelError
from deep_alpha.factors import FACTOR_NAMES, behavioural_factors
from deep_alpha.factors.features import FactorSettings, build_features
from tests.factors.panels import panel_of, random_panel
from tests.factors.test_behavioural import assert_like_the_oracle, row
from tests.no_future import assert_no_future

PRICES = ["open", "high", "low", "close", "vwap"]

# Of the literal factors these know the price level, by what makes them so.
IN_CURRENCY = {4, 5, 6, 7, 8, 10, 13, 14, 20, 22, 23, 24, 25, 26, 28, 29, 33, 37, 43}
TIMES_THE_CLOSE = {31, 32, 40}
BY_THE_LEAST_SPREAD = {2, 3, 9, 11, 30}
MADE_OF_THOSE = {15, 16, 17, 18, 19, 21, 39}
LEVEL_DEPENDENT = IN_CURRENCY | TIMES_THE_CLOSE | BY_THE_LEAST_SPREAD | MADE_OF_THOSE


def scale_free(panel: xr.Dataset) -> xr.DataArray:
    return behavioural_factors(panel, scale_free=True, dtype=np.float64)


def dearer(panel: xr.Dataset, times: float, asset: int, shares: float = 1.0) -> xr.Dataset:
    """The panel with one asset's prices multiplied, and its volume."""
    changed = panel.copy(deep=True)
    for name in PRICES:
        changed[name][:, asset] *= times
    changed["volume"][:, asset] *= shares
    return changed


def changed_rows(before: xr.DataArray, after: xr.DataArray) -> set[int]:
    """Rows of the paper's table in which some value differs by more than rounding."""
    left, right = before.to_numpy(), after.to_numpy()
    same = np.isclose(left, right, rtol=1e-9, atol=1e-12, equal_nan=True)
    return {int(k) + 1 for k in np.flatnonzero(~same.all(axis=(0, 2)))}


@pytest.mark.parametrize("times", [10.0, 0.1])
@pytest.mark.parametrize("asset", [0, 9])
def test_a_dearer_share_changes_no_scale_free_factor(awkward_panel, times, asset):
    other = dearer(awkward_panel, times, asset)
    assert changed_rows(scale_free(awkward_panel), scale_free(other)) == set()


def test_the_literal_factors_that_know_the_price_level_are_these(awkward_panel):
    literal = [
        behavioural_factors(panel, dtype=np.float64)
        for panel in (awkward_panel, dearer(awkward_panel, 10.0, 0))
    ]
    assert changed_rows(*literal) == LEVEL_DEPENDENT


def test_only_volumes_keep_a_unit_shares(awkward_panel):
    """Ten times the price at a tenth of the shares: rows 14 and 23 are made of shares."""
    other = dearer(awkward_panel, 10.0, 0, shares=0.1)
    assert changed_rows(scale_free(awkward_panel), scale_free(other)) == {14, 23}


def test_all_factors_are_those_of_the_oracle(awkward_panel):
    assert_like_the_oracle(awkward_panel, scale_free=True)


def test_more_assets_than_fit_one_block():
    assert_like_the_oracle(random_panel(dates=45, assets=300, seed=3), scale_free=True)


@pytest.mark.real
def test_all_factors_are_those_of_the_oracle_on_real_shares(ashare_panel):
    assert_like_the_oracle(ashare_panel, scale_free=True)


def test_by_hand():
    fields = {"high": [[11.0]], "low": [[9.0]], "close": [[9.1]], "open": [[10.0]]}
    factors = scale_free(panel_of(**fields))
    np.testing.assert_allclose(row(factors, 2), [[-0.9 / (2 + 9.1e-6)]])
    fall = scale_free(panel_of(close=[[20.0], [18.0]]))
    np.testing.assert_allclose(row(fall, 8)[1], 2 / 18)


def test_the_close_itself_becomes_1(awkward_panel):
    factors = scale_free(awkward_panel)
    assert set(np.unique(row(factors, 40)[np.isfinite(row(factors, 40))])) == {0.0, 1.0}
    for number in (31, 32):
        ranks = row(factors, number)[np.isfinite(row(factors, number))]
        assert 0.0 < ranks.min() <= ranks.max() == 1.0
    ratio = row(factors, 26) / row(factors, 31)
    rsi = row(factors, 34) + 50.0
    np.testing.assert_allclose(ratio[np.isfinite(ratio)], rsi[np.isfinite(ratio)])


def test_what_is_missing_is_missing_in_both_versions(awkward_panel):
    np.testing.assert_array_equal(
        np.isnan(scale_free(awkward_panel)), np.isnan(behavioural_factors(awkward_panel))
    )


def test_nothing_from_the_future(awkward_panel):
    assert_no_future(
        lambda panel: behavioural_factors(panel, scale_free=True),
        awkward_panel,
        cuts=[100, 211, 260, 318],
    )


def test_threads_change_no_bit():
    panel = random_panel(dates=60, assets=600, seed=2)
    one, three = (behavioural_factors(panel, scale_free=True, threads=k) for k in (1, 3))
    np.testing.assert_array_equal(three, one)


def test_features_are_laid_from_the_version_that_the_settings_ask_for(awkward_panel):
    eligible = awkward_panel["traded"]
    literal, free = (behavioural_factors(awkward_panel, scale_free=k) for k in (False, True))
    asked = FactorSettings(warm_up_days=40, minimum_present=20, scale_free=True)
    table = build_features(free, awkward_panel, eligible, asked)
    assert np.isfinite(table.values).all()
    with pytest.raises(PanelError, match=r"raw factors are literal, but factors\.scale_free=true"):
        build_features(literal, awkward_panel, eligible, asked)
    with pytest.raises(PanelError, match=r"scale-free, but factors\.scale_free=false"):
        build_features(free, awkward_panel, eligible, FactorSettings(warm_up_days=40))


def test_every_row_is_in_one_version_or_the_same_in_both():
    assert {1, 12, 27, 34, 35, 36, 38, 41, 42, 44} == set(range(1, len(FACTOR_NAMES) + 1)) - (
        LEVEL_DEPENDENT
    )
