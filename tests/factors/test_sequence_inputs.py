"""The six daily inputs of sequence models, and the table of all traded rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from deep_alpha.errors import PanelError
from deep_alpha.factors.sequence_inputs import (
    SEQUENCE_INPUTS,
    build_sequence_features,
    sequence_inputs,
)
from deep_alpha.feature_table import FeatureTable
from deep_alpha.market.universe import UniversePolicy, eligible
from tests.conftest import random_panel
from tests.no_future import assert_no_future

POLICY = UniversePolicy(min_bars=30)


@pytest.fixture(scope="module")
def panel() -> xr.Dataset:
    """Twenty names, of which four or five at a time are suspended, young, ST or at a limit."""
    return random_panel(assets=20, days=140)


@pytest.fixture(scope="module")
def universe(panel) -> xr.DataArray:
    return eligible(panel, POLICY)


@pytest.fixture(scope="module")
def table(panel, universe) -> FeatureTable:
    return build_sequence_features(panel, universe)


def as_grid(table: FeatureTable) -> xr.Dataset:
    """The table's values and samples on the panel's grid, NaN where there is no row."""
    values = np.full((len(table.dates), len(table.assets), len(table.names)), np.nan)
    values[table.date_index, table.asset_index] = table.values  # noqa: PD011
    sample = np.zeros(values.shape[:2], dtype=bool)
    sample[table.date_index, table.asset_index] = table.sample
    return xr.Dataset(
        {"values": (("date", "asset", "input"), values), "sample": (("date", "asset"), sample)},
        coords={"date": table.dates, "asset": table.assets, "input": list(table.names)},
    )


def inputs_of(panel: xr.Dataset, asset: str) -> pd.DataFrame:
    """The inputs of one asset, the slow way: pandas over its own traded rows."""
    own = panel.sel(asset=asset).to_dataframe()
    own = own[own["traded"]]
    turnover = np.log(own["turnover"].astype(float))
    return pd.DataFrame(
        {
            "log_return": np.log(own["close"] / own["close"].shift()),
            "log_close_to_open": np.log(own["close"] / own["open"]),
            "log_high_to_low": np.log(own["high"] / own["low"]),
            "log_vwap_to_close": np.log(own["vwap"] / own["close"]),
            "relative_log_turnover": turnover - turnover.rolling(60).mean(),
            "log_turnover": turnover,
        }
    )


def test_inputs_of_every_asset_match_pandas(panel):
    raw = sequence_inputs(panel)
    assert raw.dtype == np.float32
    assert raw.get_index("input").tolist() == list(SEQUENCE_INPUTS)
    for asset in panel["asset"].to_numpy():
        expected = inputs_of(panel, asset).reindex(panel.get_index("date"))
        np.testing.assert_allclose(
            raw.sel(asset=asset), expected[list(SEQUENCE_INPUTS)], rtol=1e-5, atol=1e-6
        )


def test_a_return_spans_a_suspension_and_a_bar_without_volume(panel):
    """A002 is suspended from day 46 on for 12 days; A006 does not trade on days 70 to 72."""
    raw, close = sequence_inputs(panel).sel(input="log_return"), panel["close"]
    for asset, before, after in (("A002", 45, 58), ("A006", 69, 73)):
        own, prices = raw.sel(asset=asset).to_numpy(), close.sel(asset=asset).to_numpy()
        assert np.isnan(own[before + 1 : after]).all()
        assert own[after] == pytest.approx(np.log(prices[after] / prices[before]), rel=1e-5)


def test_values_without_a_logarithm_are_missing():
    panel = random_panel(assets=12, days=80)
    panel["turnover"][70, 0] = 0.0
    panel["vwap"][71, 0] = np.nan
    raw = sequence_inputs(panel).isel(asset=0)
    assert np.isnan(raw.sel(input="log_turnover")[70])
    assert np.isnan(raw.sel(input="relative_log_turnover")[70:]).all()
    assert np.isnan(raw.sel(input="log_vwap_to_close")[71])
    assert np.isfinite(raw.sel(input="log_turnover")[71])


def test_rows_are_all_traded_days_from_the_first_sample_on(panel, universe, table):
    grid = as_grid(table)
    first = int(universe.to_numpy().any(axis=1).argmax())
    assert first > 0
    assert table.first_day == table.date_index[0] == first
    rows = ~np.isnan(grid["values"].to_numpy()).any(axis=2)
    np.testing.assert_array_equal(rows[first:], panel["traded"].to_numpy()[first:])
    assert not rows[:first].any()


def test_samples_are_the_eligible_names(universe, table):
    np.testing.assert_array_equal(as_grid(table)["sample"], universe)
    assert 0 < np.count_nonzero(~table.sample) < len(table) / 2


def test_every_name_stands_on_the_scale_of_the_eligible_ones(panel, universe, table):
    raw, grid = sequence_inputs(panel).to_numpy(), as_grid(table)["values"].to_numpy()
    traded = panel["traded"].to_numpy()
    outside = 0
    for day in (60, 75, 100, 139):
        chosen = universe.to_numpy()[day]
        for number in range(len(SEQUENCE_INPUTS)):
            own = raw[day, number].astype(float)
            expected = ((own - np.nanmean(own[chosen])) / np.nanstd(own[chosen])).clip(-5, 5)
            expected = np.nan_to_num(expected, nan=0.0)[traded[day]]
            np.testing.assert_allclose(grid[day, traded[day], number], expected, atol=1e-5)
        outside += np.count_nonzero(traded[day] & ~chosen)
    assert outside > 0


def test_values_are_clipped_at_five_deviations():
    crowd = random_panel(assets=60, days=70)
    crowd["high"][65, 0] *= 1e6
    values = as_grid(build_sequence_features(crowd, eligible(crowd, POLICY)))["values"]
    assert float(values.isel(date=65).sel(input="log_high_to_low")[0]) == 5.0


def test_a_missing_value_and_a_constant_become_the_mean(panel, universe):
    flat = panel.copy(deep=True)
    flat["turnover"][100, 3] = np.nan
    flat["high"][110] = flat["low"][110]
    values = as_grid(build_sequence_features(flat, universe))["values"]
    assert float(values.isel(date=100, asset=3).sel(input="log_turnover")) == 0.0
    assert (values.isel(date=110).sel(input="log_high_to_low").fillna(0.0) == 0.0).all()


def test_a_day_with_fewer_than_ten_eligible_names_holds_no_sample(panel, universe):
    few = universe.copy(deep=True)
    few[100, 9:] = False
    table = build_sequence_features(panel, few)
    rows = table.rows_between(100, 100)
    assert not table.sample[rows].any()
    assert rows.stop - rows.start == int(panel["traded"][100].sum())
    assert (table.values[rows] == 0.0).all()  # noqa: PD011


def test_a_market_without_samples_is_refused(panel, universe):
    with pytest.raises(PanelError) as refusal:
        build_sequence_features(panel, xr.zeros_like(universe))
    assert str(refusal.value) == (
        "no day has 10 eligible assets; the market has 140 days and 20 assets"
    )


def test_a_missing_variable_is_named(panel):
    with pytest.raises(PanelError) as refusal:
        sequence_inputs(panel.drop_vars("vwap"))
    assert str(refusal.value) == (
        "the panel has no variable 'vwap', which the sequence inputs need; "
        "build it with deep_alpha.panel.build_panel"
    )


def test_nothing_comes_from_the_future(panel):
    assert_no_future(sequence_inputs, panel)
    assert_no_future(
        lambda known: as_grid(build_sequence_features(known, eligible(known, POLICY))),
        panel,
        cuts=(40, 70, 120, 138),
    )


@pytest.mark.real
def test_nothing_comes_from_the_future_of_real_prices(ashare_panel):
    def features(panel: xr.Dataset) -> xr.Dataset:
        return as_grid(build_sequence_features(panel, eligible(panel, UniversePolicy())))

    assert_no_future(features, ashare_panel, cuts=(300, 650))
    table = build_sequence_features(ashare_panel, eligible(ashare_panel, UniversePolicy()))
    assert np.count_nonzero(~table.sample) > 0
    assert np.isfinite(table.values).all()
