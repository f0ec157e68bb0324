"""The days that legs are held on, laid out from frames and from a panel."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.backtest.leg_market import LegMarket
from deep_alpha.errors import PanelError
from deep_alpha.market.universe import buyable, sellable
from deep_alpha.panel import raw_price
from tests.backtest.account_oracle import NAN, frames, random_market
from tests.conftest import random_panel

HALF, THIRD = 80, 53  # of 160 days: when A007 leaves, when A005 is at its upper limit
PATIENCE = 60


@pytest.fixture(scope="module")
def panel():
    return random_panel()


def scores_of(panel, first=20, last=140):
    traded = panel["traded"].to_pandas().astype(float)
    return traded.iloc[first:last].set_axis(traded.columns.astype(str), axis=1)


def laid_out(panel, scores, *, price="open", delisting_days=PATIENCE, days_after=1):
    return LegMarket.of_panel(
        panel, scores, price=price, delisting_days=delisting_days, days_after=days_after
    )


def test_growth_passes_the_price_that_orders_fill_at():
    execution, close, fills = frames(
        [[9.0, 9], [12, NAN], [11, 8]], [[10.0, 10], [11, NAN], [12, 9]], np.ones((3, 2), bool)
    )
    market = LegMarket.of(execution, close, fills, fills)
    whole_day, overnight, intraday = market.growth
    np.testing.assert_allclose(whole_day, [[1, 1], [1.1, 1], [12 / 11, 0.9]])
    np.testing.assert_allclose(overnight, [[1, 1], [1.2, 1], [1, 0.8]])
    np.testing.assert_allclose(intraday[1:], [[11 / 12, 1], [12 / 11, 9 / 8]])
    assert market.can_buy.tolist() == [[True, True], [True, False], [True, True]]
    assert market.can_sell.all()  # the caller says so: at the last close


def test_a_panel_brings_its_prices_and_fills(panel):
    scores = scores_of(panel)
    market = laid_out(panel, scores, days_after=4)
    days = slice(20, 144)
    assert list(market.dates) == list(panel["date"].to_numpy()[days])
    np.testing.assert_array_equal(market.can_buy, buyable(panel, "open").to_numpy()[days])
    stays = market.assets != "A007"
    can_sell = sellable(panel, "open").to_numpy()[days]
    np.testing.assert_array_equal(market.can_sell[:, stays], can_sell[:, stays])
    marks = panel["close"].to_pandas().where(panel["traded"].to_pandas()).iloc[days].ffill()
    whole = marks.pct_change().fillna(0.0).to_numpy()
    np.testing.assert_allclose(market.growth.whole_day - 1, whole, atol=1e-12)


def test_the_price_decides_what_a_limit_stops(panel):
    """A005 has one price all day at its limits; A000 opens at both once, and then moves on."""
    opened = panel.copy(deep=True)
    raw = raw_price(panel, "open").to_numpy()
    opened["limit_up_price"][30, 0], opened["limit_down_price"][31, 0] = raw[30, 0], raw[31, 0]
    scores = scores_of(panel)
    at_vwap, at_open = (laid_out(opened, scores, price=price) for price in ("vwap", "open"))
    for market in (at_vwap, at_open):
        assert not market.can_buy[THIRD - 20, 5]
        assert market.can_sell[THIRD - 20, 5]
        assert not market.can_sell[THIRD - 10, 5]
    assert np.argwhere(at_open.can_buy != at_vwap.can_buy).tolist() == [[10, 0]]
    assert np.argwhere(at_open.can_sell != at_vwap.can_sell).tolist() == [[11, 0]]


def test_the_days_end_with_the_panel(panel):
    market = laid_out(panel, scores_of(panel, 100, 160))
    assert market.dates[-1] == panel["date"].to_numpy()[-1]


def test_what_has_left_the_market_is_paid_out(panel):
    market = laid_out(panel, scores_of(panel))
    assert market.can_sell[HALF - 20 :, 7].all()
    assert not market.can_buy[HALF - 20 :, 7].any()
    missing = ~panel["traded"].to_numpy()[20:141, 2]
    assert missing.any()
    assert not market.can_sell[missing, 2].any()  # a suspension


@pytest.mark.parametrize("patience", [HALF, HALF + 1])
def test_how_long_a_name_may_be_missing_is_a_setting(panel, patience):
    market = laid_out(panel, scores_of(panel), delisting_days=patience)
    assert market.can_sell[HALF - 20 :, 7].any() == (patience == HALF)


def test_scores_are_laid_on_the_days(panel):
    scores = scores_of(panel)[["A003", "A001"]]
    market = laid_out(panel, scores, days_after=2)
    laid = market.lay(scores)
    assert laid.shape == (122, 12)
    assert np.isnan(laid[-2:]).all()
    np.testing.assert_array_equal(laid[:-2, [3, 1]], scores)
    assert np.isnan(laid[:, [0, 2]]).all()


def test_what_does_not_fit_is_refused(panel):
    _, execution, close, can_buy, can_sell = random_market()
    with pytest.raises(PanelError, match="can_sell and execution have different dates or assets"):
        LegMarket.of(execution, close, can_buy, can_sell.iloc[:, 1:])
    scores = scores_of(panel)
    with pytest.raises(PanelError, match="the panel has no asset Z999 of the scores"):
        laid_out(panel, scores.assign(Z999=1.0))
    later = scores.set_axis([*scores.index[:-1], pd.Timestamp("2099-01-01")])
    with pytest.raises(PanelError, match="the panel has no date 2099-01-01"):
        laid_out(panel, later)
