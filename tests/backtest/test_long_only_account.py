"""Long-only accounts: on paper, against the slots they are made of, and against equal weights."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.backtest.account_tables import WHOLE
from deep_alpha.backtest.attribution import PARTS
from deep_alpha.backtest.exchange import DutyRule, ExchangeRules, LotRule
from deep_alpha.backtest.long_only import LongOnlySettings
from deep_alpha.backtest.long_only_account import (
    LONG_ONLY_TABLES,
    long_only_figures,
    long_only_tables,
    run_long_only,
)
from deep_alpha.backtest.simulator import SimulatorSettings
from tests.backtest.small_market import START, account_market
from tests.backtest.tranche_oracle import non_overlapping, tranches

NAN = np.nan
FRACTIONS = SimulatorSettings(whole_lots=False)


def frame(rows):
    names = [f"A{number:02d}" for number in range(len(rows[0]))]
    return pd.DataFrame(rows, pd.bdate_range(START, periods=len(rows)), names, dtype=float)


# --- on paper ----------------------------------------------------------------------------------

OPEN = [[10, 20, 50], [10, 20, 50], [11, 20, 50], [12, 25, 50], [1, 1, 1]]
CLOSE = [[10, 20, 50], [11, 20, 50], [12, 21, 50], [12, 24, 50], [1, 1, 1]]
SCORES = [[2, 1, NAN], [1, 2, NAN], [1, 2, NAN], [1, 2, NAN]]
RULES = ExchangeRules(
    lots=(LotRule(board="all", assets=".*", lot=100),),
    commission=0.001,
    stamp_duty=(DutyRule(rate=0.001),),
    slippage_bps=0,
)


@pytest.fixture(scope="module")
def by_hand():
    """The best name of the last two days each, half the capital a name; A02 has no score."""
    return run_long_only(
        frame(SCORES),
        account_market(OPEN, CLOSE, rules=RULES),
        LongOnlySettings(names=1),
        SimulatorSettings(capital=100_000),
        horizon=2,
    )


def test_cash_and_value_of_every_day(by_hand) -> None:
    cash_and_value = [
        (100_000, 100_000),  # decided only
        # Half into A00: 5,000 shares at 10, costs 50.
        (49_950, 49_950 + 5_000 * 11),
        # Worth 104,950; 52,475 each. A00: 2,525 too much, 2 lots at 11 are sold, costs 2 × 2.20.
        # A01: 26 lots at 20, costs 52.
        (93.6, 93.6 + 4_800 * 12 + 2_600 * 21),
        # Worth 122,693.60. A00 is sold for 57,600, costs 2 × 57.60. A01: 23 lots at 25, costs
        # 57.50. What was decided on this day belongs to a later one: the scores end here.
        (20.9, 20.9 + 4_900 * 24),
    ]
    account = by_hand.held.simulation
    np.testing.assert_allclose(account.cash, [cash for cash, _ in cash_and_value], rtol=1e-9)
    np.testing.assert_allclose(account.nav, [value for _, value in cash_and_value], rtol=1e-12)
    assert account.nav.index.equals(frame(SCORES).index)


def test_what_it_is_held_against_on_every_day(by_hand) -> None:
    returns = by_hand.returns
    moves = np.array([[0.1, 0, 0], [1 / 11, 0.05, 0], [0, 1 / 7, 0]])
    np.testing.assert_allclose(returns["benchmark"], moves @ [1 / 6, 2 / 6, 3 / 6])
    np.testing.assert_allclose(returns["equal_benchmark"], moves.mean(axis=1))
    np.testing.assert_allclose(returns["universe"], moves[:, :2].mean(axis=1))


def test_weighting_is_equal_against_given_weights_and_all_parts_sum(by_hand) -> None:
    daily = by_hand.held.attribution.daily
    returns = by_hand.returns
    np.testing.assert_allclose(
        daily["weighting"], returns["equal_benchmark"] - returns["benchmark"], atol=1e-15
    )
    np.testing.assert_allclose(
        daily[list(PARTS)].sum(axis=1), returns["portfolio"] - returns["benchmark"], atol=1e-15
    )
    assert daily["remainder"].abs().max() < 1e-7  # weights are recorded in single precision
    np.testing.assert_allclose(
        daily["cost"], [-50 / 100_000, -56.4 / 104_950, -172.7 / 112_293.6], rtol=1e-9
    )
    # Half in cash over day 2, so half of A00's tenth; the rest of the day's gain is trading's.
    held = np.array([55_000 / 104_950, 0, 0])
    active = held - 1 / 3
    assert daily["specific"].iloc[1] == pytest.approx(active @ [1 / 11, 0.05, 0], rel=1e-5)


def test_figures_by_hand(by_hand) -> None:
    figures = long_only_figures(by_hand, 252).set_index("period")
    assert list(figures.index) == [WHOLE, "2020H1"]
    whole = figures.loc[WHOLE]
    nav = np.array([100_000, 104_950, 112_293.6, 117_620.9])
    annual = (nav[-1] / nav[0]) ** (252 / 3) - 1
    assert whole["annual_return"] == pytest.approx(annual)
    growth = (1 + by_hand.returns["universe"]).prod()
    assert whole["excess_universe"] == pytest.approx(annual - (growth ** (252 / 3) - 1))
    assert whole["holdings"] == pytest.approx((1 + 2 + 1) / 3)
    assert whole["cash"] == pytest.approx((np.array([49_950, 93.6, 20.9]) / nav[1:]).mean())
    traded = [50_000 / 100_000, 54_200 / 104_950, 115_100 / 122_693.6]
    assert whole["turnover"] == pytest.approx(np.mean(traded) / 2)
    paid = [50 / 100_000, 56.4 / 104_950, 172.7 / 112_293.6]
    assert whole["costs_annual"] == pytest.approx(252 * np.mean(paid))
    assert whole["max_drawdown"] == 0


def test_its_tables_are_of_the_same_account(by_hand) -> None:
    tables = long_only_tables(by_hand, 252)
    assert tuple(tables) == LONG_ONLY_TABLES
    ends = tables["curves"].groupby("part", sort=False)["value"].last()
    assert list(ends.index) == ["portfolio", "benchmark", "equal_benchmark", "universe", "excess"]
    assert ends["portfolio"] == pytest.approx(117_620.9 / 100_000)
    assert tables["split"]["part"].tolist() == list(PARTS)
    assert tables["split"]["annual"].sum() == pytest.approx(252 * by_hand.held.excess.mean())
    assert tables["unfilled"].empty  # what whole lots leave over is no order


# --- against the slots of the tranches ---------------------------------------------------------


def walks(days=40, assets=17, seed=0):
    """Scores, open and close of random walks in which everything trades every day."""
    random = np.random.default_rng(seed)
    intraday, overnight = 0.02 * random.standard_normal((2, days, assets))
    close = 10 * np.exp((intraday + overnight).cumsum(axis=0))
    opened, close = ((close * np.exp(-intraday)).round(4), close.round(4))  # as panels have them
    scores = random.standard_normal((days, assets)).round(1)
    scores[random.random(scores.shape) < 0.2] = NAN
    return [frame(table) for table in (scores, opened, close)]


def everything(table):
    return pd.DataFrame(True, table.index, table.columns)


@pytest.mark.parametrize("price", ["open", "vwap"])
def test_chosen_daily_and_without_costs_it_earns_the_mean_of_its_names(price) -> None:
    scores, opened, close = walks()
    market = account_market(opened, close, price=price)
    account = run_long_only(scores, market, LongOnlySettings(names=4), FRACTIONS, 1)
    paid = pd.DataFrame(market.days.execution, scores.index, scores.columns)
    oracle, turnover, _ = tranches(scores, paid, close, everything(close), k=4, horizon=1)
    np.testing.assert_allclose(account.held.returns, oracle["top"][1:], atol=1e-12)
    np.testing.assert_allclose(
        account.held.simulation.turnover[1:], turnover["top"][1:], atol=1e-12
    )
    # The same by hand for one day: yesterday's names into the trade, today's out of it.
    day = 20
    before, after = (scores.iloc[day - age].nlargest(4).index for age in (2, 1))
    out = (paid.iloc[day] / close.iloc[day - 1])[before]
    held = (close.iloc[day - 1] / paid.iloc[day - 1])[before]  # since they were bought
    grown = (held * out).sum() / held.sum() * (close.iloc[day] / paid.iloc[day])[after].mean()
    assert account.held.returns.iloc[day - 1] == pytest.approx(grown - 1)


@pytest.mark.parametrize("horizon", [2, 5])
def test_chosen_every_h_th_day_and_without_costs_it_is_one_slot_of_the_tranches(horizon) -> None:
    scores, opened, close = walks()
    chosen = LongOnlySettings(names=4, tranches=False)
    market = account_market(opened, close)
    account = run_long_only(scores, market, chosen, FRACTIONS, horizon)
    slots = non_overlapping(scores, opened, close, everything(close), k=4, horizon=horizon)
    np.testing.assert_allclose(account.held.returns, slots[1]["top"][1:], atol=1e-12)


def test_tranches_earn_about_the_mean_of_their_slots() -> None:
    """About: the account keeps its tranches in equal parts at the open, the slots' mean at the
    close, and picks within a tranche in equal weights, where slots drift."""
    scores, opened, close = walks(days=300)
    account = run_long_only(
        scores, account_market(opened, close), LongOnlySettings(names=4), FRACTIONS, 5
    )
    oracle, _, _ = tranches(scores, opened, close, everything(close), k=4, horizon=5)
    difference = account.held.returns - oracle["top"][1:]
    assert difference.std() < 0.1 * oracle["top"].std()
    assert difference.abs().max() > 1e-6


# --- against equal weights ---------------------------------------------------------------------


def test_who_holds_the_benchmark_s_names_in_equal_weights_has_chosen_nothing() -> None:
    _, opened, close = walks()
    scores = close * 0.0
    market = account_market(opened, close, price="close")
    account = run_long_only(scores, market, LongOnlySettings(fraction=1.0), FRACTIONS, 1)
    settled = account.held.attribution.daily.iloc[1:]  # from the first day that starts invested
    np.testing.assert_allclose(settled["excess"], settled["weighting"], atol=1e-7)
    np.testing.assert_allclose(settled.drop(columns=["excess", "weighting"]), 0, atol=1e-7)
    assert settled["weighting"].abs().min() > 1e-6
    figures = long_only_figures(account, 252)
    np.testing.assert_allclose(account.returns["universe"], account.returns["equal_benchmark"])
    assert figures["holdings"].tolist() == [17.0, 17.0]


def test_periods_are_those_of_the_calendar_and_make_up_the_whole() -> None:
    scores, opened, close = walks(days=130)
    market = account_market(opened, close)
    account = run_long_only(scores, market, LongOnlySettings(fraction=0.3), FRACTIONS, 5)
    figures = long_only_figures(account, 252).set_index("period")
    assert list(figures.index) == [WHOLE, "2020H1", "2020H2"]
    later = (account.held.dates > "2020-06-30").sum()
    days = np.array([len(account.held.dates) - later, later])
    growth = np.prod((1 + figures["annual_return"].iloc[1:]) ** (days / 252))
    whole = (1 + figures.loc[WHOLE, "annual_return"]) ** (days.sum() / 252)
    assert growth == pytest.approx(whole)
    assert growth == pytest.approx((1 + account.held.returns).prod())


def test_the_universe_is_of_the_names_scored_the_day_before() -> None:
    scores, opened, close = walks()
    account = run_long_only(
        scores, account_market(opened, close), LongOnlySettings(names=4), FRACTIONS, 5
    )
    for day in (1, 20, 39):
        names = scores.columns[scores.iloc[day - 1].notna()]
        moves = (close.iloc[day] / close.iloc[day - 1] - 1)[names]
        assert account.universe.iloc[day - 1] == pytest.approx(moves.mean())


def test_the_account_ends_on_the_last_date_with_scores() -> None:
    scores, opened, close = walks()
    scores.iloc[30:] = NAN
    account = run_long_only(
        scores, account_market(opened, close), LongOnlySettings(names=4), FRACTIONS, 5
    )
    assert account.held.dates[-1] == scores.index[29]
    assert account.universe.index.equals(account.held.dates)
