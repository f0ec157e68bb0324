"""What stands for a missing field, and that the panel says so (SPEC 0.1)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.panel import build_panel
from tests.conftest import random_bars
from tests.panel.test_build import bars_of, series

OPTIONAL = [
    "amount",
    "turnover",
    "free_turnover",
    "float_cap",
    "total_cap",
    "is_st",
    "limit_up",
    "limit_down",
]


def test_a_complete_market_needs_no_proxy(small_bars):
    table = pd.DataFrame({"asset": ["A000"], "industry": ["Banks"]})
    assert build_panel(small_bars, table).attrs == {}


def test_a_bare_market_names_every_proxy(small_bars):
    assert build_panel(small_bars.drop(columns=OPTIONAL)).attrs == {
        "vwap_is_proxy": "typical price (high + low + close) / 3",
        "amount_is_proxy": "volume × typical price",
        "cap_is_proxy": "mean traded amount of 60 traded days",
        "turnover_is_proxy": "volume ÷ median volume of 252 traded days",
        "free_turnover_is_proxy": "turnover",
        "limit_up_price_is_proxy": "no price limit",
        "limit_down_price_is_proxy": "no price limit",
        "is_st_is_proxy": "no asset is under special treatment",
        "industry_is_proxy": "one industry",
    }


@pytest.mark.parametrize("column", OPTIONAL)
def test_a_column_without_any_value_counts_as_absent(small_bars, column):
    empty = small_bars.assign(**{column: np.nan})
    assert build_panel(empty).identical(build_panel(small_bars.drop(columns=column)))


def test_vwap_is_the_typical_price_and_amount_follows():
    bars = bars_of(
        high=[12.0, 6.0],
        low=[9.0, 4.5],
        close=[10.5, 5.25],
        volume=[200.0, 400.0],
        adj_factor=[1.0, 2.0],
    )
    panel = build_panel(bars)
    assert series(panel, "vwap") == [10.5, 10.5]  # 2 × 5.25: adjusted like every price
    assert series(panel, "amount") == [2100.0, 2100.0]  # money has no adjustment


def test_one_capitalisation_stands_for_the_other():
    bars = bars_of(close=[10.0, 11.0], volume=[10.0, 20.0])
    floating = build_panel(bars.assign(float_cap=[1000.0, 1100.0]))
    assert series(floating, "total_cap") == [1000.0, 1100.0]
    assert floating.attrs["total_cap_is_proxy"] == "float_cap"
    total = build_panel(bars.assign(total_cap=[2000.0, 2200.0]))
    assert series(total, "float_cap") == [2000.0, 2200.0]
    assert total.attrs["float_cap_is_proxy"] == "total_cap"
    assert "cap_is_proxy" not in floating.attrs | total.attrs


def test_turnover_is_traded_value_over_float_cap():
    # A 2:1 split: twice the shares at half the price are the same share of the company.
    bars = bars_of(
        close=[10.0, 5.0],
        volume=[10.0, 20.0],
        adj_factor=[1.0, 2.0],
        float_cap=[1000.0, 1000.0],
    )
    panel = build_panel(bars)
    np.testing.assert_allclose(series(panel, "turnover"), [0.1, 0.1], rtol=1e-6)
    np.testing.assert_allclose(series(panel, "free_turnover"), [0.1, 0.1], rtol=1e-6)
    assert panel.attrs["turnover_is_proxy"] == "volume × close ÷ float_cap"


def test_without_shares_turnover_is_volume_over_its_median():
    panel = build_panel(bars_of(close=[10.0] * 4, volume=[10.0, 30.0, 0.0, 20.0]))
    np.testing.assert_allclose(series(panel, "turnover"), [1.0, 1.5, 0.0, 4 / 3], rtol=1e-6)


def test_a_split_does_not_look_like_a_burst_of_turnover():
    bars = bars_of(
        close=[10.0, 10.0, 5.0, 5.0],
        volume=[100.0, 100.0, 200.0, 200.0],
        adj_factor=[1.0, 1.0, 2.0, 2.0],
    )
    assert series(build_panel(bars), "turnover") == [1.0, 1.0, 1.0, 1.0]


def test_only_volumes_of_zero_give_no_turnover():
    assert np.isnan(series(build_panel(bars_of(close=[1.0], volume=[0.0])), "turnover")).all()


def test_windows_of_proxies_count_traded_days():
    bars = random_bars(days=300, optional=False)
    panel = build_panel(bars)
    for asset, own in bars.groupby("asset"):
        own = own.set_index("date")
        first = own["adj_factor"].iloc[0]
        typical = ((own["high"] + own["low"] + own["close"]) / 3).round(4)
        cap = (own["volume"] * typical).rolling(60, min_periods=1).mean()
        volume = own["volume"] * first / own["adj_factor"]
        turnover = volume / volume.rolling(252, min_periods=1).median()
        for name, expected in (("total_cap", cap), ("float_cap", cap), ("turnover", turnover)):
            found = panel[name].sel(asset=asset).to_pandas().reindex(own.index)
            np.testing.assert_allclose(found, expected, rtol=1e-6, err_msg=f"{name} of {asset}")


def test_free_turnover_falls_back_alone(small_bars):
    panel = build_panel(small_bars.drop(columns="free_turnover"))
    np.testing.assert_array_equal(panel["free_turnover"], panel["turnover"])
    assert panel.attrs["free_turnover_is_proxy"] == "turnover"
    assert "turnover_is_proxy" not in panel.attrs


def test_a_missing_flag_is_no_special_treatment():
    bars = bars_of(close=[1.0, 1.0, 1.0]).assign(is_st=pd.Series([True, None, False], dtype=object))
    panel = build_panel(bars)
    assert series(panel, "is_st") == [True, False, False]
    assert "is_st_is_proxy" not in panel.attrs


@pytest.mark.parametrize("dtype", ["bool", "boolean", "object"])
def test_flags_of_any_type(small_bars, dtype):
    bars = small_bars.assign(is_st=small_bars["is_st"].astype(dtype))
    assert build_panel(bars).identical(build_panel(small_bars))
