"""AlphaNet's daily inputs, and the table of images that its windows are cut from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from deep_alpha.errors import PanelError
from deep_alpha.factors import INPUT_SETS, alphanet_inputs, build_images, image_inputs
from deep_alpha.factors.alphanet_inputs import ALL_INPUTS, INPUT_FORMULAS, input_coverage
from deep_alpha.feature_table import FeatureTable
from deep_alpha.market.universe import UniversePolicy, eligible
from tests.conftest import random_panel
from tests.no_future import assert_no_future

POLICY = UniversePolicy(min_bars=30)
LOGGER = "deep_alpha.factors.alphanet_inputs"


@pytest.fixture(scope="module")
def panel() -> xr.Dataset:
    """Free turnover is 1.5 times turnover; A002 is suspended, A003 lists late, A006 has
    bars without volume."""
    return random_panel(assets=20, days=140)


@pytest.fixture(scope="module")
def universe(panel) -> xr.DataArray:
    return eligible(panel, POLICY)


@pytest.fixture(scope="module")
def table(panel, universe) -> FeatureTable:
    return build_images(panel, universe)


def as_grid(table: FeatureTable) -> xr.Dataset:
    """The table's values and samples on the panel's grid, NaN where there is no row."""
    values = np.full((len(table.dates), len(table.names), len(table.assets)), np.nan)
    values[table.date_index, :, table.asset_index] = table.values  # noqa: PD011
    sample = np.zeros((len(table.dates), len(table.assets)), dtype=bool)
    sample[table.date_index, table.asset_index] = table.sample
    return xr.Dataset(
        {
            "values": (("date", "input", "asset"), values),
            "sample": (("date", "asset"), sample),
        },
        coords={"date": table.dates, "asset": table.assets, "input": list(table.names)},
    )


def inputs_of(panel: xr.Dataset, asset: str) -> pd.DataFrame:
    """All inputs of one asset over its traded rows, written out from the paper's table."""
    own = panel.sel(asset=asset).to_dataframe()
    own = own[own["traded"]]
    opened, high, low, close, vwap = (
        own[name] for name in ("open", "high", "low", "close", "vwap")
    )
    volume, turn, free = (
        own[name].astype(float) for name in ("volume", "turnover", "free_turnover")
    )
    return pd.DataFrame(
        {
            "div_open_close": (opened - close) / close,
            "div_high_close": (high - close) / close,
            "div_low_close": (low - close) / close,
            "close": close,
            "div_vwap_close": (vwap - close) / close,
            "volume_sqrt": volume ** (1 / 8),
            "return": close / close.shift() - 1,
            "turnover": turn,
            "div_close_freeturn": close / free,
            "div_price_turnover": (opened / turn) / (close / free),
            "div_volume_low": volume / low,
            "div_low_high": low / high,
            "div_vwap_close_2": vwap / close,
            "open": opened,
            "high": high,
            "low": low,
            "vwap": vwap,
            "volume": volume,
            "free_turn": free,
            "div_open_turn": opened / turn,
            "div_vwap_high": vwap / high,
        }
    )


def test_the_sets_are_those_of_the_papers():
    assert {name: len(inputs) for name, inputs in INPUT_SETS.items()} == {
        "paper13": 13,
        "dedup11": 11,
        "v1": 9,
        "v2": 15,
    }
    paper, v1, v2 = (INPUT_SETS[name] for name in ("paper13", "v1", "v2"))
    assert paper[4] == "div_vwap_close"
    assert set(paper) - set(INPUT_SETS["dedup11"]) == {paper[9], paper[12]}
    assert v2[:9] == v1
    assert set(ALL_INPUTS) == {name for inputs in INPUT_SETS.values() for name in inputs}
    assert len(ALL_INPUTS) == len(set(ALL_INPUTS)) == 21
    # V4: no free turnover, no vwap / high, open / turnover replaced, four prices made ratios
    gone = {"open", "high", "low", "vwap", "volume", "free_turn", "div_open_turn", "div_vwap_high"}
    assert set(v2) - set(paper) == gone


def test_formulas_for_readers_say_what_is_computed(panel):
    """Each text is read as arithmetic over the fields that it names."""
    assert tuple(INPUT_FORMULAS) == ALL_INPUTS
    own = panel.sel(asset="A001").to_dataframe()
    own = own[own["traded"]].astype({"volume": float, "turnover": float, "free_turnover": float})
    own["previous_close"] = own["close"].shift()
    inputs = image_inputs(panel).sel(asset="A001", date=own.index)
    signs = {"−": "-", "·": "*", "^": "**", "free turnover": "free_turnover"}
    for name, text in INPUT_FORMULAS.items():
        for sign, arithmetic in {**signs, "previous close": "previous_close"}.items():
            text = text.replace(sign, arithmetic)
        np.testing.assert_allclose(inputs.sel(input=name), own.eval(text), rtol=1e-12, atol=1e-15)


