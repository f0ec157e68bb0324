import numpy as np
import pandas as pd
import pytest

from deep_alpha.backtest import naive_overlap, non_overlapping, performance, tranche_backtest


def market(days=40, assets=12, seed=0):
    """Open and close of random walks, and persistent scores."""
    rng = np.random.default_rng(seed)
    intraday = 0.01 * rng.standard_normal((days, assets))
    overnight = 0.01 * rng.standard_normal((days, assets))
    close = 10 * np.exp((intraday + overnight).cumsum(axis=0))
    scores = rng.standard_normal((days, assets)).cumsum(axis=0)
    return scores, close * np.exp(-intraday), close, np.ones((days, assets), dtype=bool)


def dirty_market(**settings):
    """The same with suspensions, unscored names, and days on which names cannot be bought."""
    scores, opens, close, buyable = market(**settings)
    rng = np.random.default_rng(1)
    suspended = rng.random(close.shape) < 0.15
    opens[suspended] = close[suspended] = np.nan
    opens[:8, 0] = close[:8, 0] = scores[:8, 0] = np.nan  # listed on day 8
    scores[rng.random(close.shape) < 0.2] = np.nan
    buyable &= rng.random(close.shape) > 0.2
    return scores, opens, close, buyable


def names_of(scores, leg, k):
    ranked = sorted(np.flatnonzero(~np.isnan(scores)), key=lambda i: (scores[i], i))
    if leg == "top":
        ranked = sorted(ranked, key=lambda i: (-scores[i], i))
    return ranked if leg == "universe" else ranked[:k]


def slot_by_shares(scores, opens, close, buyable, leg, k, first, horizon, cost_bps=0):
    """One slot as an account with a number of shares of each name, and cash."""
    days, assets = scores.shape
    cash, shares, last_close = 1.0, dict.fromkeys(range(assets), 0.0), dict.fromkeys(range(assets))
    values = [1.0]
    for day in range(days):
        if day and day % horizon == first:
            price = {i: last_close[i] if np.isnan(opens[day, i]) else opens[day, i] for i in shares}
            held = {i: shares[i] * price[i] if shares[i] else 0.0 for i in shares}
            total = cash + sum(held.values())
            names = names_of(scores[day - 1], leg, k)
            wanted = {i: total / len(names) if i in names else 0.0 for i in shares}
            for i in shares:
                if not buyable[day, i] or np.isnan(opens[day, i]):
                    wanted[i] = min(wanted[i], held[i])
            traded = sum(abs(wanted[i] - held[i]) for i in shares)
            kept = 1 - cost_bps / 1e4 * traded / total  # all positions shrink by the costs
            shares = {i: kept * wanted[i] / price[i] if wanted[i] else 0.0 for i in shares}
            cash = kept * (total - sum(wanted.values()))
        for i in shares:
            if not np.isnan(close[day, i]):
                last_close[i] = close[day, i]
        values.append(cash + sum(shares[i] * last_close[i] for i in shares if shares[i]))
    return np.array(values[1:]) / np.array(values[:-1]) - 1


def test_three_assets_by_hand():
    """Day 1 buys A at 10, close 11. Day 2 sells A at 12 and buys B at 20, close 22."""
    nan = np.nan
    scores = np.array([[3.0, 2, 1], [2, 3, 1], [nan, nan, nan]])
    opens = np.array([[9.0, 18, 5], [10, 19, 5], [12, 20, 4]])
    close = np.array([[9.5, 18, 5], [11, 19, 5], [12, 22, 5]])

    result = tranche_backtest(scores, opens, close, close > 0, k=1, horizon=1, costs_bps=(0, 10))

    day_2 = 12 / 11 * 22 / 20
    np.testing.assert_allclose(result.gross["top"], [0, 0.10, day_2 - 1])
    np.testing.assert_allclose(result.gross["bottom"], [0, 0, 4 / 5 * 5 / 4 - 1], atol=1e-15)
    np.testing.assert_allclose(result.gross["long_short"], [0, 0.10, day_2 - 1], atol=1e-15)
    np.testing.assert_allclose(result.turnover["top"], [0, 0.5, 1.0])
    np.testing.assert_allclose(result.turnover["bottom"], [0, 0.5, 0.0])
    np.testing.assert_allclose(
        result.net[10]["top"], [0, 1.10 * 0.999 - 1, day_2 * 0.998 - 1], atol=1e-15
    )
    # The short leg stays in C on day 2 and pays for its entry on day 1 only.
    np.testing.assert_allclose(
        result.net[10]["long_short"], [0, 1.10 * 0.999 - 1 - 0.001, day_2 * 0.998 - 1], atol=1e-15
    )
    universe = (11 / 10 + 1 + 1) / 3 - 1
    assert result.gross["universe"][1] == pytest.approx(universe)


