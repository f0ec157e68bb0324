"""Both ends and the universe: by hand, against tranches with weights and accounts with shares."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest

from deep_alpha.backtest.cost_cases import FREE, CostCase
from deep_alpha.backtest.ends import ENDS, choose_ends, hold_ends
from deep_alpha.backtest.leg_market import LegMarket
from deep_alpha.errors import ConfigurationError
from tests.backtest.account_oracle import NAN, account, frames, random_market
from tests.backtest.tranche_oracle import names_of, non_overlapping, tranches

TEN_BP = CostCase(name="10 bp", buy=0.001, sell=0.001)


def ends(scores, execution, close, can_buy, can_sell, *, k, horizon):
    market = LegMarket.of(execution, close, can_buy, can_sell)
    return hold_ends(scores, market, k=k, horizon=horizon)


def daily(held, cost=FREE):
    """Mean of the offsets' one-day returns, date × leg."""
    return pd.DataFrame(held.returns(cost).mean(axis=0).T, held.dates, list(held.legs))


def by_day(held, values):
    return pd.DataFrame(values.T, held.dates, list(held.legs))


def rising(days=6, assets=3):
    """A clean market in which A00 is best on day 0 and the last name from day 1 on."""
    scores, *tables = random_market(days=days, assets=assets, dirty=False)
    scores[:] = np.arange(assets, dtype=float)
    scores.iloc[0] = -np.arange(assets, dtype=float)
    return scores, *tables


def test_three_assets_by_hand():
    """Day 1 buys A at 10, close 11. Day 2 sells A at 12 and buys B at 20, close 22."""
    scores, opens, close = frames(
        [[3.0, 2, 1], [2, 3, 1], [NAN, NAN, NAN]],
        [[9.0, 18, 5], [10, 19, 5], [12, 20, 4]],
        [[9.5, 18, 5], [11, 19, 5], [12, 22, 5]],
    )
    held = ends(scores, opens, close, close > 0, close > 0, k=1, horizon=1)
    day_2 = 12 / 11 * 22 / 20
    gross = daily(held)
    np.testing.assert_allclose(gross["top"], [0, 0.10, day_2 - 1])
    np.testing.assert_allclose(gross["bottom"], [0, 0, 4 / 5 * 5 / 4 - 1], atol=1e-15)
    assert gross["universe"].iloc[1] == pytest.approx((11 / 10 + 1 + 1) / 3 - 1)
    np.testing.assert_allclose(held.paths.bought[0, :2], [[0, 1, 1], [0, 1, 0]])
    np.testing.assert_allclose(held.paths.sold[0, :2], [[0, 0, 1], [0, 0, 0]])
    net = daily(held, TEN_BP)["top"]
    np.testing.assert_allclose(net, [0, 1.10 * 0.999 - 1, day_2 * 0.998 - 1], atol=1e-15)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("k", [3, 9])  # 9 of some 13 scored names: many are at both ends
def test_where_every_sale_is_possible_they_are_overlapping_tranches(seed, k):
    scores, opens, close, can_buy, can_sell = random_market(days=40, seed=seed)
    can_sell[:] = True
    held = ends(scores, opens, close, can_buy, can_sell, k=k, horizon=5)
    for cost, bps in ((FREE, 0), (TEN_BP, 10)):
        returns, turnover, unbought = tranches(
            scores, opens, close, can_buy, k=k, horizon=5, cost_bps=bps
        )
        pd.testing.assert_frame_equal(
            daily(held, cost), returns[list(ENDS)], rtol=0, atol=1e-12, check_freq=False
        )
        alone = non_overlapping(scores, opens, close, can_buy, k=k, horizon=5, cost_bps=bps)
        for offset, table in enumerate(alone):
            np.testing.assert_allclose(held.returns(cost)[offset].T, table, atol=1e-12)
    traded = (held.paths.bought + held.paths.sold).mean(axis=0) / 2
    np.testing.assert_allclose(by_day(held, traded), turnover[list(ENDS)], atol=1e-12)
    counted = by_day(held, held.paths.unbought.sum(axis=0))
    np.testing.assert_array_equal(counted, unbought[list(ENDS)])
    assert unbought["top"].sum() > 0
    assert not held.paths.unsold.any()


