"""No order creates or loses money: random markets, rules and wishes, checked twice.

Once from the fills alone: cash and positions are added up again, order by order, and every
fill is held against the market and the rules. And once against a slow account that fills the
same orders one after the other, in plain Python and in another way: in shares of the day, with
the affordable part of the buys found by halving.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deep_alpha.backtest.exchange import DutyRule, ExchangeRules
from deep_alpha.backtest.simulator import SimulatorSettings, simulate
from deep_alpha.backtest.trading import TradingDays

DAYS, ASSETS = 25, 6
NEVER = DAYS


@dataclass
class Case:
    """A market, its rules, and what somebody wants to hold."""

    days: TradingDays
    rules: ExchangeRules
    settings: SimulatorSettings
    targets: pd.DataFrame


def random_market(rng: np.random.Generator, rules: ExchangeRules, lots: bool) -> TradingDays:
    shape = (DAYS, ASSETS)
    close = 20 * np.exp((0.05 * rng.standard_normal(shape)).cumsum(axis=0))
    execution = close * np.exp(0.03 * rng.standard_normal(shape))
    execution[rng.random(shape) < 0.15] = np.nan
    delisted_on = np.where(rng.random(ASSETS) < 0.3, rng.integers(5, DAYS, ASSETS), NEVER)
    listed_on = np.where(rng.random(ASSETS) < 0.3, rng.integers(1, 8, ASSETS), 0)
    position = np.arange(DAYS)[:, None]
    execution[(position >= delisted_on) | (position < listed_on)] = np.nan
    ratio = np.cumprod(np.where(rng.random(shape) < 0.05, 1.7, 1.0), axis=0)  # splits
    dates = pd.DatetimeIndex(pd.bdate_range("2021-01-04", periods=DAYS))
    traded = ~np.isnan(execution)
    marked = pd.DataFrame(np.where(traded, close, np.nan)).ffill().to_numpy()
    lot = rng.choice([1.0, 10.0, 100.0], ASSETS) if lots else np.ones(ASSETS)
    return TradingDays(
        dates=dates,
        assets=pd.Index([f"A{k}" for k in range(ASSETS)]),
        execution=execution,
        close=marked,
        raw_execution=execution / ratio,
        can_buy=traded & (rng.random(shape) > 0.15),
        can_sell=traded & (rng.random(shape) > 0.15),
        amount=rng.uniform(1e4, 1e6, shape).astype(np.float32),
        volatility=np.where(rng.random(shape) < 0.1, np.nan, 0.03).astype(np.float32),
        lot=lot,
        minimum=lot * rng.choice([1.0, 2.0], ASSETS),
        duty=rules.duty_rates(dates),
        delisted_on=delisted_on,
    )


def case(seed: int, rules: ExchangeRules, how: SimulatorSettings, every: int, share: float) -> Case:
    rng = np.random.default_rng(seed)
    days = random_market(rng, rules, how.whole_lots)
    wishes = rng.random((DAYS, ASSETS)) * (rng.random((DAYS, ASSETS)) < 0.6)
    wishes[:, 0] += 1e-3
    wishes *= share / wishes.sum(axis=1, keepdims=True)
    targets = pd.DataFrame(wishes, days.dates, days.assets)[::every]
    return Case(days, rules, how, targets)


def cases() -> st.SearchStrategy[Case]:
    rules = st.builds(
        ExchangeRules,
        commission=st.sampled_from([0.0, 0.002]),
        minimum_commission=st.sampled_from([0.0, 5.0, 40.0]),
        stamp_duty=st.sampled_from([(), (DutyRule(rate=0.01),)]),
        slippage_bps=st.sampled_from([0.0, 30.0]),
        impact=st.sampled_from([0.0, 1.0]),
        settlement_days=st.sampled_from([0, 1, 2, 4]),
        delisting_recovery=st.sampled_from([0.0, 0.4, 1.0]),
    )
    how = st.builds(
        SimulatorSettings,
        capital=st.sampled_from([1e3, 1e5]),
        whole_lots=st.booleans(),
        unfilled=st.sampled_from(["keep", "cancel"]),
        cost_multiple=st.sampled_from([0.0, 1.0, 2.5]),
        record_fills=st.just(True),
        record_weights=st.just(True),
    )
    seeds, every, share = st.integers(0, 10_000), st.integers(1, 6), st.sampled_from([0.7, 1.0])
    return st.builds(case, seeds, rules, how, every, share)


@settings(max_examples=40, deadline=None)
@given(cases())
def test_the_fills_account_for_every_cent(example):
    days, rules, how = example.days, example.rules, example.settings
    account = simulate(example.targets, days, rules, how)

    cash, units = how.capital, np.zeros(ASSETS)
    bought = np.zeros((DAYS, ASSETS))
    places = {name: place for place, name in enumerate(days.assets)}
    paid, filled = by_day(account.delisted), by_day(account.fills)
    for day, when in enumerate(days.dates):
        for row in paid.get(when, []):
            asset = places[row.asset]
            assert days.delisted_on[asset] == day
            assert row.value == pytest.approx(units[asset] * days.close[day - 1, asset])
            assert row.paid == pytest.approx(rules.delisting_recovery * row.value)
            cash, units[asset] = cash + row.paid, 0.0
        before = cash + marked_value(days, day, units)
        traded = 0.0
        for row in filled.get(when, []):
            asset = places[row.asset]
            costs = row.commission + row.duty + row.slippage + row.impact
            check_fill(example, day, asset, row, units[asset])
            if row.side == "buy":
                units[asset] += row.units
                bought[day, asset] = row.units
                cash -= row.value + costs
            else:
                settled = max(day - max(rules.settlement_days, 1), -1)
                unsettled = bought[settled + 1 : day, asset].sum()
                assert row.units <= (units[asset] - unsettled) * (1 + 1e-9) + 1e-9
                units[asset] = max(units[asset] - row.units, 0.0)
                cash += row.value - costs
                assert costs <= row.value
            traded += row.value
        held = np.where(units > 1e-12, units * np.nan_to_num(days.close[day]), 0.0)
        value = cash + held.sum()
        cent = 1e-9 * how.capital
        assert account.cash.iloc[day] == pytest.approx(cash, rel=1e-9, abs=cent)
        assert account.nav.iloc[day] == pytest.approx(value, rel=1e-9, abs=cent)
        assert account.cash.iloc[day] >= -1e-12 * how.capital
        if traded:
            assert account.turnover.iloc[day] == pytest.approx(traded / before / 2)
        if value > cent:
            np.testing.assert_allclose(account.weights.iloc[day], held / value, atol=1e-5)


def by_day(table):
    rows: dict[pd.Timestamp, list] = {}
    for row in table.itertuples():
        rows.setdefault(row.date, []).append(row)
    return rows


def marked_value(days, day, units):
    total = 0.0
    for asset in np.flatnonzero(units > 1e-12):
        price = days.execution[day, asset]
        total += units[asset] * (days.close[day - 1, asset] if np.isnan(price) else price)
    return total


def check_fill(example, day, asset, row, held):
    """One fill against the market, the lots and the costs of the day."""
    days, rules, multiple = example.days, example.rules, example.settings.cost_multiple
    buys = row.side == "buy"
    assert days.can_buy[day, asset] if buys else days.can_sell[day, asset]
    assert row.value == pytest.approx(row.units * days.execution[day, asset])
    if example.settings.whole_lots:
        shares = row.value / days.raw_execution[day, asset]
        lots = shares / days.lot[asset]
        whole_position = not buys and row.units == pytest.approx(held)
        assert whole_position or lots == pytest.approx(round(lots), abs=1e-6)
        assert not buys or shares >= days.minimum[asset] * (1 - 1e-9)
    least = rules.minimum_commission
    assert row.commission == pytest.approx(multiple * max(rules.commission * row.value, least))
    assert row.duty == pytest.approx(0 if buys else multiple * days.duty[day] * row.value)
    assert row.slippage == pytest.approx(multiple * rules.slippage_bps / 1e4 * row.value)
    size = row.value / float(days.amount[day, asset])
    impact = rules.impact * float(np.nan_to_num(days.volatility[day, asset])) * math.sqrt(size)
    assert row.impact == pytest.approx(multiple * impact * row.value, rel=1e-6)


class SlowAccount:
    """The same rules, one order after the other."""

    def __init__(self, example: Case) -> None:
        self.case = example
        self.cash = example.settings.capital
        self.units = dict.fromkeys(range(ASSETS), 0.0)
        self.open = dict.fromkeys(range(ASSETS), 0.0)
        self.purchases: list[tuple[int, int, float]] = []

    def run(self) -> tuple[list[float], list[float]]:
        days, decisions = self.case.days, self.case.targets
        value, cash = [], []
        for day in range(DAYS):
            self.pay_out(day)
            if day and days.dates[day - 1] in decisions.index:
                self.decide(day, decisions.loc[days.dates[day - 1]].to_numpy())
            self.trade(day)
            if self.case.settings.unfilled == "cancel":
                self.open = dict.fromkeys(range(ASSETS), 0.0)
            worth = [units * days.close[day, asset] for asset, units in self.units.items() if units]
            value.append(self.cash + sum(worth))
            cash.append(self.cash)
        return value, cash

    def mark(self, day: int, asset: int) -> float:
        price = self.case.days.execution[day, asset]
        return self.case.days.close[day - 1, asset] if math.isnan(price) else price

    def pay_out(self, day: int) -> None:
        for asset in range(ASSETS):
            if self.case.days.delisted_on[asset] == day:
                last = self.case.days.close[day - 1, asset]
                if self.units[asset]:
                    self.cash += self.case.rules.delisting_recovery * self.units[asset] * last
                self.units[asset] = self.open[asset] = 0.0

    def decide(self, day: int, weights: np.ndarray) -> None:
        value = self.cash + sum(
            units * self.mark(day, asset) for asset, units in self.units.items() if units
        )
        for asset in range(ASSETS):
            mark = self.mark(day, asset)
            wanted = weights[asset] * value
            if math.isnan(mark) or self.case.days.delisted_on[asset] <= day:
                wanted, mark = 0.0, mark if self.units[asset] else 1.0
            missing = wanted - self.units[asset] * mark
            self.open[asset] = missing / mark if abs(missing) > 1e-12 * value else 0.0

    def costs(self, day: int, asset: int, value: float, duty: float) -> float:
        rules, days = self.case.rules, self.case.days
        if value == 0:
            return 0.0
        volatility = float(days.volatility[day, asset])
        impact = 0.0 if math.isnan(volatility) else rules.impact * volatility
        impact *= math.sqrt(value / float(days.amount[day, asset]))
        commission = max(rules.commission * value, rules.minimum_commission)
        rest = (duty + rules.slippage_bps / 1e4 + impact) * value
        return self.case.settings.cost_multiple * (commission + rest)

    def trade(self, day: int) -> None:
        saved = sum(self.sell(day, asset) for asset in range(ASSETS) if self.open[asset] < 0)
        self.buy(day, self.cash + saved)

    def sell(self, day: int, asset: int) -> float:
        """Sell one asset; returns the costs."""
        days, rules = self.case.days, self.case.rules
        if not days.can_sell[day, asset]:
            return 0.0
        held, wanted = self.units[asset], min(-self.open[asset], self.units[asset])
        free = held - sum(
            units
            for when, what, units in self.purchases
            if what == asset and when + rules.settlement_days > day
        )
        units = min(wanted, max(free, 0.0))
        one_share = days.raw_execution[day, asset] / days.execution[day, asset]
        if self.case.settings.whole_lots and units < held * (1 - 1e-12):
            units = self.round_down(units / one_share, days.lot[asset]) * one_share
        value = units * days.execution[day, asset]
        costs = self.costs(day, asset, value, days.duty[day])
        if costs > value:
            return 0.0
        self.units[asset] = 0.0 if units >= held * (1 - 1e-12) else held - units
        self.cash += value - costs
        self.open[asset] = units - wanted if free < wanted * (1 - 1e-12) else 0.0
        return costs

    @staticmethod
    def round_down(shares: float, lot: float, minimum: float = 0.0) -> float:
        whole = math.floor(shares / lot * (1 + 1e-12)) * lot
        return whole if whole >= minimum else 0.0

    def buy(self, day: int, cash_before_costs: float) -> None:
        days, whole = self.case.days, self.case.settings.whole_lots
        sent: dict[int, float] = {}  # values
        for asset, units in self.open.items():
            if units <= 0 or not days.can_buy[day, asset]:
                continue
            raw = days.raw_execution[day, asset]
            sent[asset] = units * days.execution[day, asset]
            if whole:
                shares = sent[asset] / raw
                sent[asset] = raw * self.round_down(shares, days.lot[asset], days.minimum[asset])
        filled = self.within_cash(day, {asset: value for asset, value in sent.items() if value})
        short = sum(sent.values()) > cash_before_costs * (1 + 1e-12)
        for asset, value in sent.items():
            done = filled.get(asset, 0.0)
            rest = value - done
            price = days.execution[day, asset]
            self.cash -= done + self.costs(day, asset, done, 0.0)
            self.units[asset] += done / price
            self.purchases.append((day, asset, done / price))
            self.open[asset] = rest / price if short and rest > 1e-12 * value else 0.0

    def within_cash(self, day: int, sent: dict[int, float]) -> dict[int, float]:
        days = self.case.days

        def spent(values: dict[int, float]) -> float:
            return sum(
                value + self.costs(day, asset, value, 0.0) for asset, value in values.items()
            )

        if spent(sent) <= self.cash * (1 + 1e-12):
            return sent
        low, high = 0.0, 1.0
        for _ in range(100):
            middle = (low + high) / 2
            fits = spent({asset: middle * value for asset, value in sent.items()}) <= self.cash
            low, high = (middle, high) if fits else (low, middle)
        cut = {asset: low * value for asset, value in sent.items()}
        if not self.case.settings.whole_lots:
            return cut
        lost, lots = [], {}
        for asset, value in cut.items():
            lot, least, raw = days.lot[asset], days.minimum[asset], days.raw_execution[day, asset]
            shares = self.round_down(value / raw, lot, least)
            larger = shares + lot if shares else least
            lots[asset] = shares * raw
            if larger * raw <= sent[asset] * (1 + 1e-12):
                part = round((value / raw - shares) / (larger - shares), 9)
                lost.append((part, asset, larger * raw))
        left = self.cash - spent(lots)
        for _, asset, larger in sorted(lost, key=lambda entry: -entry[0]):
            left -= spent({asset: larger}) - spent({asset: lots[asset]})
            if left < 0:
                break
            lots[asset] = larger
        return lots


@settings(max_examples=60, deadline=None)
@given(cases())
def test_a_slow_account_comes_to_the_same(example):
    account = simulate(example.targets, example.days, example.rules, example.settings)

    value, cash = SlowAccount(example).run()

    scale = example.settings.capital
    np.testing.assert_allclose(account.nav, value, rtol=1e-8, atol=1e-9 * scale)
    np.testing.assert_allclose(account.cash, cash, rtol=1e-8, atol=1e-8 * scale)


def test_the_examples_meet_every_obstacle():
    rules = ExchangeRules(minimum_commission=40, settlement_days=4, impact=1)
    met = pd.Series(dtype=float)
    for seed in range(20):
        how = SimulatorSettings(capital=1e4)
        example = case(seed, rules, how, every=3, share=1.0)
        account = simulate(example.targets, example.days, rules, how)
        met = met.add(account.unfilled.sum(), fill_value=0)
        met["paid out"] = met.get("paid out", 0) + len(account.delisted)
    assert (met > 0).all(), met.to_dict()
