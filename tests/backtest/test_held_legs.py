"""Any legs on one code path: what a choice means, and when it is traded."""

from __future__ import annotations

import numpy as np
import pytest

from deep_alpha.backtest.cost_cases import CostCase
from deep_alpha.backtest.held_legs import HeldLegs, run_legs
from deep_alpha.backtest.leg_market import LegMarket
from deep_alpha.errors import ConfigurationError
from tests.backtest.account_oracle import random_market

DAYS, ASSETS = 30, 17


@pytest.fixture(scope="module")
def market():
    return LegMarket.of(*random_market(days=DAYS, assets=ASSETS)[1:])


def choices(legs=3, seed=0):
    return np.random.default_rng(seed).random((legs, DAYS, ASSETS)) < 0.4


def always(days=DAYS):
    return np.ones(days, dtype=bool)


def test_legs_know_nothing_of_each_other(market):
    chosen = choices()
    chosen[1] |= chosen[0]  # names in two legs
    together = run_legs(chosen, always(), market, 4)
    for leg in range(3):
        alone = run_legs(chosen[[leg]], always(), market, 4)
        for path, own in zip(together, alone, strict=True):
            np.testing.assert_array_equal(path[:, leg], own[:, 0])


def test_offsets_trade_on_days_of_their_own(market):
    paths = run_legs(choices(), always(), market, 4)
    days = np.flatnonzero((paths.bought + paths.sold).any(axis=1))
    offset, day = np.divmod(days, DAYS)
    assert (day % 4 == offset).all()
    assert day.min() >= 1
    assert len(days) == DAYS - 1


def test_a_day_that_does_not_decide_leaves_accounts_as_they_are(market):
    chosen, decides = choices(), always()
    decides[9] = False
    before, after = (run_legs(chosen, when, market, 3) for when in (always(), decides))
    assert before.bought[1, :, 10].all()
    assert not (after.bought + after.sold)[1, :, 10].any()
    np.testing.assert_array_equal(after.gross[[0, 2]], before.gross[[0, 2]])


def test_a_leg_without_names_is_sold(market):
    chosen = choices(legs=1)
    chosen[0, 9] = False
    paths = run_legs(chosen, always(), market, 3)
    assert paths.bought[1, 0, 10] == 0
    kept = paths.holdings[1, 0, 10]
    assert kept == paths.unsold[1, 0, 10] > 0  # what the exchange does not take
    assert paths.sold[1, 0, 10] > 0.2


def test_money_is_never_borrowed_or_lost(market):
    paths = run_legs(choices(), always(), market, 4)
    assert (paths.bought <= paths.sold + 1 + 1e-12).all()
    assert (paths.idle >= 0).all()
    assert (paths.idle <= 1 + 1e-12).all()
    assert (paths.idle[:, :, 0] == 1).all()


def test_costs_shrink_the_account_by_what_is_traded(market):
    paths = run_legs(choices(), always(), market, 4)
    held = HeldLegs(market.dates, 4, ("a", "b", "c"), paths)
    net = held.returns(CostCase(name="own", buy=0.01, sell=0.03))
    paid = 0.01 * paths.bought + 0.03 * paths.sold
    np.testing.assert_allclose((1 + net) / (1 + held.returns()), 1 - paid)
    np.testing.assert_allclose(held.returns(), paths.gross, atol=1e-15)


def test_what_can_not_be_run_is_refused(market):
    with pytest.raises(ConfigurationError, match="a horizon of 0 days: it must be at least 1"):
        run_legs(choices(), always(), market, 0)
    with pytest.raises(ConfigurationError, match="30 days of scores are too few to hold names"):
        run_legs(choices(), always(), market, DAYS)
