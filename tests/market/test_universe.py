"""Who is scored, bought and sold: each rule by itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from pydantic import ValidationError
from tests.no_future import assert_no_future

from deep_alpha.market.universe import UniversePolicy, buyable, eligible, sellable
from deep_alpha.panel import build_panel

ANYONE = {"min_bars": 1, "exclude_st": False, "exclude_at_limit": False}


def panel_of(**columns: list) -> xr.Dataset:
    """One asset on successive days; raw closes at 10, limits at 9 and 11, factor 2."""
    days = max(len(values) for values in columns.values())
    given = {name: [10.0] * days for name in ("open", "high", "low", "close")}
    given |= {"volume": [100.0] * days, "adj_factor": [2.0] * days}
    given |= {"limit_up": [11.0] * days, "limit_down": [9.0] * days, "is_st": [False] * days}
    dates = pd.bdate_range("2020-01-01", periods=days)
    return build_panel(pd.DataFrame({"asset": "A", "date": dates, **given, **columns}))


def flags(mask: xr.DataArray) -> list[bool]:
    assert mask.dtype == np.bool_
    assert mask.dims == ("date", "asset")
    return mask[:, 0].to_numpy().tolist()


def test_an_asset_must_have_traded():
    panel = panel_of(volume=[100.0, 0.0, 100.0])
    assert flags(eligible(panel, UniversePolicy(**ANYONE))) == [True, False, True]


def test_an_asset_must_be_old_enough_in_its_own_bars():
    panel = panel_of(volume=[100.0, 0.0, 100.0, 100.0])
    policy = UniversePolicy(**ANYONE | {"min_bars": 3})
    assert flags(eligible(panel, policy)) == [False, False, True, True]


def test_a_suspension_does_not_age_an_asset(small_panel):
    mask = eligible(small_panel, UniversePolicy(**ANYONE | {"min_bars": 60}))
    present = small_panel["close"].notnull().cumsum("date").sel(asset="A002")
    first = int(np.argmax(mask.sel(asset="A002").to_numpy()))
    assert int(present[first]) == 60
    assert first == 59 + 12


def test_special_treatment_is_left_out():
    panel = panel_of(is_st=[False, True, False])
    policy = {**ANYONE, "exclude_st": True}
    assert flags(eligible(panel, UniversePolicy(**policy))) == [True, False, True]
    assert flags(eligible(panel, UniversePolicy(**ANYONE))) == [True, True, True]


def test_a_close_at_a_limit_is_left_out():
    panel = panel_of(close=[10.0, 11.0, 10.99, 9.0, 9.01], high=[11.0] * 5, low=[9.0] * 5)
    policy = UniversePolicy(**ANYONE | {"exclude_at_limit": True})
    assert flags(eligible(panel, policy)) == [True, False, True, False, True]
    assert all(flags(eligible(panel, UniversePolicy(**ANYONE))))


def test_limits_are_compared_with_raw_prices_after_a_split():
    panel = panel_of(
        close=[10.0, 5.5, 5.0],
        adj_factor=[2.0, 4.0, 4.0],
        limit_up=[11.0, 5.5, 6.05],
        limit_down=[9.0, 4.5, 4.95],
    )
    policy = UniversePolicy(**ANYONE | {"exclude_at_limit": True})
    assert flags(eligible(panel, policy)) == [True, False, True]


def test_no_limit_is_known_where_its_price_is_missing():
    panel = panel_of(limit_up=[np.nan, 10.0], limit_down=[np.nan, 9.0])
    policy = UniversePolicy(**ANYONE | {"exclude_at_limit": True})
    assert flags(eligible(panel, policy)) == [True, False]
    assert flags(buyable(panel)) == [True, False]
    assert flags(sellable(panel)) == [True, True]


def test_the_lowest_price_is_a_raw_price():
    panel = panel_of(close=[1.0, 0.99, 0.5], adj_factor=[1.0, 1.0, 2.0])
    policy = UniversePolicy(**ANYONE | {"min_price": 1.0})
    assert flags(eligible(panel, policy)) == [True, False, False]


def test_orders_at_the_open_fail_at_the_limit():
    panel = panel_of(
        open=[10.0, 11.0, 9.0, 11.0, 9.0],
        high=[11.0, 11.0, 10.0, 11.0, 9.0],
        low=[9.0, 10.0, 9.0, 11.0, 9.0],
        close=[10.0, 10.5, 9.5, 11.0, 9.0],
    )
    assert flags(buyable(panel)) == [True, False, True, False, True]
    assert flags(sellable(panel)) == [True, True, False, True, False]


@pytest.mark.parametrize("price", ["vwap", "close"])
def test_orders_over_the_day_fail_only_on_one_price_days(price):
    panel = panel_of(
        open=[10.0, 11.0, 9.0, 11.0, 9.0],
        high=[11.0, 11.0, 10.0, 11.0, 9.0],
        low=[9.0, 10.0, 9.0, 11.0, 9.0],
        close=[10.0, 10.5, 9.5, 11.0, 9.0],
    )
    assert flags(buyable(panel, price)) == [True, True, True, False, True]
    assert flags(sellable(panel, price)) == [True, True, True, True, False]


def test_no_order_is_filled_without_trading():
    panel = panel_of(volume=[0.0, 100.0])
    assert flags(buyable(panel)) == flags(sellable(panel)) == [False, True]


def test_the_troubles_of_the_small_market_are_seen(small_panel):
    mask = eligible(small_panel, UniversePolicy(min_bars=10))
    third, half = 160 // 3, 80
    assert not mask.sel(asset="A002")[third : third + 12].any()
    assert not mask.sel(asset="A003")[: third + 9].any()
    assert mask.sel(asset="A003")[third + 9]
    assert not mask.sel(asset="A004")[half:].any()
    assert not mask.sel(asset="A005")[[third, third + 10]].any()
    assert not mask.sel(asset="A006")[half : half + 3].any()
    assert not mask.sel(asset="A007")[half:].any()
    assert not buyable(small_panel, "vwap").sel(asset="A005")[third]
    assert not sellable(small_panel, "vwap").sel(asset="A005")[third + 10]


@pytest.mark.parametrize(
    "policy",
    [UniversePolicy(min_bars=20), UniversePolicy(min_bars=5, min_price=12.0), UniversePolicy()],
)
def test_the_universe_knows_nothing_of_the_future(small_panel, policy):
    assert_no_future(lambda panel: eligible(panel, policy), small_panel)


@pytest.mark.parametrize("rule", [buyable, sellable])
@pytest.mark.parametrize("price", ["open", "vwap"])
def test_fills_know_nothing_of_later_days(small_panel, rule, price):
    assert_no_future(lambda panel: rule(panel, price), small_panel)


def test_masks_do_not_change_the_panel(small_panel):
    before = small_panel.copy(deep=True)
    eligible(small_panel, UniversePolicy())[:] = True
    assert small_panel.identical(before)


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (
            UniversePolicy(),
            "traded, at least 60 bars old, not ST, not closed at a limit",
        ),
        (
            UniversePolicy(min_bars=5, exclude_st=False, exclude_at_limit=False, min_price=1.5),
            "traded, at least 5 bars old, close of at least 1.5",
        ),
    ],
)
def test_a_policy_in_words(policy, words):
    assert policy.describe() == words


@pytest.mark.parametrize("wrong", [{"min_bars": 0}, {"min_price": -1.0}, {"min_age": 60}])
def test_impossible_policies_are_refused(wrong):
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        UniversePolicy(**wrong)
