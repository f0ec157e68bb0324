"""Portfolio records say what the tranche backtest says."""

import numpy as np
import pandas as pd
import pytest

from deep_alpha.backtest import naive_overlap, performance, tranche_backtest
from deep_alpha.backtest.judge import LEGS, judge_portfolios
from deep_alpha.evaluation.records import lookup
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.panel import build_panel

DAYS, ASSETS, HORIZON = 40, 12, 3
FIRST, LAST = 5, 30
NAMES = [f"A{number:02d}" for number in range(ASSETS)]
DATES = pd.bdate_range("2020-01-01", periods=DAYS)
SETTINGS = EvaluationSettings(top_k=3, costs_bps=(10, 20), annual_days=250)


@pytest.fixture(scope="module")
def panel():
    """Random walks; A00 opens at its upper limit on day 10, A01 is suspended on days 12 to 14."""
    random = np.random.default_rng(0)
    close = np.round(20 * np.exp(np.cumsum(random.normal(0, 0.02, (DAYS, ASSETS)), axis=0)), 2)
    opened = np.round(close * (1 + random.normal(0, 0.005, close.shape)), 2)
    limit = np.full(close.shape, 1000.0)
    limit[10, 0] = opened[10, 0]
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
            "limit_up": limit.ravel(),
            "limit_down": 0.01,
        }
    )
    suspended = (bars["asset"] == "A01") & bars["date"].isin(DATES[12:15])
    return build_panel(bars[~suspended])


@pytest.fixture(scope="module")
def scores():
    values = np.random.default_rng(1).normal(size=(LAST - FIRST + 1, ASSETS))
    values[:, 0] += 2.0
    return pd.DataFrame(values, DATES[FIRST : LAST + 1], NAMES)


@pytest.fixture(scope="module")
def judged(panel, scores):
    return judge_portfolios("mlp", scores, panel, HORIZON, SETTINGS)


@pytest.fixture(scope="module")
def backtest(panel, scores):
    """The days from the first score until the last tranche has been held."""
    span = slice(FIRST, LAST + HORIZON + 2)
    frame = {name: panel[name].to_pandas().iloc[span] for name in ("open", "close", "traded")}
    can_buy = frame["traded"].copy()
    can_buy.iloc[10 - FIRST, 0] = False
    wide = scores.reindex(index=DATES[span], columns=NAMES)
    result = tranche_backtest(
        wide, frame["open"], frame["close"], can_buy, k=3, horizon=HORIZON, costs_bps=(10, 20)
    )
    return result, naive_overlap(wide, frame["close"], k=3, horizon=HORIZON)


def cell(judged, column, basis):
    return lookup(judged.records, "portfolio", "mlp", column, basis=basis)


def test_daily_returns_are_the_tranches(judged, backtest):
    result, _ = backtest
    assert judged.daily.index.equals(DATES[FIRST : LAST + HORIZON + 2])
    for leg in LEGS:
        np.testing.assert_allclose(judged.daily[leg], result.gross[leg], atol=1e-15)
        for cost in (10, 20):
            np.testing.assert_allclose(
                judged.daily[f"{leg}_net_{cost}"], result.net[cost][leg], atol=1e-15
            )


def test_the_naive_version_stands_beside_them(judged, backtest):
    _, naive = backtest
    for leg in ("top", "bottom", "long_short"):
        column = judged.daily[f"naive_{leg}"]
        assert column[-HORIZON:].isna().all()
        np.testing.assert_allclose(column[:-HORIZON], naive[leg], atol=1e-15)


@pytest.mark.parametrize("leg", LEGS)
@pytest.mark.parametrize("basis", ["gross", "net 10 bp", "net 20 bp"])
def test_figures_leave_out_the_days_that_ramp_up(judged, backtest, leg, basis):
    result, _ = backtest
    table = result.gross if basis == "gross" else result.net[int(basis.split()[1])]
    expected = performance(
        table[leg][HORIZON:], turnover=result.turnover[leg][HORIZON:], ann_days=250
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


def test_orders_that_could_not_be_filled_are_counted(judged, backtest):
    result, _ = backtest
    unfilled = cell(judged, "unfilled", "top / gross")
    assert unfilled == result.unfilled["top"].sum()
    # A00 leads the scores, and can not be bought on the day it opens at its limit.
    assert result.unfilled["top"].iloc[10 - FIRST] >= 1


def test_the_naive_figures_have_no_turnover(judged, backtest):
    _, naive = backtest
    expected = performance(naive["top"], ann_days=250)
    assert cell(judged, "sharpe", "top / naive") == pytest.approx(expected.sharpe)
    assert cell(judged, "turnover", "top / naive") is None
    assert not any(record["basis"] == "universe / naive" for record in judged.records)


def test_how_many_days_stand_behind_a_figure(judged):
    days = {record["basis"]: record["n"] for record in judged.records}
    assert days["top / gross"] == len(judged.daily) - HORIZON
    assert days["top / naive"] == len(judged.daily) - HORIZON


def test_scores_up_to_the_newest_day_end_with_the_panel(panel):
    values = np.random.default_rng(2).normal(size=(10, ASSETS))
    judged = judge_portfolios(
        "mlp", pd.DataFrame(values, DATES[-10:], NAMES), panel, HORIZON, SETTINGS
    )
    assert judged.daily.index.equals(DATES[-10:])


def test_nothing_before_or_after_the_scored_days_matters(panel, scores, judged):
    def noise(dataset, days):
        changed = dataset.copy(deep=True)
        for name in ("open", "close"):
            changed[name][days] = 7.0
        return changed

    for days in (slice(0, FIRST), slice(LAST + HORIZON + 2, None)):
        other = judge_portfolios("mlp", scores, noise(panel, days), HORIZON, SETTINGS)
        pd.testing.assert_frame_equal(other.daily, judged.daily)


def test_records_belong_to_the_table_portfolio(judged):
    for record in judged.records:
        assert (record["paper"], record["table"], record["row"]) == ("all", "portfolio", "mlp")
        assert record["horizon"] == HORIZON