@pytest.mark.parametrize("seed", range(3))
def test_every_end_is_an_account_with_shares_and_cash(seed):
    tables = random_market(seed=seed)
    held = ends(*tables, k=4, horizon=4)
    net = held.returns(TEN_BP)
    for offset in range(4):
        for place, leg in enumerate(ENDS):
            names = partial(names_of, leg=leg, k=4)
            expected, unbought, unsold = account(tables, names, offset, 4, TEN_BP, waits=False)
            np.testing.assert_allclose(net[offset, place], expected, atol=1e-12)
            np.testing.assert_array_equal(held.paths.unbought[offset, place], unbought)
            np.testing.assert_array_equal(held.paths.unsold[offset, place], unsold)
    assert held.paths.unsold[:, :2].any()


def test_a_name_at_its_lower_limit_is_kept_and_pays_for_nothing():
    """Day 2 wants to sell A00, which opens at its lower limit, for A02, and does on day 3."""
    scores, opens, close, can_buy, can_sell = rising()
    can_sell.iloc[2, 0] = False
    held = ends(scores, opens, close, can_buy, can_sell, k=1, horizon=1)
    open_, close_ = opens.to_numpy(), close.to_numpy()
    by_hand = [
        0,
        close_[1, 0] / open_[1, 0] - 1,
        close_[2, 0] / close_[1, 0] - 1,
        open_[3, 0] / close_[2, 0] * close_[3, 2] / open_[3, 2] - 1,
        close_[4, 2] / close_[3, 2] - 1,
    ]
    np.testing.assert_allclose(daily(held)["top"][:5], by_hand)
    assert list(held.paths.unsold[0, 0]) == [0, 0, 1, 0, 0, 0]
    assert list(held.paths.bought[0, 0]) == [0, 1, 0, 1, 0, 0]
    # The tranches sell at the limit, where nobody buys.
    simple, _, _ = tranches(scores, opens, close, can_buy, k=1, horizon=1)
    sold = open_[2, 0] / close_[1, 0] * close_[2, 2] / open_[2, 2] - 1
    assert simple["top"].iloc[2] == pytest.approx(sold)
    assert simple["top"].iloc[2] != pytest.approx(by_hand[2])


def test_a_suspended_name_is_kept_until_it_trades_again():
    """A00 is suspended on days 2 and 3, when A02 is wanted, and comes back 30 % lower."""
    scores, opens, close, can_buy, can_sell = rising()
    opens.iloc[2:4, 0] = close.iloc[2:4, 0] = NAN
    opens.iloc[4, 0] = 0.7 * close.iloc[1, 0]
    can_buy.iloc[2:4, 0] = can_sell.iloc[2:4, 0] = False
    held = ends(scores, opens, close, can_buy, can_sell, k=1, horizon=1)
    came_back = 0.7 * close.iloc[4, 2] / opens.iloc[4, 2] - 1
    bought = close.iloc[1, 0] / opens.iloc[1, 0] - 1
    np.testing.assert_allclose(daily(held)["top"][:5], [0, bought, 0, 0, came_back])
    assert list(held.paths.unsold[0, 0]) == [0, 0, 1, 1, 0, 0]
    # The tranches are paid the last close on day 2, and never see the loss.
    simple, _, _ = tranches(scores, opens, close, can_buy, k=1, horizon=1)
    assert simple["top"].iloc[2] == pytest.approx(close.iloc[2, 2] / opens.iloc[2, 2] - 1)
    assert simple["top"].iloc[4] == pytest.approx(close.iloc[4, 2] / close.iloc[3, 2] - 1)


def test_what_can_not_be_sold_waits_for_the_turn_of_its_offset():
    scores, opens, close, can_buy, can_sell = rising(days=9)
    can_sell.iloc[4, 0] = False
    paths = ends(scores, opens, close, can_buy, can_sell, k=1, horizon=3).paths
    assert list(paths.sold[1, 0].round(9)) == [0, 0, 0, 0, 0, 0, 0, 1, 0]


def test_a_name_at_its_upper_limit_stays_unbought_and_its_money_in_cash():
    scores, opens, close, can_buy, can_sell = random_market(days=6, assets=3, dirty=False)
    scores[:] = [3.0, 2, 1]
    can_buy.iloc[1, 0] = False
    held = ends(scores, opens, close, can_buy, can_sell, k=2, horizon=5)
    assert list(held.paths.unbought[1, 0]) == [0, 1, 0, 0, 0, 0]
    assert held.paths.bought[1, 0, 1] == pytest.approx(0.5)
    grown = close.iloc[1, 1] / opens.iloc[1, 1]
    assert daily(held)["top"].iloc[1] == pytest.approx((grown - 1) / 2 / 5)