def test_coverage_is_the_share_of_eligible_rows_with_a_value(panel, universe):
    gaps = panel.copy()
    gaps["vwap"] = panel["vwap"].where(panel["date"] < panel["date"][100])
    found = input_coverage(gaps, universe)
    known = np.isfinite(image_inputs(gaps))
    assert list(found) == list(ALL_INPUTS)
    for name, share in found.items():
        own = known.sel(input=name).to_numpy()[universe.to_numpy()]
        assert share == own.mean()
    assert found["close"] == 1.0
    assert 0.0 < found["div_vwap_high"] < 1.0


def test_every_input_is_its_formula(panel):
    inputs = image_inputs(panel)
    assert inputs.dims == ("date", "input", "asset")
    assert inputs.dtype == np.float64
    assert inputs.get_index("input").tolist() == list(ALL_INPUTS)
    for asset in panel["asset"].to_numpy():
        expected = inputs_of(panel, asset).reindex(panel.get_index("date"))
        np.testing.assert_allclose(
            inputs.sel(asset=asset), expected[list(ALL_INPUTS)], rtol=1e-12, atol=1e-15
        )


def test_the_thirteen_are_the_first_of_all(panel):
    thirteen = alphanet_inputs(panel)
    assert thirteen.get_index("input").tolist() == list(INPUT_SETS["paper13"])
    xr.testing.assert_identical(thirteen, image_inputs(panel).isel(input=slice(0, 13)))
    chosen = ("volume", "close")
    xr.testing.assert_identical(
        image_inputs(panel, chosen), image_inputs(panel).sel(input=[*chosen])
    )


def test_a_return_is_that_over_the_previous_traded_day(panel):
    """A002 is suspended from day 46 on for 12 days; A006 has no volume on days 70 to 72."""
    inputs = alphanet_inputs(panel)
    for asset, before, after in (("A002", 45, 58), ("A006", 69, 73)):
        own = inputs.sel(asset=asset, input="return").to_numpy()
        close = panel["close"].sel(asset=asset).to_numpy()
        assert inputs.sel(asset=asset)[before + 1 : after].isnull().all()
        assert own[after] == pytest.approx(close[after] / close[before] - 1.0, rel=1e-12)


def test_a_split_moves_no_return(panel):
    """A001 splits 2:1 on day 70."""
    own = alphanet_inputs(panel).sel(asset="A001", input="return")
    assert abs(float(own[70])) < 0.1


def test_what_is_not_finite_is_missing(panel):
    odd = panel.copy(deep=True)
    odd["free_turnover"][100, 0] = 0.0
    odd["turnover"][101, 0] = np.nan
    odd["close"][102, 0] = np.nan
    inputs = image_inputs(odd).isel(asset=0)
    assert np.isnan(inputs.sel(input="div_close_freeturn")[100])
    assert float(inputs.sel(input="free_turn")[100]) == 0.0
    assert np.isnan(inputs.sel(input=["div_price_turnover", "div_open_turn"])[101]).all()
    assert np.isnan(inputs.sel(input="return")[102:104]).all()
    assert np.isfinite(inputs.sel(input="return")[104])


def test_free_turnover_that_is_a_proxy_is_told(panel, caplog):
    alphanet_inputs(panel)
    assert caplog.messages == []
    proxy = random_panel(assets=12, days=60, optional=False)
    inputs = alphanet_inputs(proxy)
    assert caplog.messages == [
        "the market has no free float: turnover stands for free turnover, and the input "
        "div_price_turnover is exactly open / close"
    ]
    ratio = inputs.sel(input="div_price_turnover") - 1.0
    np.testing.assert_allclose(ratio, inputs.sel(input="div_open_close"), atol=1e-12)
    image_inputs(proxy, INPUT_SETS["v1"])
    assert len(caplog.messages) == 1


def test_a_missing_variable_is_named_if_an_input_needs_it(panel):
    poor = panel.drop_vars("free_turnover")
    with pytest.raises(PanelError) as refusal:
        alphanet_inputs(poor)
    assert str(refusal.value) == (
        "the panel has no variable 'free_turnover', which AlphaNet's inputs need; "
        "build it with deep_alpha.panel.build_panel"
    )
    assert image_inputs(poor, ("close", "return")).notnull().any()