@pytest.mark.parametrize("make", [market, dirty_market])
@pytest.mark.parametrize("cost", [0, 20])
def test_the_portfolio_is_the_mean_of_independent_accounts(make, cost):
    tables, k, horizon = make(), 3, 5

    result = tranche_backtest(*tables, k=k, horizon=horizon, costs_bps=(cost,))

    for leg in ("top", "bottom", "universe"):
        accounts = [
            slot_by_shares(*tables, leg, k, first, horizon, cost) for first in range(horizon)
        ]
        np.testing.assert_allclose(result.net[cost][leg], np.mean(accounts, axis=0), atol=1e-13)


def test_non_overlapping_runs_are_the_slots_of_the_tranches():
    tables = dirty_market()

    runs = non_overlapping(*tables, k=3, horizon=4, cost_bps=10)
    result = tranche_backtest(*tables, k=3, horizon=4, costs_bps=(10,))

    assert len(runs) == 4
    pd.testing.assert_frame_equal(sum(runs) / 4, result.net[10])


def test_buying_the_universe_and_holding_it_is_the_benchmark():
    scores, opens, close, buyable = market(days=30)

    run = non_overlapping(scores, opens, close, buyable, k=12, horizon=30)[1]

    nav = (close[1:] / opens[1]).mean(axis=1)
    np.testing.assert_allclose((1 + run["top"]).cumprod()[1:], nav)
    np.testing.assert_allclose(run["universe"], run["top"], atol=1e-15)
    np.testing.assert_allclose(run["long_short"], 0, atol=1e-15)


def test_entry_at_the_close_misses_the_day_of_entry():
    scores, _, close, buyable = market()

    result = tranche_backtest(scores, close, close, buyable, k=12, horizon=1)

    daily = (close[1:] / close[:-1] - 1).mean(axis=1)
    np.testing.assert_allclose(result.gross["universe"][2:], daily[1:])
    assert result.gross["universe"][1] == 0


def test_replacing_all_names_every_time_turns_over_one_slot_a_day():
    scores, opens, close, buyable = market(days=20, assets=4)
    scores[:] = [1, 1, 0, 0]
    scores[np.arange(20) % 4 >= 2] = [0, 0, 1, 1]

    result = tranche_backtest(scores, opens, close, buyable, k=2, horizon=2)

    turnover = result.turnover
    assert (result.stale_sales == 0).all(axis=None)
    assert (result.unfilled == 0).all(axis=None)
    np.testing.assert_allclose(turnover["top"][3:], 1 / 2)
    np.testing.assert_allclose(turnover["long_short"], turnover["top"] + turnover["bottom"])


def test_names_that_stay_are_traded_by_their_drift_only():
    scores, opens, close, buyable = market(days=8, assets=3)
    scores[:] = [2, 2, 1]

    result = tranche_backtest(scores, opens, close, buyable, k=2, horizon=4)

    # Slot 1 buys at open 1, and at open 5 goes back from its drifted weights to halves.
    growth = opens[5, :2] / opens[1, :2]
    drifted = growth / growth.sum()
    assert result.turnover["top"][1] == pytest.approx(0.5 / 4)
    assert result.turnover["top"][5] == pytest.approx(np.abs(0.5 - drifted).sum() / 2 / 4)


def test_a_name_at_its_limit_stays_unbought_and_its_money_in_cash():
    scores, opens, close, buyable = market(days=6, assets=3)
    scores[:] = [3, 2, 1]
    buyable[1, 0] = False

    result = tranche_backtest(scores, opens, close, buyable, k=2, horizon=6)

    assert list(result.unfilled["top"]) == [0, 1, 0, 0, 0, 0]
    assert result.gross["top"][1] == pytest.approx((close[1, 1] / opens[1, 1] - 1) / 2 / 6)
    assert result.turnover["top"][1] == pytest.approx(0.25 / 6)


