"""What a panel holds: adjusted prices, one grid, clear refusals."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xarray as xr

from deep_alpha.errors import PanelError
from deep_alpha.panel import age_in_bars, build_panel, raw_price
from tests.conftest import random_bars

PRICES = ("open", "high", "low", "close", "vwap")


def bars_of(asset: str = "A", **columns: list[float]) -> pd.DataFrame:
    """Bars of one asset on successive days; what is not given follows from the close."""
    close = columns["close"]
    given = dict.fromkeys(("open", "high", "low"), close)
    given |= {"volume": [100.0] * len(close), "adj_factor": [1.0] * len(close)} | columns
    days = pd.bdate_range("2020-01-01", periods=len(close))
    return pd.DataFrame({"asset": asset, "date": days, **given})


def series(panel: xr.Dataset, name: str, asset: str = "A") -> list[float]:
    return panel[name].sel(asset=asset).to_numpy().tolist()


def test_contract_of_dimensions_and_types(small_panel):
    assert small_panel.sizes == {"date": 160, "asset": 12}
    for name in (*PRICES, "adj_factor", "limit_up_price", "limit_down_price"):
        assert small_panel[name].dims == ("date", "asset")
        assert small_panel[name].dtype == np.float64, name
    for name in ("volume", "amount", "turnover", "free_turnover", "float_cap", "total_cap"):
        assert small_panel[name].dtype == np.float32, name
    for name in ("traded", "is_st"):
        assert small_panel[name].dtype == np.bool_, name
    assert len(small_panel.data_vars) == 16
    assert small_panel.get_index("date").is_monotonic_increasing
    assert small_panel.get_index("asset").is_monotonic_increasing
    assert small_panel["date"].dtype.kind == "M"


def test_prices_are_adjusted_to_the_first_row_and_volume_inversely():
    # A 2:1 split on day 2; the vendor anchors its factor at 3.
    bars = bars_of(
        close=[10.0, 11.0, 6.0],
        open=[9.0, 10.0, 5.5],
        volume=[100.0, 100.0, 300.0],
        adj_factor=[3.0, 3.0, 6.0],
        limit_up=[11.0, 12.1, 6.05],
    )
    panel = build_panel(bars)
    assert series(panel, "close") == [10.0, 11.0, 12.0]
    assert series(panel, "open") == [9.0, 10.0, 11.0]
    assert series(panel, "volume") == [100.0, 100.0, 150.0]
    assert series(panel, "adj_factor") == [3.0, 3.0, 6.0]
    assert series(panel, "limit_up_price") == [11.0, 12.1, 6.05]
    assert raw_price(panel)[:, 0].to_numpy().tolist() == [10.0, 11.0, 6.0]
    assert raw_price(panel, "open")[:, 0].to_numpy().tolist() == [9.0, 10.0, 5.5]


def test_the_vendors_anchor_does_not_matter(small_bars):
    today_anchored = small_bars.assign(
        adj_factor=small_bars["adj_factor"]
        / small_bars.groupby("asset")["adj_factor"].transform("last")
    )
    expected, found = build_panel(small_bars), build_panel(today_anchored)
    for name in (*PRICES, "volume", "turnover"):
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-12, err_msg=name)


def test_a_later_split_changes_no_past_value():
    days = bars_of(close=[10.0, 11.0, 12.0, 13.0])
    split = bars_of(close=[10.0, 11.0, 12.0, 6.5], adj_factor=[1.0, 1.0, 1.0, 2.0])
    assert series(build_panel(split), "close") == series(build_panel(days), "close")


@pytest.mark.parametrize("optional", [True, False])
@pytest.mark.parametrize("cut", [1, 40, 79, 80, 82, 130])
def test_bars_up_to_a_date_give_the_panel_up_to_that_date(cut, optional):
    bars = random_bars(optional=optional)
    whole = build_panel(bars)
    last = whole["date"].to_numpy()[cut]
    known = bars["date"] <= last
    until = build_panel(bars[known])
    expected = whole.sel(date=whole["date"] <= last, asset=until["asset"])
    assert until.identical(expected)
    assert raw_price(until).identical(raw_price(expected))

    noisy = bars.copy()
    random = np.random.default_rng(cut)
    for name in noisy.columns.drop(["asset", "date"]):
        if noisy[name].dtype.kind == "f":
            noisy.loc[~known, name] = random.uniform(0.5, 100.0, (~known).sum())
    after = build_panel(noisy).sel(date=whole["date"] <= last)
    # The anchor of an asset that lists later is no value of an earlier day.
    anchor = "first_adj_factor"
    assert after.drop_vars(anchor).identical(
        whole.sel(date=whole["date"] <= last).drop_vars(anchor)
    )


def test_float32_prices_keep_their_ties():
    prices = np.array([7.77, 13.13, 7.77], dtype=np.float32)
    bars = bars_of(close=[7.77, 13.13, 7.77])
    narrow = bars.assign(**dict.fromkeys(("open", "high", "low", "close"), prices))
    assert series(build_panel(narrow), "close") == [7.77, 13.13, 7.77]


def test_prices_are_rounded_to_a_hundredth_of_a_cent():
    bars = bars_of(close=[7.77, 7.7700001, 7.77006], limit_up=[8.0, 8.00000003, 8.1])
    panel = build_panel(bars)
    assert series(panel, "close") == [7.77, 7.77, 7.7701]
    assert series(panel, "limit_up_price") == [8.0, 8.0, 8.1]


def test_vwap_is_amount_over_volume_and_adjusted():
    bars = bars_of(
        close=[10.0, 5.0, 5.0],
        volume=[300.0, 600.0, 0.0],
        adj_factor=[1.0, 2.0, 2.0],
        amount=[3001.0, 3003.0, np.nan],
    )
    panel = build_panel(bars)
    vwap = series(panel, "vwap")
    assert vwap[:2] == [10.0033, 10.01]  # 3001/300 to 1e-4; 2 × 3003/600
    assert np.isnan(vwap[2])
    assert "vwap_is_proxy" not in panel.attrs
    np.testing.assert_allclose(series(panel, "amount"), [3001.0, 3003.0, np.nan])


def test_a_bar_without_volume_stays_and_is_not_traded():
    panel = build_panel(bars_of(close=[10.0, 10.0, 11.0], volume=[5.0, 0.0, 5.0]))
    assert series(panel, "close") == [10.0, 10.0, 11.0]
    assert series(panel, "traded") == [True, False, True]
    assert series(panel, "volume") == [5.0, 0.0, 5.0]


def test_without_volume_there_is_no_vwap():
    bars = bars_of(close=[10.0, 10.0], volume=[0.0, 0.0], amount=[50.0, 0.0])
    assert np.isnan(series(build_panel(bars), "vwap")).all()


def test_a_missing_row_is_nan_everywhere_and_not_traded(small_bars, small_panel):
    absent = np.ones(tuple(small_panel.sizes.values()), dtype=bool)
    dates, assets = small_panel.get_index("date"), small_panel.get_index("asset")
    absent[dates.get_indexer(small_bars["date"]), assets.get_indexer(small_bars["asset"])] = False
    assert absent.sum() > 100
    for name, values in small_panel.data_vars.items():
        if values.dtype == np.bool_:
            assert not values.to_numpy()[absent].any(), name
        else:
            assert np.isnan(values.to_numpy()[absent]).all(), name


def test_every_bar_stands_in_its_cell(small_bars, small_panel):
    first = small_bars.groupby("asset")["adj_factor"].transform("first")
    cells = small_bars.assign(
        close=small_bars["close"] * small_bars["adj_factor"] / first,
        volume=small_bars["volume"] * first / small_bars["adj_factor"],
        traded=small_bars["volume"] > 0,
    )
    for name in ("close", "volume", "amount", "turnover", "float_cap", "is_st", "traded"):
        wide = cells.pivot(index="date", columns="asset", values=name)
        if name in ("is_st", "traded"):
            wide = wide.fillna(False).astype(bool)
        np.testing.assert_allclose(small_panel[name], wide, rtol=1e-6, err_msg=name)


def test_the_order_of_rows_does_not_matter(small_bars, small_panel):
    shuffled = small_bars.sample(frac=1.0, random_state=3)
    table = pd.DataFrame({"asset": ["A004", "A000"], "industry": ["Energy", "Banks"]})
    assert build_panel(shuffled, table).identical(build_panel(small_bars, table))


@pytest.mark.parametrize(
    ("kind", "convert"),
    [
        ("text", lambda days: days.dt.strftime("%Y-%m-%d")),
        ("compact text", lambda days: days.dt.strftime("%Y%m%d")),
        ("datetime.date", lambda days: days.dt.date),
        ("Timestamp objects", lambda days: days.astype(object)),
        ("numpy days", lambda days: pd.Series(list(days.to_numpy().astype("M8[D]")))),
        ("seconds", lambda days: days.astype("datetime64[s]")),
        ("microseconds", lambda days: days.astype("datetime64[us]")),
        ("category", lambda days: days.dt.strftime("%Y-%m-%d").astype("category")),
        ("time zone", lambda days: days.dt.tz_localize("Asia/Shanghai")),
        ("close of the day", lambda days: days + pd.Timedelta(hours=15)),
    ],
)
def test_dates_of_any_type(kind, convert):
    bars = bars_of(close=[10.0, 11.0, 12.0])
    days = convert(bars["date"])
    if kind == "datetime.date":
        assert isinstance(days.iloc[0], datetime.date)
    assert build_panel(bars.assign(date=days)).identical(build_panel(bars))


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ([600000, 1, 20], ["1", "20", "600000"]),
        (pd.Categorical(["b", "a", "c"], categories=["c", "b", "a", "unused"]), ["a", "b", "c"]),
        (np.array(["b", "a", "c"], dtype=object), ["a", "b", "c"]),
        (pd.array(["b", "a", "c"], dtype="string"), ["a", "b", "c"]),
    ],
)
def test_assets_are_sorted_as_text_whatever_their_type(keys, expected):
    bars = pd.concat([bars_of(close=[price]) for price in (1.0, 2.0, 3.0)], ignore_index=True)
    panel = build_panel(bars.assign(asset=keys))
    assert panel["asset"].to_numpy().tolist() == expected
    prices = dict(zip([str(key) for key in keys], (1.0, 2.0, 3.0), strict=True))
    assert panel["close"][0].to_numpy().tolist() == [prices[name] for name in expected]


def test_two_rows_on_one_day_are_refused():
    bars = pd.concat([bars_of(close=[1.0, 2.0]), bars_of(close=[1.0]), bars_of("B", close=[4.0])])
    with pytest.raises(PanelError) as refusal:
        build_panel(bars)
    assert str(refusal.value) == (
        "bars: asset A has 2 rows on 2020-01-01; the quality gate removes duplicates"
    )


@pytest.mark.parametrize(
    "column", ["asset", "date", "open", "high", "low", "close", "volume", "adj_factor"]
)
def test_a_missing_column_is_refused(small_bars, column):
    with pytest.raises(PanelError) as refusal:
        build_panel(small_bars.drop(columns=column))
    assert str(refusal.value) == f"bars: required column '{column}' is missing"


def test_an_empty_table_is_refused(small_bars):
    with pytest.raises(PanelError) as refusal:
        build_panel(small_bars.iloc[:0])
    assert str(refusal.value) == "bars: the table has no rows"


def test_industry_stands_beside_its_asset():
    bars = pd.concat([bars_of(name, close=[1.0]) for name in "CAB"])
    table = pd.DataFrame(
        {"asset": ["B", "Z", "A", "C"], "industry": ["Banks", "Nowhere", None, "Metals"]}
    )
    panel = build_panel(bars, table)
    assert panel["industry"].dims == ("asset",)
    assert panel["industry"].to_numpy().tolist() == ["unknown", "Banks", "Metals"]


@pytest.mark.parametrize("table", [None, pd.DataFrame({"asset": ["A"]})])
def test_without_industries_there_is_one(table):
    panel = build_panel(bars_of(close=[1.0]), table)
    assert panel["industry"].to_numpy().tolist() == ["unknown"]


def test_industry_may_be_a_category():
    table = pd.DataFrame({"asset": ["A"], "industry": pd.Categorical(["Banks"])})
    panel = build_panel(bars_of(close=[1.0]), table)
    assert panel["industry"].to_numpy().tolist() == ["Banks"]


def test_raw_prices_come_back_exactly(small_bars, small_panel):
    for name in ("open", "high", "low", "close"):
        wide = small_bars.pivot(index="date", columns="asset", values=name)
        np.testing.assert_array_equal(raw_price(small_panel, name), wide)


def test_age_counts_the_assets_own_bars():
    bars = bars_of(close=[1.0, 2.0, 3.0, 4.0], volume=[5.0, 0.0, 5.0, 5.0]).drop(index=2)
    other = bars_of("B", close=[1.0, 1.0, 1.0, 1.0])
    age = age_in_bars(build_panel(pd.concat([bars, other])))
    assert age.sel(asset="A").to_numpy().tolist() == [1, 2, 2, 3]


@pytest.mark.real
def test_real_shares(real_data):
    chosen = ["000001", "000002", "600000", "600519", "300750"]
    table = pq.read_table(real_data / "ashare" / "assets.parquet").to_pandas()
    names = table["asset"][table["asset"].str[:6].isin(chosen)].tolist()
    bars = pq.read_table(
        real_data / "ashare" / "bars.parquet", filters=[("asset", "in", names)]
    ).to_pandas()
    panel = build_panel(bars, table)
    assert panel.sizes["asset"] == len(chosen)
    assert not {"vwap_is_proxy", "turnover_is_proxy", "cap_is_proxy"} & set(panel.attrs)
    wide = bars.pivot(index="date", columns="asset", values="close").astype(float)
    np.testing.assert_array_equal(raw_price(panel), np.round(wide, 4))
    jump = np.log(panel["close"].to_pandas().ffill()).diff()
    assert jump.abs().max().max() < 0.4  # splits leave no trace in adjusted prices
    assert (panel["industry"] != "unknown").all()
