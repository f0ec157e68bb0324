"""Columns beside the paper's in a feature table: your own, and the 36 scale-free ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from deep_alpha.errors import PanelError
from deep_alpha.factors import behavioural_factors, factor_set, winsorise, zscore
from deep_alpha.factors.appending import BLOCK_ASSETS, fill_columns
from deep_alpha.factors.features import FactorSettings, build_features, extend_features
from deep_alpha.feature_table import FeatureTable
from tests.factors.panels import random_panel

TABLE40 = factor_set("table40")
NAMES = ("wild", "event", "sparse", "never", "infinite")


def gap(panel: xr.Dataset) -> xr.DataArray:
    """A factor of one's own."""
    return panel["close"] / panel["open"] - 1


@pytest.fixture(scope="module")
def panel() -> xr.Dataset:
    """More assets than two blocks hold."""
    return random_panel(dates=230, assets=2 * BLOCK_ASSETS + 6, seed=2)


@pytest.fixture(scope="module")
def eligible(panel) -> xr.DataArray:
    """Some assets never have a row, the first of a block among them."""
    mask = panel["traded"].copy(deep=True)
    mask[:, BLOCK_ASSETS] = False
    return mask


@pytest.fixture(scope="module")
def features(panel, eligible) -> FeatureTable:
    return build_features(
        behavioural_factors(panel), panel, eligible, FactorSettings(warm_up_days=40)
    )


@pytest.fixture(scope="module")
def raw(panel) -> np.ndarray:
    """(date, column, asset): a heavy tail, an event, few values, none, and infinities."""
    random = np.random.default_rng(0)
    shape = (panel.sizes["date"], len(NAMES), panel.sizes["asset"])
    values = random.standard_t(2, shape)
    values[:, 1] = random.random((shape[0], shape[2])) < 0.03
    values[:, 2, ::3] = np.nan
    values[:, 3] = np.nan
    values[:, 4, 5] = np.inf
    return values.astype(np.float32)


def extended(features, panel, raw, keep=TABLE40, winsor="mad5"):
    return extend_features(features, panel, keep, NAMES, lambda block: raw[:, :, block], winsor)


@pytest.mark.parametrize("winsor", ["mad5", "none"])
def test_rows_are_the_same_and_the_columns_taken_over_are_bit_for_bit(features, panel, raw, winsor):
    table, _ = extended(features, panel, raw, winsor=winsor)
    assert table.names == (*TABLE40, *NAMES)
    for name in ("date_index", "asset_index", "sample", "dates", "assets"):
        np.testing.assert_array_equal(getattr(table, name), getattr(features, name))
    np.testing.assert_array_equal(table.values[:, :40], features.values)
    assert (table.digests[features.first_day :] != features.digests[features.first_day :]).all()


@pytest.mark.parametrize("winsor", ["mad5", "none"])
def test_further_columns_are_clipped_and_scaled_over_the_rows_of_the_day(
    features, panel, raw, winsor
):
    table, known = extended(features, panel, raw, winsor=winsor)
    kept = np.zeros(panel["close"].shape, dtype=bool)
    kept[table.date_index, table.asset_index] = True
    finite = np.where(np.isfinite(raw), raw, np.nan)
    steps = zscore(winsorise(finite, kept, winsor), kept).transpose(0, 2, 1)[kept]
    np.testing.assert_allclose(
        table.values[:, 40:], np.nan_to_num(steps, nan=0.0), rtol=1e-5, atol=1e-6
    )
    assert list(known) == list(NAMES)
    assert list(known.values()) == pytest.approx(np.isfinite(steps).mean(axis=0).tolist())
    assert known["never"] == 0.0 < known["sparse"] < known["infinite"] < known["wild"] == 1.0


def test_rows_that_are_no_samples_stay_what_they_are(features, panel, raw):
    some = replace(features, sample=features.asset_index % 3 > 0)
    table, _ = extended(some, panel, raw)
    np.testing.assert_array_equal(table.sample, some.sample)
    np.testing.assert_array_equal(table.values, extended(features, panel, raw)[0].values)


def test_columns_can_be_left_out_and_put_in_another_order(features, panel, raw):
    keep = (TABLE40[7], TABLE40[0])
    table, _ = extended(features, panel, raw, keep=keep)
    assert table.names == (*keep, *NAMES)
    np.testing.assert_array_equal(table.values[:, :2], features.values[:, [7, 0]])


def test_your_own_factors_are_laid_in_the_same_way(features, panel, eligible):
    path = f"{__name__}.gap"
    settings = FactorSettings(warm_up_days=40, own={"gap": path, "again": path})
    with_own = build_features(behavioural_factors(panel), panel, eligible, settings)
    assert with_own.names == (*TABLE40, "gap", "again")
    np.testing.assert_array_equal(with_own.values[:, :40], features.values)
    grid = gap(panel).to_numpy()[:, None].astype(np.float32)
    table, _ = extend_features(
        features, panel, TABLE40, ("gap",), lambda block: grid[:, :, block], "mad5"
    )
    for column in (40, 41):
        np.testing.assert_array_equal(with_own.values[:, column], table.values[:, 40])
    # Your own factors stay where they are: a table can be extended without them.
    wider, _ = extend_features(
        with_own, panel, TABLE40, ("gap",), lambda block: grid[:, :, block], "mad5"
    )
    np.testing.assert_array_equal(wider.values, table.values)


def test_features_of_another_panel_are_refused(features, panel, raw):
    renamed = panel.assign_coords(asset=[f"B{k:03d}" for k in range(panel.sizes["asset"])])
    for other in (renamed, panel.isel(date=slice(1, None))):
        with pytest.raises(PanelError, match="laid on another panel") as refusal:
            extended(features, other, raw)
        assert "kedro run --pipelines=factors" in str(refusal.value)


def test_a_feature_that_is_not_there_is_named(features, panel, raw):
    with pytest.raises(PanelError, match="the feature table has no 'alpha_volume_above_adv20'"):
        extended(features, panel, raw, keep=("alpha_volume_above_adv20",))


def test_no_rows_are_no_error():
    out = np.empty((0, 2), dtype=np.float32)
    nothing = np.array([], dtype=np.int32)
    known = fill_columns(out, nothing, nothing, lambda _: np.empty((0, 2, 0)), "mad5")
    np.testing.assert_array_equal(known, [0, 0])
