"""What can be traded on each day of a panel, and at which price."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from deep_alpha.backtest.exchange import DutyRule, ExchangeRules, LotRule
from deep_alpha.backtest.trading import trading_days
from deep_alpha.errors import ConfigurationError
from tests.no_future import assert_no_future

RULES = ExchangeRules(delisting_days=60)
HALF, THIRD = 80, 53  # where random_bars puts its troubles


@pytest.mark.parametrize("price", ["open", "vwap", "close"])
def test_orders_fill_at_the_adjusted_price_and_lots_count_the_raw_one(small_panel, price):
    days = trading_days(small_panel, price, RULES)

    adjusted = small_panel[price].where(small_panel["traded"]).to_numpy()
    np.testing.assert_array_equal(days.execution, adjusted)
    # A001 splits 2:1 in the middle: from then on a unit is half of what a share was worth.
    ratio = days.execution[:, 1] / days.raw_execution[:, 1]
    np.testing.assert_allclose(ratio[:HALF], 1, rtol=1e-5)
    np.testing.assert_allclose(ratio[HALF:], 2, rtol=1e-5)
    assert np.array_equal(np.isnan(days.raw_execution), np.isnan(days.execution))


def test_without_trading_there_is_no_price_and_no_permission(small_panel):
    days = trading_days(small_panel, "open", RULES)

    suspended = slice(THIRD, THIRD + 12)  # A002 has no bars, A006 bars without volume
    for idle in (days.execution[suspended, 2], days.execution[HALF : HALF + 3, 6]):
        assert np.isnan(idle).all()
    assert not days.can_buy[suspended, 2].any()
    assert not days.can_sell[HALF : HALF + 3, 6].any()
    carried = days.close[suspended, 2]
    assert (carried == small_panel["close"].to_numpy()[THIRD - 1, 2]).all()


@pytest.mark.parametrize("price", ["open", "vwap"])
def test_a_day_at_one_price_is_closed_to_one_side(small_panel, price):
    days = trading_days(small_panel, price, RULES)

    up, down = THIRD, THIRD + 10  # A005
    assert (days.can_buy[up, 5], days.can_sell[up, 5]) == (False, True)
    assert (days.can_buy[down, 5], days.can_sell[down, 5]) == (True, False)
    assert not np.isnan(days.execution[up, 5])


def test_opening_at_the_limit_stops_the_open_only(small_panel):
    day, asset = 20, 0
    limit = small_panel["limit_up_price"].to_numpy()[day, asset]
    small_panel["open"][day, asset] = limit  # A000 is never split: raw is adjusted
    assert small_panel["low"].to_numpy()[day, asset] < limit

    can_buy = {price: trading_days(small_panel, price, RULES).can_buy for price in ("open", "vwap")}

    assert not can_buy["open"][day, asset]
    assert can_buy["vwap"][day, asset]


def test_volatility_is_that_of_twenty_own_days_before(small_panel):
    days = trading_days(small_panel, "open", RULES)

    for asset in range(len(days.assets)):
        own = small_panel["close"].isel(asset=asset).to_series().dropna()
        expected = own.pct_change().rolling(20).std().shift(1).reindex(days.dates)
        np.testing.assert_allclose(days.volatility[:, asset], expected, rtol=1e-5)


def test_a_name_is_delisted_on_the_day_after_its_last_bar(small_panel):
    for patience, a007 in ((80, HALF), (81, 160)):
        days = trading_days(small_panel, "open", ExchangeRules(delisting_days=patience))
        assert days.delisted_on[7] == a007
        assert (np.delete(days.delisted_on, 7) == 160).all()


def test_a_name_without_any_bar_is_not_delisted(small_panel):
    small_panel["close"][:, 3] = np.nan

    assert trading_days(small_panel, "open", RULES).delisted_on[3] == 160


def test_lots_and_duty_come_from_the_rules(small_panel):
    change = pd.Timestamp(small_panel["date"].to_numpy()[100])
    rules = ExchangeRules(
        lots=(LotRule(board="first", assets="A00.", lot=100, minimum=300),),
        stamp_duty=(DutyRule(rate=0.001, first_date=change.date()),),
    )

    days = trading_days(small_panel, "open", rules)

    assert list(days.lot) == [100] * 10 + [1] * 2
    assert list(days.minimum) == [300] * 10 + [1] * 2
    assert list(np.unique(days.duty, return_index=True)[1]) == [0, 100]


def test_part_of_the_days_remembers_what_came_before(small_panel):
    days = trading_days(small_panel, "open", RULES)

    part = days.between(days.dates[THIRD + 2].date(), days.dates[120].date())

    assert part.dates.equals(days.dates[THIRD + 2 : 121])
    assert part.close[0, 2] == days.close[THIRD - 1, 2]  # A002 is suspended
    assert not np.isnan(part.volatility[0, 0])
    assert part.delisted_on[7] == HALF - THIRD - 2
    assert part.delisted_on[0] == len(part.dates)
    assert days.between(days.dates[100]).delisted_on[7] == 0
    assert days.between(days.dates[0], days.dates[60]).delisted_on[7] == 61
    saturday = pd.Timestamp("2019-02-02")
    assert days.between(saturday, saturday).execution.shape == (0, 12)


def test_an_unknown_price_is_refused(small_panel):
    with pytest.raises(ConfigurationError, match="execution price 'high': orders fill at one of"):
        trading_days(small_panel, "high", RULES)


def test_nothing_but_the_delisting_looks_ahead(small_panel):
    def fields(panel: xr.Dataset) -> xr.Dataset:
        days = trading_days(panel, "vwap", RULES)
        names = ("execution", "close", "raw_execution", "can_buy", "can_sell", "volatility")
        arrays = {name: (("date", "asset"), getattr(days, name)) for name in names}
        return xr.Dataset(arrays, coords={"date": days.dates, "asset": days.assets})

    assert_no_future(fields, small_panel)