def test_rows_are_the_traded_days_with_every_input(panel, table, universe):
    grid = as_grid(table)
    inputs = image_inputs(panel)
    whole = inputs.notnull().all("input").to_numpy()
    np.testing.assert_array_equal(grid["values"].notnull().all("input"), whole)
    expected = inputs.where(whole[:, None]).to_numpy().astype(np.float32)
    np.testing.assert_array_equal(grid["values"], expected)
    assert (whole.sum(axis=0) == panel["traded"].sum("date") - 1).all()  # no first return
    np.testing.assert_array_equal(grid["sample"], universe.to_numpy() & whole)
    assert table.names == ALL_INPUTS
    assert np.isfinite(table.values).all()


def test_a_row_with_a_missing_input_breaks_the_windows_over_it(panel, universe, caplog):
    gap = panel.copy(deep=True)
    gap["vwap"][90, 0] = np.nan
    with caplog.at_level("INFO", logger=LOGGER):
        table = build_images(gap, universe)
    traded = int(panel["traded"].sum())
    assert caplog.messages == [
        f"images: {traded - 21} of {traded} traded rows have all inputs; 20 are the first rows "
        "of an asset, and 'return' is missing most often, in 20"
    ]
    own = table.asset_index == 0
    days = table.date_index[own]
    assert 90 not in days
    unbroken = table.unbroken_rows(max_gap=0)[own]
    assert dict(zip(days, unbroken, strict=True))[91] == 1


def test_further_columns_follow_the_inputs(panel, universe, table):
    shape = (panel.sizes["date"], panel.sizes["asset"])
    exposure = np.arange(float(np.prod(shape))).reshape(shape)
    exposure[80] = np.nan
    wide = build_images(panel, universe, {"risk_size": exposure, "industry": np.ones(shape)})
    assert wide.names == (*ALL_INPUTS, "risk_size", "industry")
    values = wide.values  # noqa: PD011
    np.testing.assert_array_equal(values[:, :21], table.values)
    expected = np.nan_to_num(exposure)[table.date_index, table.asset_index]
    np.testing.assert_array_equal(values[:, 21], expected)
    assert (values[:, 22] == 1.0).all()


def test_further_columns_that_do_not_fit_are_refused(panel, universe):
    with pytest.raises(PanelError, match=r"extra column 'a' has shape \(2, 3\)"):
        build_images(panel, universe, {"a": np.ones((2, 3))})
    with pytest.raises(PanelError, match="extra column 'close' has the name of an input"):
        build_images(panel, universe, {"close": panel["close"].to_numpy()})


def test_a_short_history_is_refused(panel, universe):
    short = panel.isel(date=slice(0, 42))
    with pytest.raises(PanelError) as refusal:
        build_images(short, universe.isel(date=slice(0, 42)))
    assert str(refusal.value) == (
        "AlphaNet's windows reach back over 43 closes; the market has 42 days: "
        "give it a longer history"
    )
    enough = slice(0, 43)
    assert len(build_images(panel.isel(date=enough), universe.isel(date=enough)))


@pytest.mark.parametrize("field", ["turnover", "free_turnover"])
@pytest.mark.parametrize("value", [0.0, np.nan])
def test_a_market_without_turnover_is_refused(panel, universe, field, value):
    with pytest.raises(PanelError, match=f"the panel's {field} is missing or 0 everywhere"):
        build_images(panel.assign({field: xr.full_like(panel[field], value)}), universe)


def test_a_market_without_samples_is_refused(panel, universe):
    with pytest.raises(PanelError, match=r"none of \d+ traded .* \d+ have them"):
        build_images(panel, xr.zeros_like(universe))
    blank = panel.assign(vwap=xr.full_like(panel["vwap"], np.nan))
    with pytest.raises(PanelError, match="; 0 have them: look at the panel's vwap"):
        build_images(blank, universe)


def test_nothing_comes_from_the_future(panel):
    assert_no_future(image_inputs, panel)
    assert_no_future(
        lambda known: as_grid(build_images(known, eligible(known, POLICY))),
        panel,
        cuts=(45, 70, 120, 138),
    )


@pytest.mark.real
def test_images_of_real_shares(ashare_panel):
    def images(panel: xr.Dataset) -> xr.Dataset:
        return as_grid(build_images(panel, eligible(panel, UniversePolicy())))

    assert_no_future(images, ashare_panel, cuts=(300, 650))
    table = build_images(ashare_panel, eligible(ashare_panel, UniversePolicy()))
    assert len(table) > 0.97 * float(ashare_panel["traded"].sum())
    assert 0.5 < table.sample.mean() < 1.0
