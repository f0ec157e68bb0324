"""The validation back-test: a path by hand, and a loop that keeps accounts (SPEC 001-H1)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.errors import TrainingError
from deep_alpha.training.validation_sharpe import DailyReturns

NAMES = 10
BEST_A_AND_B = np.array([9.0, 8.0, 5.0, 1.0, 2.0, 3.0, 4.0, 0.0, 6.0, 7.0])
"""Ten scores, whose best fifth are the names A and B; A, B and C alone ever move."""
BEST_B_AND_C = np.roll(BEST_A_AND_B, 1)
A, B, C = 0, 1, 2


def calm(days):
    """Returns and average prices of days on which nothing happens."""
    return np.zeros((days, NAMES)), np.ones((days, NAMES))


def on_days(*days):
    return np.repeat(days, NAMES), np.tile(np.arange(NAMES), len(days))


def test_one_purchase_by_hand():
    returns, vwap_to_close = calm(11)
    returns[0] = 0.7  # The day of the score is over: nobody earns it.
    returns[1] = 0.3  # Nor is the day of the purchase earned before its average price.
    vwap_to_close[1, A] = 0.8
    returns[3, A] = 0.1
    returns[3:5, B], vwap_to_close[3:5, B] = np.nan, np.nan  # suspended
    returns[5, B] = 0.2
    returns[7, C] = -0.5
    daily = DailyReturns.of(*on_days(0), returns, vwap_to_close, reach=10)

    bought, rise, back, fall = np.zeros((4, 2))
    bought[:] = (1.25 + 1.0) / 2, (1.25 + 9.0) / 10
    rise[:] = (1.375 + 1.0) / 2.25, (1.375 + 9.0) / 10.25
    back[:] = (1.375 + 1.2) / 2.375, (1.375 + 1.2 + 8.0) / 10.375
    fall[:] = 1.0, (1.375 + 1.2 + 0.5 + 7.0) / 10.575
    excess = np.zeros(10)
    for day, (account, universe) in {1: bought, 3: rise, 5: back, 7: fall}.items():
        excess[day - 1] = account - universe

    found = daily.excess(BEST_A_AND_B)
    assert found.shape == (10, 12)
    np.testing.assert_allclose(found[0, 1:11], excess, atol=1e-15)
    assert np.isnan(found[1:]).all()
    assert np.isnan(found[0, [0, 11]]).all()
    expected = excess.mean() / excess.std(ddof=1) * np.sqrt(252)
    assert daily.sharpe(BEST_A_AND_B) == pytest.approx(expected)


def test_a_change_of_names_by_hand():
    """On day 11 the old names earn until the average price, the new ones from it."""
    returns, vwap_to_close = calm(21)
    returns[4, B] = 1.0
    returns[11, A], vwap_to_close[11, A] = 0.5, 0.9
    returns[11, C], vwap_to_close[11, C] = 0.4, 0.8
    daily = DailyReturns.of(*on_days(0, 10), returns, vwap_to_close, reach=10)
    found = daily.excess(np.concatenate([BEST_A_AND_B, BEST_B_AND_C]))
    # Worth 1 and 2 after ten days; A is sold at 1.5 · 0.9 of its close before.
    account = (1.5 * 0.9 + 2.0) / 3.0 * (1.0 + 1.0 / 0.8) / 2
    universe = (1.5 * 0.9 + 2.0 + 1.4 * 0.8 + 7.0) / 11.0 * (1 / 0.9 + 1 / 0.8 + 8.0) / 10
    assert found[0, 11] == pytest.approx(account - universe)
    assert found[0, 4] == pytest.approx(0.5 - 0.1)
    assert np.count_nonzero(found[0, 1:21]) == 2
    assert np.isnan(found[1:]).all()


def market(first=100, days=37, assets=31, reach=10, seed=0):
    """Samples of a segment in which names come and go, and its grids."""
    random = np.random.default_rng(seed)
    shape = (days + reach, assets)
    idle = random.random(shape) < 0.1
    returns = np.where(idle, np.nan, random.normal(0.001, 0.03, shape))
    vwap_to_close = np.where(idle, np.nan, np.exp(random.normal(0.0, 0.01, shape)))
    there = ~idle[:days] & (random.random((days, assets)) < 0.9)
    there[[0, -1]] = True
    there[11, 6:] = False  # too few names to choose from
    day, asset = np.nonzero(there)
    scores = random.normal(size=len(day)).round(1).astype(np.float32)
    return day + first, asset, returns, vwap_to_close, scores


def accounts_by_loop(day, asset, returns, vwap_to_close, scores):
    """Ten accounts and their universes, name by name; daily excess by offset and day."""
    day = day - day[0]
    excess = np.full((10, len(returns)), np.nan)
    for offset in range(10):
        held, all_held = {}, {}
        for today in range(1, len(returns)):
            if (today - 1 - offset) % 10 == 0:
                own = day == today - 1
                chosen, everyone = [], []
                if own.sum() >= 10:
                    numbers = pd.qcut(scores[own], 5, labels=False)
                    chosen, everyone = list(asset[own][numbers == 4]), list(asset[own])
                moves = [
                    trade(account, names, returns[today], vwap_to_close[today])
                    for account, names in ((held, chosen), (all_held, everyone))
                ]
            else:
                moves = [grow(account, 1.0 + returns[today]) for account in (held, all_held)]
            if moves[0] is not None:
                excess[offset, today] = moves[0] - moves[1]
    return excess


def grow(account, growth):
    """Let an account grow; its growth, or None where it is empty."""
    before = sum(account.values())
    for name in account:
        account[name] *= 1.0 if np.isnan(growth[name]) else growth[name]
    return sum(account.values()) / before if account else None


def trade(account, names, returns, vwap_to_close):
    """Sell what is held, buy names for a unit of money, and hold them to the close."""
    sale = grow(account, (1.0 + returns) * vwap_to_close)
    account.clear()
    account.update(dict.fromkeys(names, 1.0))
    purchase = grow(account, 1.0 / vwap_to_close)
    parts = [part for part in (sale, purchase) if part is not None]
    return float(np.prod(parts)) if parts else None


@pytest.mark.parametrize("reach", [5, 10, 11, 14])
def test_paths_are_those_of_accounts_kept_name_by_name(reach):
    *segment, scores = market(reach=reach)
    daily = DailyReturns.of(*segment, reach, annual_days=244)
    expected = accounts_by_loop(*segment, scores)
    assert np.isnan(expected[1, 13:22]).all()  # sold on day 12, and too few names to choose from
    found = daily.excess(scores)
    size = min(found.shape[1], expected.shape[1])
    np.testing.assert_allclose(found[:, :size], expected[:, :size], rtol=0, atol=1e-12)
    assert np.isnan(found[:, size:]).all()
    assert np.isnan(expected[:, size:]).all()
    ratios = [np.nanmean(path) / np.nanstd(path, ddof=1) for path in expected]
    assert daily.sharpe(scores) == pytest.approx(np.mean(ratios) * np.sqrt(244))


def test_on_every_second_day_there_are_five_offsets():
    day, asset, returns, vwap_to_close, scores = market()
    whole = DailyReturns.of(day, asset, returns, vwap_to_close, 10).excess(scores)
    even = (day - day[0]) % 2 == 0
    daily = DailyReturns.of(day[even], asset[even], returns, vwap_to_close, 10)
    found = daily.excess(scores[even])
    np.testing.assert_array_equal(found[::2], whole[::2])
    assert np.isnan(found[1::2]).all()
    ratios = [np.nanmean(path) / np.nanstd(path, ddof=1) for path in whole[::2]]
    assert daily.sharpe(scores[even]) == pytest.approx(np.mean(ratios) * np.sqrt(252))


def test_only_the_order_of_a_days_scores_matters():
    *segment, scores = market()
    daily = DailyReturns.of(*segment, 10)
    level = segment[0] * 3.0
    assert daily.sharpe(level + np.exp(scores)) == daily.sharpe(scores)
    assert daily.sharpe(-scores) != daily.sharpe(scores)


def test_foresight_pays():
    *segment, _ = market()
    daily = DailyReturns.of(*segment, 10)
    foresight = daily.growth[:, 8]
    assert daily.sharpe(foresight) > 5.0
    assert daily.sharpe(-foresight) < -5.0


def test_scores_that_choose_nobody_have_no_sharpe_ratio():
    *segment, scores = market()
    daily = DailyReturns.of(*segment, 10)
    assert np.isnan(daily.sharpe(np.zeros_like(scores)))
    assert np.isnan(daily.sharpe(np.full_like(scores, np.nan)))


def test_nothing_beyond_the_last_label_may_be_read():
    day, asset, returns, vwap_to_close, _ = market(days=20, assets=15)
    DailyReturns.of(day, asset, returns, vwap_to_close, 10)
    for longer, grids in (
        (31, [np.vstack([grid, grid[:1]]) for grid in (returns, vwap_to_close)]),
        (29, [returns[:-1], vwap_to_close[:-1]]),
    ):
        with pytest.raises(TrainingError) as error:
            DailyReturns.of(day, asset, *grids, 10)
        assert str(error.value) == (
            "the validation back-test reads 30 days: from the first sample to 10 days after the "
            "last, where the last label is known. The grids of returns and of average prices are "
            f"({longer}, 15) and ({longer}, 15): cut them there"
        )


def test_a_segment_without_samples_is_an_error():
    nobody = np.zeros(0, dtype=np.int64)
    with pytest.raises(TrainingError, match="holds no sample to back-test"):
        DailyReturns.of(nobody, nobody, np.zeros((10, 1)), np.zeros((10, 1)), 10)
