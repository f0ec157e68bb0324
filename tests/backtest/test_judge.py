"""Portfolio records say what the ends of a score earn at the exchange."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import pytest

from deep_alpha.backtest import naive_overlap, performance
from deep_alpha.backtest.cost_cases import CostCase
from deep_alpha.backtest.judge import LEGS, judge_portfolios
from deep_alpha.evaluation.records import lookup
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.panel import build_panel
from tests.backtest.account_oracle import account
from tests.backtest.tranche_oracle import names_of, tranches

DAYS, ASSETS, HORIZON = 40, 12, 3
FIRST, LAST = 5, 30
NAMES = [f"A{number:02d}" for number in range(ASSETS)]
DATES = pd.bdate_range("2020-01-01", periods=DAYS)
SETTINGS = EvaluationSettings(top_k=3, costs_bps=(10, 20), annual_days=250)


def make_panel(*, stopped: bool):
    """Random walks; A00 opens at its upper limit on day 10.

    If sales are stopped too: A00 opens at its lower limit on days 20 to 25, and A01 is
    suspended on days 12 to 16.
    """
    random = np.random.default_rng(0)
    close = np.round(20 * np.exp(np.cumsum(random.normal(0, 0.02, (DAYS, ASSETS)), axis=0)), 2)
    opened = np.round(close * (1 + random.normal(0, 0.005, close.shape)), 2)
    limit_up, limit_down = np.full(close.shape, 1000.0), np.full(close.shape, 0.01)
    limit_up[10, 0] = opened[10, 0]
    if stopped:
        limit_down[20:26, 0] = opened[20:26, 0]
    bars = pd.DataFrame(
        {
            "date": np.repeat(DATES, ASSETS),
            "asset": np.tile(NAMES, DAYS),
            "open": opened.ravel(),
            "high": np.maximum(close, opened).ravel(),
            "low": np.minimum(close, opened).ravel(),
            "close": close.ravel(),
            "volume": 1e6,
            "adj_factor": 1.0,
            "limit_up": limit_up.ravel(),
            "limit_down": limit_down.ravel(),
        }
    )
    suspended = (bars["asset"] == "A01") & bars["date"].isin(DATES[12:17])
    return build_panel(bars[~suspended] if stopped else bars)


@pytest.fixture(scope="module")
def panel():
    return make_panel(stopped=True)


def tables_of(panel, scores):
    """Scores, open, close, purchases and sales that are filled, by hand.

    From the first score until the last names have been held for their days.
    """
    span = slice(FIRST, LAST + HORIZON + 2)
    opened, close, traded = (
        panel[name].to_pandas().iloc[span] for name in ("open", "close", "traded")
    )
    can_buy, can_sell = traded.copy(), traded.copy()
    can_buy.iloc[10 - FIRST, 0] = False
    can_sell.iloc[20 - FIRST : 26 - FIRST, 0] = False
    return scores.reindex(index=DATES[span], columns=NAMES), opened, close, can_buy, can_sell


@pytest.fixture(scope="module")
def scores():
    values = np.random.default_rng(1).normal(size=(LAST - FIRST + 1, ASSETS))
    values[:, 0] += 2.0
    return pd.DataFrame(values, DATES[FIRST : LAST + 1], NAMES)


@pytest.fixture(scope="module")
def judged(panel, scores):
    return judge_mlp(scores, panel)


def judge_mlp(scores, panel):
    return judge_portfolios("mlp", scores, panel, HORIZON, SETTINGS, delisting_days=60)


@dataclass
class Accounts:
    """Means over the offsets' accounts, day × leg, and their orders that are not filled."""

    returns: dict[int, pd.DataFrame]
    turnover: pd.DataFrame
    unbought: pd.DataFrame
    unsold: pd.DataFrame


@pytest.fixture(scope="module")
def accounts(panel, scores):
    tables = tables_of(panel, scores)
    dates = tables[0].index
    returns = {bps: pd.DataFrame(0.0, dates, []) for bps in (0, 10, 20)}
    turnover, unbought, unsold = (pd.DataFrame(0.0, dates, []) for _ in range(3))
    for leg in ("top", "bottom", "universe"):
        for bps, table in returns.items():
            case = CostCase(name="both sides", buy=bps / 1e4, sell=bps / 1e4)
            names = partial(names_of, leg=leg, k=3)
            runs = [account(tables, names, o, HORIZON, case, waits=False) for o in range(HORIZON)]
            daily, not_bought, not_sold = np.array(runs).transpose(1, 0, 2)
            table[leg] = daily.mean(axis=0)
            if bps == 0:
                unbought[leg], unsold[leg] = not_bought.sum(axis=0), not_sold.sum(axis=0)
                free = daily
        # What costs take tells what was traded.
        turnover[leg] = ((1 - (1 + daily) / (1 + free)) / 0.002).mean(axis=0) / 2
    for table in returns.values():
        cost_of_bottom = returns[0]["bottom"] - table["bottom"]
        table["long_short"] = table["top"] - returns[0]["bottom"] - cost_of_bottom
    for table in (turnover, unbought, unsold):
        table["long_short"] = table["top"] + table["bottom"]
    return Accounts(returns, turnover, unbought, unsold)


@pytest.fixture(scope="module")
def naive(panel, scores):
    wide, _, close, *_ = tables_of(panel, scores)
    # The day after the last scores chooses nobody: it is no day of the naive portfolio.
    return naive_overlap(wide, close, k=3, horizon=HORIZON).loc[: scores.index[-1]]


def cell(judged, column, basis):
    return lookup(judged.records, "portfolio", "mlp", column, basis=basis)