def test_names_that_stay_are_traded_by_their_drift_only():
    scores, opens, close, can_buy, can_sell = random_market(days=8, assets=3, dirty=False)
    scores[:] = [2.0, 2, 1]
    paths = ends(scores, opens, close, can_buy, can_sell, k=2, horizon=4).paths
    growth = opens.iloc[5, :2] / opens.iloc[1, :2]
    drifted = growth / growth.sum()
    assert paths.bought[1, 0, 5] == pytest.approx(np.abs(0.5 - drifted).sum() / 2)
    assert paths.sold[1, 0, 5] == pytest.approx(np.abs(0.5 - drifted).sum() / 2)


def test_buying_the_universe_and_holding_it_is_the_benchmark():
    scores, opens, close, *fills = random_market(days=31, assets=12, dirty=False)
    held = ends(scores, opens, close, *fills, k=12, horizon=30)
    nav = (close.iloc[1:] / opens.iloc[1]).mean(axis=1)
    for place in range(3):
        growth = np.cumprod(1 + held.returns()[1, place])
        np.testing.assert_allclose(growth[1:], nav)


def test_entry_at_the_close_misses_the_day_of_entry():
    scores, _, close, *fills = random_market(dirty=False)
    universe = daily(ends(scores, close, close, *fills, k=17, horizon=1))["universe"]
    np.testing.assert_allclose(universe[2:], close.pct_change().mean(axis=1)[2:])
    assert universe.iloc[1] == 0


def test_days_without_scores_bring_the_money_home():
    scores, *tables = random_market(days=10, dirty=False)
    scores.iloc[5:] = NAN
    top = daily(ends(scores, *tables, k=3, horizon=2))["top"]
    assert (top[:8] != 0).sum() == 7
    assert (top[8:] == 0).all()
    tables[3].iloc[6] = False  # nothing can be sold on the day that offset 0 should
    top = daily(ends(scores, *tables, k=3, horizon=2))["top"]
    assert list(top[7:] != 0) == [True, True, False]


def test_a_choice_is_made_of_equal_scores_in_the_order_of_the_assets():
    chosen = choose_ends(np.array([[1.0, 2, 2, NAN, 2, 0], [NAN, 1, NAN, NAN, 2, NAN]]), 2)
    top, bottom, universe = chosen.astype(int).tolist()
    assert top == [[0, 1, 1, 0, 0, 0], [0, 1, 0, 0, 1, 0]]
    assert bottom == [[1, 0, 0, 0, 0, 1], [0, 1, 0, 0, 1, 0]]
    assert universe == [[1, 1, 1, 0, 1, 1], [0, 1, 0, 0, 1, 0]]


@pytest.mark.parametrize("k", [1, 5, 12, 40])
def test_a_choice_is_that_of_sorting(k):
    random = np.random.default_rng(k)
    scores = random.integers(-3, 4, (60, 12)).astype(float)
    scores[random.random(scores.shape) < 0.4] = NAN
    scores[5], scores[6, 0], scores[7, 3] = NAN, -np.inf, np.inf
    for chosen, leg in zip(choose_ends(scores, k), ENDS, strict=True):
        for found, row in zip(chosen, scores, strict=True):
            assert list(np.flatnonzero(found)) == sorted(names_of(row, leg, k))


def test_nothing_after_a_day_changes_that_day():
    tables = random_market(days=40)
    changed = [table.copy() for table in tables]
    for table, noise in zip(changed, (0.0, 99.0, 99.0, False, False), strict=True):
        table.iloc[20:] = noise
    before, after = (daily(ends(*t, k=3, horizon=5), TEN_BP) for t in (tables, changed))
    pd.testing.assert_frame_equal(before[:20], after[:20])
    assert (before[20:] != after[20:]).any(axis=None)


def test_no_names_are_no_ends():
    with pytest.raises(ConfigurationError, match="0 names in the top and in the bottom"):
        ends(*random_market(), k=0, horizon=5)
