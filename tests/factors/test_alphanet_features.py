"""Columns in their order, and features of panels against pandas."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from deep_alpha.errors import PanelError
from deep_alpha.factors import alphanet_features, alphanet_inputs, image_inputs
from deep_alpha.factors.alphanet_columns import (
    OPERATORS,
    FeatureColumn,
    column_names,
    feature_columns,
)
from deep_alpha.factors.alphanet_features import AssetRows, row_features
from deep_alpha.factors.alphanet_inputs import INPUT_SETS
from tests.no_future import assert_no_future

WINDOWS = (2, 5, 10, 20, 22)


@pytest.fixture(scope="module")
def panel(awkward_panel) -> xr.Dataset:
    """Asset 1 never moves, 2 seldom, 3 and 4 have days without volume, 5 and 6 without a
    price, 7 and 8 are equal, 10 splits, 13 and 14 list late."""
    return awkward_panel.assign(free_turnover=1.5 * awkward_panel["turnover"])


def pandas_features(values: pd.DataFrame, window: int, lag: int) -> pd.DataFrame:
    """All features of one asset's rows, float64, by pandas' rolling windows.

    Pandas keeps running sums, so that a deviation is known to about 1e-8 of the mean; what
    counts as constant here is constant in all of its digits.
    """
    weights = np.arange(1, window + 1) / (window * (window + 1) / 2)
    rolling = values.rolling(window)
    flat = rolling.max() - rolling.min() == 0.0
    deviation = rolling.std(ddof=0).mask(flat, 0.0)
    found = {}
    for first, second in itertools.combinations(values, 2):
        constant = flat[first] | flat[second]
        pair = values[first].rolling(window)
        name = f"({first},{second})"
        found[f"ts_corr{name}"] = pair.corr(values[second]).mask(constant, 0.0)
        found[f"ts_cov{name}"] = pair.cov(values[second]).mask(constant, 0.0)
    for name in values:
        own, before = values[name], values[name].shift(lag)
        found[f"ts_stddev({name})"] = deviation[name]
        found[f"ts_zscore({name})"] = (rolling[name].mean() / deviation[name]).mask(flat[name], 0.0)
        found[f"ts_return({name})"] = (own / before - 1).mask(before.abs() < 1e-6, 0.0)
        found[f"ts_decaylinear({name})"] = own.rolling(window).apply(weights.dot, raw=True)
    return pd.DataFrame(found)


def assert_like_pandas(inputs: xr.DataArray, window: int, assets: list[int]) -> None:
    features = alphanet_features(inputs, window)
    names = inputs["input"].to_numpy().tolist()
    for asset in assets:
        rows = inputs.isel(asset=asset).to_pandas()
        rows = rows.dropna(how="all")
        expected = pandas_features(rows, window, window)
        found = features.isel(asset=asset).to_pandas()
        assert found.drop(index=rows.index).isna().all(axis=None)
        found = found.loc[rows.index, expected.columns]
        deviation = expected[[f"ts_stddev({name})" for name in names]].set_axis(names, axis=1)
        # Where pandas can tell a deviation from the rounding of its running sums.
        clear = (deviation > 1e-5 * rows.rolling(window).mean().abs()) | (deviation == 0.0)
        for column in expected:
            operator, inside = column[:-1].split("(")
            own = inside.split(",")
            known = clear[own].all(axis=1) | expected[column].isna()
            scale = deviation[own].prod(axis=1) + 1e-12 if operator == "ts_cov" else 1.0
            np.testing.assert_allclose(
                (found[column] / scale)[known],
                (expected[column] / scale)[known],
                rtol=1e-5,
                atol=1e-5 if operator in ("ts_corr", "ts_cov") else 1e-7,
                err_msg=f"{column}, window {window}, asset {asset}",
            )
            assert known.mean() > 0.9


def test_columns_stand_in_canonical_order():
    names = ("close", "turnover", "return")
    assert column_names(feature_columns(names, mean=True), names) == (
        "ts_corr(close,turnover)",
        "ts_corr(close,return)",
        "ts_corr(turnover,return)",
        "ts_cov(close,turnover)",
        "ts_cov(close,return)",
        "ts_cov(turnover,return)",
        "ts_stddev(close)",
        "ts_stddev(turnover)",
        "ts_stddev(return)",
        "ts_zscore(close)",
        "ts_zscore(turnover)",
        "ts_zscore(return)",
        "ts_return(close)",
        "ts_return(turnover)",
        "ts_return(return)",
        "ts_decaylinear(close)",
        "ts_decaylinear(turnover)",
        "ts_decaylinear(return)",
        "ts_mean(close)",
        "ts_mean(turnover)",
        "ts_mean(return)",
    )
    assert feature_columns(names)[0] == FeatureColumn("ts_corr", 0, 1)
    assert feature_columns(names)[-1] == FeatureColumn("ts_decaylinear", 2, -1)


@pytest.mark.parametrize(
    ("inputs", "mean", "count"),
    [("paper13", False, 208), ("dedup11", False, 154), ("v1", True, 117), ("v2", False, 270)],
)
def test_every_model_has_as_many_columns_as_the_paper_says(inputs, mean, count):
    columns = feature_columns(INPUT_SETS[inputs], mean)
    assert len(columns) == len(set(columns)) == count
    operators = [column.operator for column in columns]
    assert operators == sorted(operators, key=OPERATORS.index)


@pytest.mark.parametrize("window", WINDOWS)
def test_features_of_an_awkward_panel_are_those_of_pandas(panel, window):
    inputs = image_inputs(panel, ("close", "volume", "return", "div_vwap_close_2"))
    assert_like_pandas(inputs, window, [0, 1, 2, 3, 4, 5, 10, 14])


def test_a_window_counts_traded_days(panel):
    inputs = alphanet_inputs(panel)
    feature = alphanet_features(inputs, 5).sel(feature="ts_decaylinear(close)")
    close = panel["close"].where(panel["traded"])
    assert not panel["traded"].isel(asset=3).all()
    for asset in (0, 3, 13):
        own = close.isel(asset=asset).to_series().dropna()
        expected = own.rolling(5).apply(lambda window: np.arange(1, 6) @ window / 15)
        found = feature.isel(asset=asset).to_series().reindex(own.index)
        np.testing.assert_allclose(found, expected, rtol=1e-6)
        assert feature.isel(asset=asset).notnull().sum() == len(own) - 4


def test_equal_inputs_correlate_fully(panel):
    """The two pairs that say the same twice: (5, 13), and (1, 10) at a steady free float."""
    correlation = alphanet_features(alphanet_inputs(panel), 22)
    for pair in ("div_vwap_close,div_vwap_close_2", "div_open_close,div_price_turnover"):
        own = correlation.sel(feature=f"ts_corr({pair})").to_numpy()
        moving = own[np.isfinite(own) & (own != 0.0)]
        assert len(moving) > 1000
        np.testing.assert_allclose(moving, 1.0, atol=1e-6)


@pytest.mark.parametrize(("lag", "back"), [("d", 10), ("d-1", 9)])
def test_the_return_goes_back_over_the_window(panel, lag, back):
    inputs = image_inputs(panel, ("close",))
    found = alphanet_features(inputs, 10, return_lag=lag).sel(feature="ts_return(close)")
    own = inputs.isel(asset=0, input=0).to_series().dropna()
    np.testing.assert_allclose(
        found.isel(asset=0).to_series().reindex(own.index),
        own / own.shift(back) - 1,
        rtol=1e-4,
        atol=2e-7,
    )


def test_the_mean_is_the_seventh_operator(panel):
    inputs = image_inputs(panel, INPUT_SETS["v1"])
    features = alphanet_features(inputs, 10, mean=True)
    assert features.sizes["feature"] == 117
    volume = inputs.sel(input="volume").isel(asset=0).to_series().dropna()
    found = features.sel(feature="ts_mean(volume)").isel(asset=0).to_series()
    np.testing.assert_allclose(found.reindex(volume.index), volume.rolling(10).mean(), rtol=1e-6)


def table(rows: int = 4000, assets: int = 23, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Values of 15 columns on four in five (date, asset) pairs, and the assets of the rows."""
    random = np.random.default_rng(seed)
    asset_index = np.tile(np.arange(assets), rows // assets)
    asset_index = asset_index[random.random(len(asset_index)) < 0.8]
    asset_index = asset_index[asset_index != 7]
    values = np.exp(random.normal(0, 0.1, (len(asset_index), 15))).astype(np.float32)
    values[random.random(values.shape) < 0.001] = np.nan
    return values, asset_index


INPUTS_AT = (3, 0, 14, 7, 9)
COLUMNS = feature_columns(INPUTS_AT, mean=True)


def computed(values, asset_index, columns=COLUMNS, **options) -> np.ndarray:
    out = np.full((len(values), len(columns)), 7.0, dtype=np.float32)
    arguments = {"inputs_at": INPUTS_AT, "out": out} | options
    row_features(values, AssetRows.of(asset_index), columns, 10, **arguments)
    return out


def test_rows_of_an_asset_are_in_order_and_every_row_is_there():
    _, asset_index = table()
    rows = AssetRows.of(asset_index)
    for number, asset in enumerate(np.unique(asset_index)):
        own = rows.order[rows.offsets[number] : rows.offsets[number + 1]]
        np.testing.assert_array_equal(own, np.flatnonzero(asset_index == asset))
    assert len(rows.offsets) == len(np.unique(asset_index)) + 1


def test_features_of_rows_are_those_of_the_grid():
    values, asset_index = table()
    found = computed(values, asset_index)
    own = np.flatnonzero(asset_index == 5)
    grid = xr.DataArray(
        values[own][:, INPUTS_AT, None].astype(float),
        dims=("date", "input", "asset"),
        coords={"date": np.arange(len(own)), "input": list("abcde"), "asset": ["only"]},
    )
    expected = alphanet_features(grid, 10, mean=True).isel(asset=0)
    np.testing.assert_array_equal(found[own], expected)
    assert np.isfinite(found).mean() > 0.9


def test_chosen_columns_have_the_bits_that_they_have_among_all():
    values, asset_index = table()
    whole = computed(values, asset_index)
    random = np.random.default_rng(2)
    for count in (1, 7, 20):
        chosen = random.permutation(len(COLUMNS))[:count]
        some = computed(values, asset_index, [COLUMNS[place] for place in chosen])
        np.testing.assert_array_equal(some, whole[:, chosen])
    none = computed(values, asset_index, [])
    assert none.shape == (len(values), 0)


@pytest.mark.parametrize("threads", [2, 3, 50])
def test_threads_change_no_bit(threads):
    values, asset_index = table()
    np.testing.assert_array_equal(
        computed(values, asset_index, threads=threads), computed(values, asset_index)
    )


def test_other_assets_and_other_rows_change_no_bit():
    values, asset_index = table()
    whole = computed(values, asset_index)
    some = np.isin(asset_index, (2, 5, 11))
    np.testing.assert_array_equal(computed(values[some], asset_index[some]), whole[some])


def test_a_cut_out_window_has_the_bits_of_the_whole_table():
    """What a live score and its training see is the same."""
    values, asset_index = table()
    whole = computed(values, asset_index)
    own = np.flatnonzero(asset_index == 4)
    pieces = np.stack([own[last - 10 : last + 1] for last in range(20, 120)])
    flat = computed(values[pieces].reshape(-1, 15), np.repeat(np.arange(100), 11))
    np.testing.assert_array_equal(flat.reshape(100, 11, -1)[:, -1], whole[pieces[:, -1]])


def test_the_result_may_be_columns_of_a_wider_array():
    values, asset_index = table()
    wide = np.full((len(values), 3 * len(COLUMNS) + 1), 7.0, dtype=np.float32)
    part = slice(len(COLUMNS), 2 * len(COLUMNS))
    computed(values, asset_index, out=wide[:, part])
    np.testing.assert_array_equal(wide[:, part], computed(values, asset_index))
    assert (np.delete(wide, np.r_[part], axis=1) == 7.0).all()


def test_a_read_only_table_is_read():
    values, asset_index = table()
    locked = values.copy()
    locked.flags.writeable = False
    np.testing.assert_array_equal(computed(locked, asset_index), computed(values, asset_index))


def test_arrays_that_do_not_fit_are_refused():
    values, asset_index = table()
    rows = len(values)
    with pytest.raises(PanelError, match=f"values have {rows - 1} rows, but .* for {rows}"):
        row_features(
            values[1:],
            AssetRows.of(asset_index),
            COLUMNS,
            10,
            inputs_at=INPUTS_AT,
            out=np.empty((rows - 1, len(COLUMNS)), dtype=np.float32),
        )
    for out in (
        np.empty((rows, 3), dtype=np.float32),
        np.empty((rows, len(COLUMNS))),
        np.empty((len(COLUMNS), rows), dtype=np.float32).T,
    ):
        with pytest.raises(PanelError, match="out must be a float32 array of shape"):
            computed(values, asset_index, out=out)


def test_impossible_windows_are_refused(panel):
    inputs = alphanet_inputs(panel)
    with pytest.raises(ValueError, match="2 rows or more"):
        alphanet_features(inputs, 1)
    with pytest.raises(ValueError, match="return_lag='2' must be one of d, d-1"):
        alphanet_features(inputs, 5, return_lag="2")


@pytest.mark.parametrize("window", [2, 22])
def test_nothing_comes_from_the_future(panel, window):
    some = panel.isel(asset=slice(0, 18, 2), date=slice(0, 200))
    assert_no_future(lambda known: alphanet_features(alphanet_inputs(known), window), some)


@pytest.mark.real
@pytest.mark.parametrize("window", WINDOWS)
def test_features_of_real_shares_are_those_of_pandas(ashare_panel, window):
    inputs = alphanet_inputs(ashare_panel.isel(date=slice(0, 260)))
    traded = inputs.notnull().any("input").sum("date").to_numpy()
    assert_like_pandas(inputs, window, np.argsort(-traded)[[0, 17]].tolist())


@pytest.mark.real
def test_features_of_real_shares_are_finite_once_their_window_is_full(ashare_panel):
    inputs = alphanet_inputs(ashare_panel)
    features = alphanet_features(inputs, 22).to_numpy()
    own = inputs.isel(asset=0).transpose("date", "input").to_numpy()
    whole = np.flatnonzero(np.isfinite(own).all(axis=1))
    broken = np.flatnonzero(np.isnan(own).any(axis=1) & np.isfinite(own).any(axis=1))
    after = whole[whole > broken.max()]
    assert len(after) > 100
    assert np.isfinite(features[after[22:], :, 0]).all()