def test_daily_returns_are_the_mean_of_accounts_that_begin_on_different_days(judged, accounts):
    assert judged.daily.index.equals(DATES[FIRST : LAST + HORIZON + 2])
    for leg in LEGS:
        np.testing.assert_allclose(judged.daily[leg], accounts.returns[0][leg], atol=1e-12)
        for cost in (10, 20):
            found = judged.daily[f"{leg}_net_{cost}"]
            np.testing.assert_allclose(found, accounts.returns[cost][leg], atol=1e-12)


def test_where_no_sale_is_stopped_they_are_those_of_overlapping_tranches(judged, scores):
    """The papers' definition, told with weights and not with accounts."""
    panel = make_panel(stopped=False)
    held = judge_mlp(scores, panel)
    wide, opened, close, can_buy, _ = tables_of(panel, scores)
    settled = slice(HORIZON, None)
    for basis, suffix, bps in (("gross", "", 0), ("net 20 bp", "_net_20", 20)):
        returns, turnover, unbought = tranches(
            wide, opened, close, can_buy, k=3, horizon=HORIZON, cost_bps=bps
        )
        for leg in LEGS:
            np.testing.assert_allclose(held.daily[f"{leg}{suffix}"], returns[leg], atol=1e-12)
            figures = {
                "sharpe": performance(returns[leg][settled], ann_days=250).sharpe,
                "turnover": turnover[leg][settled].mean(),
                "unfilled": unbought[leg].sum(),
                "unsold": 0,
            }
            found = {column: cell(held, column, f"{leg} / {basis}") for column in figures}
            assert found == pytest.approx(figures, abs=1e-10)
    assert not np.allclose(held.daily["top"], judged.daily["top"], atol=1e-4)


def test_the_naive_version_stands_beside_them(judged, naive):
    for leg in ("top", "bottom", "long_short"):
        column = judged.daily[f"naive_{leg}"]
        assert column[-HORIZON - 1 :].isna().all()
        np.testing.assert_allclose(column[: -HORIZON - 1], naive[leg], atol=1e-15)


@pytest.mark.parametrize("leg", LEGS)
@pytest.mark.parametrize("basis", ["gross", "net 10 bp", "net 20 bp"])
def test_figures_leave_out_the_days_that_ramp_up(judged, accounts, leg, basis):
    table = accounts.returns[0 if basis == "gross" else int(basis.split()[1])]
    expected = performance(
        table[leg][HORIZON:], turnover=accounts.turnover[leg][HORIZON:], ann_days=250
    )
    found = {
        column: cell(judged, column, f"{leg} / {basis}")
        for column in (
            "annual_return",
            "annual_return_arithmetic",
            "volatility",
            "sharpe",
            "max_drawdown",
            "turnover",
        )
    }
    assert found == pytest.approx(
        {
            "annual_return": expected.annual_return,
            "annual_return_arithmetic": expected.annual_return_arithmetic,
            "volatility": expected.annual_volatility,
            "sharpe": expected.sharpe,
            "max_drawdown": expected.max_drawdown,
            "turnover": expected.turnover_one_sided,
        }
    )


def test_costs_lower_returns(judged):
    for leg in LEGS:
        gross, ten, twenty = (
            cell(judged, "annual_return", f"{leg} / {basis}")
            for basis in ("gross", "net 10 bp", "net 20 bp")
        )
        assert gross > ten > twenty


def test_orders_that_the_exchange_stops_are_counted(judged, accounts):
    for leg in LEGS:
        unsold = cell(judged, "unsold", f"{leg} / gross")
        assert unsold == accounts.unsold[leg].sum()
        assert cell(judged, "unfilled", f"{leg} / gross") == unsold + accounts.unbought[leg].sum()
    # A00 leads the scores, and can not be bought on the day it opens at its upper limit; it
    # is held when it opens at its lower, and so is the suspended A01.
    assert accounts.unbought["top"].iloc[10 - FIRST] >= 1
    assert accounts.unsold["top"].iloc[20 - FIRST : 26 - FIRST].sum() >= 1
    assert accounts.unsold["universe"].iloc[12 - FIRST : 17 - FIRST].sum() >= 1


def test_the_naive_figures_have_no_trading(judged, naive):
    expected = performance(naive["top"], ann_days=250)
    assert cell(judged, "sharpe", "top / naive") == pytest.approx(expected.sharpe)
    assert cell(judged, "turnover", "top / naive") is None
    assert cell(judged, "unfilled", "top / naive") is None
    assert not any(record["basis"] == "universe / naive" for record in judged.records)


def test_how_many_days_stand_behind_a_figure(judged):
    days = {record["basis"]: record["n"] for record in judged.records}
    assert days["top / gross"] == len(judged.daily) - HORIZON
    assert days["top / naive"] == len(judged.daily) - HORIZON - 1


def test_scores_up_to_the_newest_day_end_with_the_panel(panel):
    values = np.random.default_rng(2).normal(size=(10, ASSETS))
    judged = judge_mlp(pd.DataFrame(values, DATES[-10:], NAMES), panel)
    assert judged.daily.index.equals(DATES[-10:])


def test_nothing_before_or_after_the_scored_days_matters(panel, scores, judged):
    def noise(dataset, days):
        changed = dataset.copy(deep=True)
        for name in ("open", "close"):
            changed[name][days] = 7.0
        return changed

    for days in (slice(0, FIRST), slice(LAST + HORIZON + 2, None)):
        other = judge_mlp(scores, noise(panel, days))
        pd.testing.assert_frame_equal(other.daily, judged.daily)


def test_records_belong_to_the_table_portfolio(judged):
    for record in judged.records:
        assert (record["paper"], record["table"], record["row"]) == ("all", "portfolio", "mlp")
        assert record["horizon"] == HORIZON