def test_a_name_held_already_is_kept_at_its_limit():
    scores, opens, close, buyable = market(days=4, assets=3)
    scores[:] = [3, 2, 1]
    buyable[2:, 0] = False

    result = tranche_backtest(scores, opens, close, buyable, k=1, horizon=1)

    assert list(result.unfilled["top"]) == [0, 0, 0, 0]
    assert list(result.turnover["top"]) == [0, 0.5, 0, 0]


def test_a_suspended_name_is_sold_at_its_last_close_and_counted():
    scores, opens, close, buyable = market(days=5, assets=3)
    scores[:] = [3, 2, 1]
    scores[1:] = [1, 2, 3]
    opens[2:4, 0] = close[2:4, 0] = np.nan  # suspended while the slot wants to sell it

    result = tranche_backtest(scores, opens, close, buyable, k=1, horizon=1)

    assert list(result.stale_sales["top"]) == [0, 0, 1, 0, 0]
    assert result.gross["top"][2] == pytest.approx(close[2, 2] / opens[2, 2] - 1)


def test_days_without_scores_bring_the_slots_home():
    scores, opens, close, buyable = market(days=10)
    scores[5:] = np.nan

    result = tranche_backtest(scores, opens, close, buyable, k=3, horizon=2)

    assert (result.gross["top"][:8] != 0).sum() == 7
    assert (result.gross["top"][8:] == 0).all()


def test_nothing_after_a_day_changes_that_day():
    tables = dirty_market()
    changed = [table.copy() for table in tables]
    for table, noise in zip(changed, (0.0, 99.0, 99.0, False), strict=True):
        table[20:] = noise

    before, after = (tranche_backtest(*t, k=3, horizon=5) for t in (tables, changed))

    pd.testing.assert_frame_equal(before.gross[:20], after.gross[:20])
    pd.testing.assert_frame_equal(before.net[20][:20], after.net[20][:20])


def test_five_day_returns_taken_as_daily_inflate_sharpe_by_the_root_of_five():
    rng = np.random.default_rng(5)
    close = 10 * np.exp((0.001 + 0.01 * rng.standard_normal((6000, 4))).cumsum(axis=0))
    scores = np.broadcast_to([4.0, 3.0, 2.0, 1.0], close.shape)

    naive = naive_overlap(scores, close, k=2, horizon=5)
    real = tranche_backtest(scores, close, close, close > 0, k=2, horizon=5)

    ratio = performance(naive["top"]).sharpe / performance(real.gross["top"]).sharpe
    assert ratio == pytest.approx(np.sqrt(5), rel=0.1)
    np.testing.assert_allclose(
        naive["top"], (close[5:, :2] / close[:-5, :2] - 1).mean(axis=1), atol=1e-14
    )


def test_frames_keep_their_dates_and_must_agree():
    scores, opens, close, buyable = market()
    dates = pd.bdate_range("2020-01-01", periods=len(scores))
    frames = [pd.DataFrame(table, dates) for table in (scores, opens, close, buyable)]

    result = tranche_backtest(*frames, k=3, horizon=5)

    arrays = tranche_backtest(scores, opens, close, buyable, k=3, horizon=5)
    assert result.gross.index.equals(dates)
    np.testing.assert_array_equal(result.gross, arrays.gross)
    assert naive_overlap(frames[0], frames[2], k=3, horizon=5).index.equals(dates[:-5])
    frames[2] = frames[2].shift(freq="B")
    message = r"^close and scores have different dates or assets: reindex one like the other$"
    with pytest.raises(ValueError, match=message):
        tranche_backtest(*frames, k=3, horizon=5)


def test_wrong_settings_are_refused():
    scores, opens, close, buyable = market()

    with pytest.raises(ValueError, match=r"^k is 0 and horizon 5: both must be at least 1$"):
        tranche_backtest(scores, opens, close, buyable, k=0, horizon=5)
    with pytest.raises(ValueError, match=r"^close has shape \(40, 11\), scores \(40, 12\)$"):
        tranche_backtest(scores, opens, close[:, 1:], buyable, k=3, horizon=5)
