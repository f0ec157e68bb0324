"""The simulated account against identities and the simple backtest."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from deep_alpha.backtest.exchange import DutyRule, ExchangeRules
from deep_alpha.backtest.simulator import SimulatorSettings, simulate
from deep_alpha.backtest.trading import TradingDays, trading_days
from deep_alpha.errors import DeepAlphaError
from deep_alpha.panel import build_panel
from tests.backtest.test_exchange import rules_of
from tests.backtest.tranche_oracle import non_overlapping

FREE = ExchangeRules(slippage_bps=0)
COSTLY = ExchangeRules(
    commission=0.001,
    minimum_commission=5,
    slippage_bps=10,
    impact=0.5,
    stamp_duty=(DutyRule(rate=0.002),),
)
FRACTIONS = SimulatorSettings(whole_lots=False)
LOTS = SimulatorSettings()


def quiet_days(execution, close, rules=FREE, lot=1.0) -> TradingDays:
    """A market without limits or delisting, where NaN executions are suspensions."""
    execution, close = np.array(execution, dtype=float), np.array(close, dtype=float)
    count, assets = close.shape
    dates = pd.DatetimeIndex(pd.bdate_range("2020-01-01", periods=count))
    return TradingDays(
        dates=dates,
        assets=pd.Index([f"A{k}" for k in range(assets)]),
        execution=execution,
        close=pd.DataFrame(close).ffill().to_numpy(copy=True),
        raw_execution=execution.copy(),
        can_buy=~np.isnan(execution),
        can_sell=~np.isnan(execution),
        amount=np.full(close.shape, 1e8, dtype=np.float32),
        volatility=np.full(close.shape, 0.02, dtype=np.float32),
        lot=np.full(assets, lot),
        minimum=np.full(assets, lot),
        duty=rules.duty_rates(dates),
        delisted_on=np.full(assets, count),
    )


def random_days(count=40, assets=12, seed=0, rules=FREE, lot=1.0) -> TradingDays:
    rng = np.random.default_rng(seed)
    intraday, overnight = 0.01 * rng.standard_normal((2, count, assets))
    close = 10 * np.exp((intraday + overnight).cumsum(axis=0))
    return quiet_days(close * np.exp(-intraday), close, rules, lot)


def even(days, decided, share=1.0):
    """Equal weights at the closes of some days."""
    weights = np.full((len(decided), len(days.assets)), share / len(days.assets))
    return pd.DataFrame(weights, days.dates[decided], days.assets)


def random_targets(days, every=3, share=1.0, seed=1):
    rng = np.random.default_rng(seed)
    dates = days.dates[::every]
    wishes = rng.random((len(dates), len(days.assets))) * rng.integers(0, 2, len(days.assets))
    weights = share * wishes / wishes.sum(axis=1, keepdims=True)
    return pd.DataFrame(weights, dates, days.assets)


def test_buying_the_universe_and_holding_it_is_the_benchmark():
    days = random_days()

    account = simulate(even(days, [0]), days, FREE, FRACTIONS)

    benchmark = (days.close[1:] / days.execution[1]).mean(axis=1)
    np.testing.assert_allclose(account.nav.iloc[1:] / 1e8, benchmark, rtol=1e-12)
    assert account.turnover.iloc[1] == pytest.approx(0.5)
    assert (account.turnover.iloc[2:] == 0).all()
    assert (account.unfilled == 0).all(axis=None)


def test_without_costs_the_value_follows_the_weights():
    days = random_days()
    targets = random_targets(days, every=1)

    account = simulate(targets, days, FREE, FRACTIONS)

    weights = targets.to_numpy()
    growth = (weights[:-1] * days.close[1:] / days.execution[1:]).sum(axis=1)
    overnight = (weights[:-2] * days.close[1:-1] / days.execution[1:-1]) / growth[:-1, None]
    overnight = (overnight * days.execution[2:] / days.close[1:-1]).sum(axis=1)
    expected = np.cumprod(growth * np.concatenate([[1], overnight]))
    np.testing.assert_allclose(account.nav.iloc[1:] / 1e8, expected, rtol=1e-12)


def test_turnover_is_half_the_distance_from_the_drifted_weights():
    days = random_days(count=6)
    first, second = random_targets(days, every=3, share=0.9).to_numpy()
    targets = {days.dates[0]: first, days.dates[3]: second}

    account = simulate(targets, days, FREE, FRACTIONS)

    grown = first * days.execution[4] / days.execution[1]
    drifted = grown / (grown.sum() + 0.1)
    assert account.turnover.iloc[4] == pytest.approx(np.abs(second - drifted).sum() / 2)


def test_costs_are_the_gap_to_the_run_without_where_the_fills_are_equal():
    days = random_days(rules=COSTLY, lot=100.0)
    capital = 1e6  # a lot of a name is a tenth of a per cent: costs do not change their number
    targets = even(days, [0], share=0.8)
    targets.loc[days.dates[10]] = 0.0  # then everything is sold

    costly, free = (
        simulate(targets, days, COSTLY, SimulatorSettings(capital=capital, cost_multiple=multiple))
        for multiple in (1, 0)
    )

    gap = free.nav - costly.nav
    np.testing.assert_allclose(gap, costly.costs.sum(axis=1).cumsum(), rtol=1e-9, atol=1e-9)
    assert (costly.costs.iloc[11] > 0).all()
    assert (free.costs == 0).all(axis=None)
    assert costly.cash.iloc[-1] == costly.nav.iloc[-1]


def test_fully_invested_weights_are_those_of_the_value_after_costs():
    days = random_days(rules=COSTLY)
    settings = SimulatorSettings(whole_lots=False, record_weights=True)

    account = simulate(even(days, [0]), days, COSTLY, settings)

    assert account.cash.iloc[1:].abs().max() < 1e-4  # of 1e8
    assert (account.unfilled == 0).all(axis=None)  # what costs take away is no unfilled order
    assert (account.turnover.iloc[2:] == 0).all()
    spread = account.weights.iloc[1] / (days.close[1] / days.execution[1])
    np.testing.assert_allclose(spread, spread.iloc[0], rtol=1e-6)

    rotated = simulate(random_targets(days), days, COSTLY, settings)
    assert (rotated.costs.loc[days.dates[4]] > 0).all()
    assert (rotated.unfilled == 0).all(axis=None)


def test_rounding_makes_no_orders():
    prices = np.tile(np.random.default_rng(2).uniform(1, 100, 50), (6, 1))
    days = quiet_days(prices, prices)
    weights = prices[0] / prices[0].sum() * 0.9

    account = simulate(dict.fromkeys(days.dates, weights), days, FREE, FRACTIONS)

    assert list(account.turnover > 0) == [False, True, False, False, False, False]


@pytest.mark.parametrize("offset", [0, 1, 4])
@pytest.mark.parametrize("leg", ["top", "bottom", "universe"])
def test_it_agrees_with_the_simple_backtest_where_that_is_exact(leg, offset):
    days = random_days(count=60)
    rng = np.random.default_rng(4)
    days.can_buy[:] = rng.random(days.can_buy.shape) > 0.3
    scores = rng.standard_normal(days.close.shape).cumsum(axis=0)
    horizon, k = 5, 4
    tables = (scores, days.execution, days.close, days.can_buy)

    simple = non_overlapping(*tables, k=k, horizon=horizon)[offset][leg]

    order = np.argsort(-scores if leg == "top" else scores, axis=1)
    chosen = np.zeros_like(scores)
    np.put_along_axis(chosen, order[:, : 12 if leg == "universe" else k], 1.0, axis=1)
    decided = [day - 1 for day in range(1, 60) if day % horizon == offset]
    weights = chosen[decided] / chosen[decided].sum(axis=1, keepdims=True)
    targets = pd.DataFrame(weights, days.dates[decided], days.assets)
    settings = SimulatorSettings(whole_lots=False, unfilled="cancel")
    account = simulate(targets, days, FREE, settings)

    np.testing.assert_allclose(account.returns, simple, atol=1e-12)
    assert account.unfilled["limit"].sum() > 0

    # With costs the two differ in the second order only: here they are paid by the buys.
    net = non_overlapping(*tables, k=k, horizon=horizon, cost_bps=5)[offset][leg]
    rules = ExchangeRules(slippage_bps=5)
    costly = simulate(targets, days, rules, settings)
    np.testing.assert_allclose(costly.returns, net, atol=1e-5)


def test_open_orders_are_for_the_same_units_until_they_are_filled_or_replaced():
    prices = np.full((8, 2), 10.0)
    prices[1:3, 0] = np.nan
    prices[3, 0] = 12.0
    prices[6, 1] = np.nan
    days = quiet_days(prices, prices)
    targets = {days.dates[0]: [0.4, 0.4], days.dates[5]: [0.6, 0.0], days.dates[6]: [0.0, 0.2]}

    keep = simulate(targets, days, FREE, FRACTIONS.model_copy(update={"capital": 100.0}))
    cancel = simulate(
        targets, days, FREE, SimulatorSettings(whole_lots=False, capital=100, unfilled="cancel")
    )

    # A0 is wanted for 40 at its last close, so for four units; they cost 48 on day 3. On day 6
    # A1 can not be sold, and A0 takes the cash; the next decision sells A1 to 0.2 of 92 only.
    assert list(keep.cash) == pytest.approx([100, 60, 60, 12, 12, 12, 0, 92 - 18.4])
    assert list(keep.unfilled["suspended"]) == [0, 1, 1, 0, 0, 0, 1, 0]
    assert list(cancel.cash.iloc[:6]) == pytest.approx([100, 60, 60, 60, 60, 60])
    assert list(cancel.unfilled["suspended"]) == [0, 1, 0, 0, 0, 0, 1, 0]


def test_without_trading_the_last_close_before_sizes_an_order():
    prices = np.full((4, 1), 10.0)
    days = quiet_days(prices, prices)
    days.execution[1] = np.nan
    days.close[1] = 20.0  # a bar without volume: known after the order only

    account = simulate({days.dates[0]: [0.4]}, days, FREE, FRACTIONS)

    assert account.cash.iloc[2] == pytest.approx(0.6e8)


def test_a_late_sale_pays_for_the_buys_that_waited_for_it():
    prices = np.full((6, 2), 10.0)
    days = quiet_days(prices, prices)
    days.can_sell[2:4, 0] = False
    targets = {days.dates[0]: [0.8, 0.0], days.dates[1]: [0.0, 1.0]}

    account = simulate(targets, days, FREE, FRACTIONS.model_copy(update={"capital": 100.0}))

    assert list(account.cash) == pytest.approx([100, 20, 0, 0, 0, 0])
    assert list(account.turnover) == pytest.approx([0, 0.4, 0.1, 0, 0.8, 0])
    assert list(account.unfilled["limit"]) == [0, 0, 1, 1, 0, 0]
    assert list(account.unfilled["cash"]) == [0, 0, 1, 1, 0, 0]
    cut = account.orders[account.orders["reason"] == "cash"]
    np.testing.assert_allclose(cut["wanted"], [100, 80])
    np.testing.assert_allclose(cut["filled"], [20, 0])


def test_buys_are_cut_pro_rata_when_a_sale_fails():
    prices = np.full((3, 4), 10.0)
    days = quiet_days(prices, prices)
    days.can_sell[2, 0] = False
    targets = {days.dates[0]: [0.6, 0, 0, 0], days.dates[1]: [0, 0.5, 0.3, 0.2]}

    account = simulate(
        targets, days, COSTLY, SimulatorSettings(whole_lots=False, record_weights=True)
    )

    bought = account.weights.iloc[2, 1:]
    np.testing.assert_allclose(bought / bought.sum(), [0.5, 0.3, 0.2], rtol=1e-3)
    assert abs(account.cash.iloc[2]) < 1e-6
    assert account.unfilled.loc[days.dates[2], "cash"] == 3


def test_in_whole_lots_the_cut_is_pro_rata_to_within_a_lot():
    prices = np.full((2, 4), 10.0)
    days = quiet_days(prices, prices, lot=100.0)
    rules = ExchangeRules(slippage_bps=100)
    targets = {days.dates[0]: [0.4, 0.3, 0.2, 0.1]}
    settings = SimulatorSettings(capital=100_000, record_fills=True)

    account = simulate(targets, days, rules, settings)

    # 40, 30, 20 and 10 lots at 1,010 with costs; 100,000 pays for 99 of them. Cut to 0.99 the
    # orders are 39.6, 29.7, 19.8 and 9.9 lots, rounded down 96: the three that lose most, the
    # last ones, get their lot back.
    assert list(account.fills["value"]) == [39_000, 30_000, 20_000, 10_000]
    assert account.cash.iloc[1] == pytest.approx(100_000 - 99 * 1_010)


@pytest.mark.parametrize("settlement", [0, 1, 2, 4])
def test_what_was_bought_waits_for_its_settlement(settlement):
    prices = np.full((8, 1), 10.0)
    days = quiet_days(prices, prices)
    rules = ExchangeRules(slippage_bps=0, settlement_days=settlement)
    targets = {days.dates[0]: [0.5], days.dates[1]: [0.75], days.dates[2]: [0.0]}

    account = simulate(targets, days, rules, FRACTIONS.model_copy(update={"capital": 100.0}))

    # Half is bought on day 1 and a quarter on day 2; from day 3 on all of it shall go.
    cash = {
        0: [100, 50, 25, 100, 100, 100, 100, 100],
        1: [100, 50, 25, 100, 100, 100, 100, 100],
        2: [100, 50, 25, 75, 100, 100, 100, 100],
        4: [100, 50, 25, 25, 25, 75, 100, 100],
    }[settlement]
    assert list(account.cash) == pytest.approx(cash)
    refused = np.array(cash)[3:] < 100
    assert list(account.unfilled["settlement"].iloc[3:]) == list(refused)


def test_odd_shares_are_sold_with_the_whole_position_only():
    prices = np.full((6, 1), 10.0)
    days = quiet_days(prices, prices, lot=100.0)
    days.raw_execution[2:] = 10 / 1.5  # three shares for two: 1,000 have become 1,500
    days.raw_execution[3:] = 10 / 1.53  # then a dividend, reinvested: 1,530
    targets = {days.dates[0]: [0.1], days.dates[2]: [0.05], days.dates[4]: [0.0]}

    account = simulate(targets, days, FREE, SimulatorSettings(capital=100_000, record_fills=True))

    shares = account.fills["value"] / days.raw_execution[[1, 3, 5], 0]
    np.testing.assert_allclose(shares, [1_000, 700, 830])
    assert account.cash.iloc[-1] == pytest.approx(100_000)
    assert (account.unfilled == 0).all(axis=None)


def test_a_thousand_shares_are_ten_lots_whatever_the_rounding():
    raw = np.round(np.random.default_rng(0).uniform(1, 100, 1_000), 2)
    days = quiet_days([raw, raw], [raw, raw], lot=100.0)

    targets = {days.dates[0]: 1_000 * raw / 1e8}
    account = simulate(targets, days, FREE, SimulatorSettings(record_fills=True))

    np.testing.assert_allclose(account.fills["value"] / raw, 1_000)


def test_a_sale_that_costs_more_than_it_brings_is_not_made():
    prices = np.array([[10.0], [10.0], [0.1], [0.1]])
    days = quiet_days(prices, prices)
    rules = ExchangeRules(minimum_commission=5, slippage_bps=0)
    targets = {days.dates[0]: [0.1], days.dates[1]: [0.0]}

    account = simulate(targets, days, rules, FRACTIONS.model_copy(update={"capital": 200.0}))

    assert list(account.cash) == [200, 175, 175, 175]
    assert list(account.unfilled["cash"]) == [0, 0, 1, 1]
    assert account.nav.iloc[-1] == pytest.approx(175 + 2 * 0.1)


def test_names_that_are_not_listed_yet_or_not_any_more_can_not_be_wanted():
    prices = np.full((6, 2), 10.0)
    prices[:3, 0] = prices[3:, 1] = np.nan
    days = quiet_days(prices, prices)
    days.delisted_on[1] = 3
    half = [0.5, 0.5]
    targets = {days.dates[day]: half for day in (0, 2, 3)}

    account = simulate(targets, days, FREE, FRACTIONS.model_copy(update={"capital": 100.0}))

    assert list(account.cash) == pytest.approx([100, 50, 50, 50, 50, 50])
    assert list(account.unfilled["suspended"]) == [0, 1, 0, 0, 0, 0]
    assert list(account.unfilled["delisted"]) == [0, 0, 0, 1, 1, 0]
    assert list(account.delisted["paid"]) == [50]  # on day 3, and buys A0 on the same day
    assert account.nav.iloc[-1] == pytest.approx(100)


def test_an_order_that_is_open_when_its_asset_is_delisted_lapses():
    prices = np.full((6, 2), 10.0)
    prices[3:, 1] = np.nan
    days = quiet_days(prices, prices)
    days.can_buy[1:3, 1] = False
    days.delisted_on[1] = 3

    account = simulate({days.dates[0]: [0.5, 0.5]}, days, FREE, FRACTIONS)

    assert list(account.unfilled.sum(axis=1)) == [0, 1, 1, 0, 0, 0]


def test_a_frame_and_a_mapping_say_the_same():
    days = random_days()
    frame = random_targets(days, every=1).iloc[:, 2:]  # no column: no weight
    frame = frame.div(frame.sum(axis=1), axis=0)
    frame.iloc[[3, 4, 9]] = np.nan
    frame.iloc[5, 2:4] = np.nan
    whole = frame.reindex(columns=days.assets).fillna(0.0).to_numpy()
    mapping = {
        when.date(): whole[place]
        for place, when in enumerate(frame.index)
        if place not in (3, 4, 9)
    }

    one, other = (simulate(targets, days, FREE, LOTS) for targets in (frame, mapping))

    pd.testing.assert_series_equal(one.nav, other.nav)
    assert (one.turnover.iloc[[4, 5, 10]] == 0).all()
    assert (one.turnover.iloc[[6, 11]] > 0).all()


def test_the_rounding_of_an_optimiser_is_taken_off():
    days = random_days(count=5, assets=3)
    exact, rounded = [0.5, 0.5, 0.0], [0.5 + 2e-7, 0.5 + 2e-7, -1e-9]

    one, other = (
        simulate({days.dates[0]: weights}, days, FREE, FRACTIONS) for weights in (exact, rounded)
    )

    np.testing.assert_allclose(one.nav, other.nav, rtol=1e-12)
    assert (other.unfilled == 0).all(axis=None)


def test_without_a_decision_that_can_trade_everything_stays_in_cash():
    days = random_days(count=5)
    for targets in ({}, even(days, []), even(days, [4])):
        account = simulate(targets, days, COSTLY, LOTS)
        assert (account.nav == 1e8).all()
        assert (account.returns == 0).all()
        assert account.orders.empty
        assert account.delisted.empty


def test_nothing_after_a_day_changes_that_day():
    days = random_days(rules=COSTLY)
    changed = random_days(rules=COSTLY)
    changed.execution[20:] = changed.raw_execution[20:] = changed.close[20:] = 99.0
    changed.can_sell[20:] = False
    targets = random_targets(days, every=1)
    other = targets.copy()
    other.iloc[20:] = 0.0

    before, after = (
        simulate(wishes, market, COSTLY, LOTS)
        for wishes, market in ((targets, days), (other, changed))
    )

    pd.testing.assert_series_equal(before.nav.iloc[:20], after.nav.iloc[:20])
    pd.testing.assert_frame_equal(before.costs.iloc[:20], after.costs.iloc[:20])


def test_a_part_of_the_days_is_simulated_as_the_whole(small_panel):
    days = trading_days(small_panel, "open", COSTLY)
    targets = random_targets(days.between(days.dates[60]), every=4)

    whole = simulate(targets, days, COSTLY, LOTS)
    part = simulate(targets, days.between(days.dates[60]), COSTLY, LOTS)

    pd.testing.assert_series_equal(whole.nav.iloc[60:], part.nav)


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ({date(2020, 1, 4): [0.5, 0.5]}, "targets: 2020-01-04 is no trading day of the market"),
        ({date(2020, 1, 2): [0.6, 0.5]}, "targets: 2020-01-02 has weights that sum to more than 1"),
        ({date(2020, 1, 2): [1.1, -0.1]}, "targets: 2020-01-02 has a negative weight"),
        ({date(2020, 1, 2): [np.inf, 0]}, "targets: 2020-01-02 has weights that sum to more"),
        ({date(2020, 1, 2): [1.0]}, "targets have 1 weights a day, the market 2 assets"),
        (
            pd.DataFrame({"A0": [0.1, 0.2]}, pd.DatetimeIndex(["2020-01-02"] * 2)),
            "targets: 2020-01-02 occurs twice",
        ),
        (
            pd.DataFrame({"B7": [0.1]}, pd.DatetimeIndex(["2020-01-02"])),
            "targets: asset 'B7' is not in the market",
        ),
    ],
)
def test_impossible_targets_are_refused(targets, message):
    days = random_days(count=5, assets=2)

    with pytest.raises(DeepAlphaError, match=f"^{message}"):
        simulate(targets, days, FREE, LOTS)


@pytest.mark.real
def test_holding_real_shares_earns_what_they_earned(real_data):
    """Two hundred A-shares over half a year, with their splits, dividends and suspensions."""
    names = pq.read_table(real_data / "ashare" / "assets.parquet", columns=["asset"])
    chosen = names["asset"].to_pylist()[::24]
    span = [("date", ">=", date(2020, 5, 6)), ("date", "<=", date(2020, 10, 30))]
    path = real_data / "ashare" / "bars.parquet"
    bars = pq.read_table(path, filters=[*span, ("asset", "in", chosen)]).to_pandas()
    panel = build_panel(bars)
    rules = rules_of("base", "ashare")
    days = trading_days(panel, "vwap", rules)
    bought = days.can_buy[1]
    weights = pd.DataFrame([bought / bought.sum()], days.dates[:1], days.assets)

    account = simulate(weights, days, rules, SimulatorSettings(record_fills=True))

    growth = days.close[1:, bought] / days.execution[1, bought]
    np.testing.assert_allclose(account.nav.iloc[1:] / 1e8, growth.mean(axis=1), rtol=2e-3)
    assert 0 <= account.cash.iloc[1] < 1e5
    assert account.cash.iloc[-1] - account.cash.iloc[1] == pytest.approx(
        account.delisted["paid"].sum()
    )
    star = account.fills["asset"].str.startswith("688")
    lots = account.fills["value"] / days.raw_execution[1, bought] / np.where(star, 1, 100)
    np.testing.assert_allclose(lots, lots.round(), atol=1e-4)
    assert star.any()
    assert (np.diff(days.execution / days.raw_execution, axis=0) > 1e-3).any()  # ex-dates
