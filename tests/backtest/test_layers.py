"""Layers, against accounts with numbers of shares and against what must be equal."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import partial

import numpy as np
import pytest

from deep_alpha.backtest import performance
from deep_alpha.backtest.cost_cases import COST_CASES, CostCase, DatedRate
from deep_alpha.backtest.ends import hold_ends
from deep_alpha.backtest.layers import layer_test, panel_layer_test
from deep_alpha.backtest.leg_market import LegMarket
from deep_alpha.errors import ConfigurationError, PanelError
from tests.backtest.account_oracle import NAN, account, frames, random_market
from tests.conftest import random_panel

COSTS = CostCase(
    name="own",
    buy=0.001,
    sell=0.002,
    stamp_duty=(
        DatedRate(first_date=date(2019, 1, 1), rate=0.003),
        DatedRate(first_date=date(2020, 1, 20), rate=0.001),
    ),
)


def market(**settings):
    """Scores, and the days that they are held on."""
    scores, *tables = random_market(**settings)
    return scores, LegMarket.of(*tables)


def names_of(scores, leg, layers):
    """Positions of the names whose average rank lies in a layer; leg ``layers`` is everyone."""
    known = [i for i, score in enumerate(scores) if not np.isnan(score)]
    if leg == layers:
        return known
    chosen = []
    for i in known:
        lower = sum(scores[j] < scores[i] for j in known)
        equal = sum(scores[j] == scores[i] for j in known)
        rank = Fraction(2 * lower + equal + 1, 2)
        number = -(-rank * layers // len(known))  # rounded up
        if number == leg + 1:
            chosen.append(i)
    return chosen


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("layers", [1, 3, 5])
def test_every_layer_is_an_account_with_shares_and_cash(seed, layers):
    tables = random_market(seed=seed)
    result = layer_test(tables[0], LegMarket.of(*tables[1:]), layers=layers, horizon=4)
    net = result.returns(COSTS)
    for offset in range(4):
        for leg in range(layers):
            expected, unbought, unsold = account(
                tables, partial(names_of, leg=leg, layers=layers), offset, 4, COSTS
            )
            np.testing.assert_allclose(net[offset, leg], expected, atol=1e-12)
            np.testing.assert_array_equal(result.paths.unbought[offset, leg], unbought)
            np.testing.assert_array_equal(result.paths.unsold[offset, leg], unsold)
        gross, _, _ = account(tables, partial(names_of, leg=layers, layers=layers), offset, 4)
        np.testing.assert_allclose(net[offset, layers], gross, atol=1e-12)  # universe: no costs
    assert result.paths.unsold.any()
    assert result.paths.unbought.any()


def test_four_names_by_hand():
    """Day 0 ranks D best. Day 1 buys C and D as layer 2; day 2 wants A and B instead."""
    scores = [[1.0, 2, 3, 4], [4, 3, 2, 1], [4, 3, 2, 1]]
    vwap = [[9.0, 9, 9, 9], [10, 10, 10, 20], [10, 10, 10, 20]]
    close = [[9.0, 9, 9, 9], [10, 10, 11, 20], [10, 12, 11, 20]]
    can_buy = np.ones((3, 4), dtype=bool)
    can_sell = np.ones((3, 4), dtype=bool)
    can_sell[2, 2] = False  # C opens and stays at its lower limit on day 2
    scores, *tables = frames(scores, vwap, close, can_buy, can_sell)
    result = layer_test(scores, LegMarket.of(*tables), layers=2, horizon=1)
    # Day 1: half C (10 → 11), half D (20 → 20).
    # Day 2: C falls 11 → 10 to .50/1.05 before the trade at a worth of 1.00/1.05. It can not
    # be sold, so that D's .50 is all there is for A and B: .25 each. B then earns 20 %, C 10 %.
    assert result.paths.gross[0, 1, 1] == pytest.approx(0.05)
    assert result.paths.gross[0, 1, 2] == pytest.approx(1.10 / 1.05 - 1)
    assert result.paths.sold[0, 1, 2] == pytest.approx(0.5)
    assert result.paths.bought[0, 1, 2] == pytest.approx(0.5)
    assert result.paths.unsold[0, 1, 2] == 1
    assert list(result.paths.holdings[0, 1]) == [0, 2, 3]


def test_what_can_not_be_bought_stays_in_cash():
    scores, days = market(days=6, assets=10, dirty=False)
    days.can_buy[1, 3] = False
    paths = layer_test(scores, days, layers=1, horizon=5).paths
    assert paths.bought[1, 0, 1] == pytest.approx(0.9)
    assert paths.unbought[1, 0, 1] == 1
    assert paths.idle[1, 0, 1] == pytest.approx(0.1, rel=0.05)


def test_one_layer_is_the_universe():
    paths = layer_test(*market(), layers=1, horizon=4).paths
    for path in paths:
        np.testing.assert_array_equal(path[:, 0], path[:, 1])


def test_all_layers_together_are_the_universe():
    """Until the second trade; a rebalancing then moves money between layers."""
    scores, days = market(days=12, assets=17)
    scores = scores.fillna(0.0).add(np.linspace(0, 0.01, 17))  # everyone, without ties
    result = layer_test(scores, days, layers=5, horizon=11)
    values = np.cumprod(1 + result.paths.gross, axis=2)
    share = np.array([3, 3, 4, 3, 4]) / 17
    np.testing.assert_allclose(np.tensordot(values[:, :5], share, (1, 0)), values[:, 5])


def test_outer_layers_are_the_ends_of_as_many_names():
    scores, days = market(assets=15)
    scores = scores.fillna(0.0) + np.random.default_rng(5).random(scores.shape)  # without ties
    result = layer_test(scores, days, layers=5, horizon=4)
    ends = hold_ends(scores, days, k=3, horizon=4)
    for outer, leg in ((4, "top"), (0, "bottom"), (5, "universe")):
        for path, end in zip(result.paths, ends.paths, strict=True):
            np.testing.assert_array_equal(path[:, outer], end[:, ends.legs.index(leg)])
    # Only the universe of layers, which is their benchmark, pays nothing.
    net, paid = result.returns(COSTS), ends.returns(COSTS)
    np.testing.assert_array_equal(net[:, 4], paid[:, 0])
    np.testing.assert_allclose(net[:, 5], ends.returns()[:, 2], atol=1e-15)
    assert (net[:, 5] >= paid[:, 2]).all()


def test_equal_scores_share_a_layer():
    scores, days = market(days=6, assets=10, dirty=False)
    scores[:] = 1.0
    paths = layer_test(scores, days, layers=5, horizon=2).paths
    assert list(paths.holdings[1, :, 1]) == [0, 0, 10, 0, 0, 10]


def test_a_day_without_scores_decides_nothing():
    scores, days = market(days=8, assets=10, dirty=False)
    scores.iloc[3:] = NAN
    paths = layer_test(scores, days, layers=2, horizon=3).paths
    assert not paths.bought[1, :, 4:].any()
    assert (paths.holdings[1, :2, 1:] == 5).all()


def test_figures_are_means_over_offsets_of_excess_returns():
    scores, days = market(days=60, assets=25, dirty=False)
    scores += np.linspace(0, 0.01, 25)  # without ties
    result = layer_test(scores, days, layers=5, horizon=3)
    summary = result.summary(COSTS)
    net = result.returns(COSTS)[..., 3:]
    excess = [performance(path[4] - path[5]).annual_return for path in net]
    top = summary.loc["layer 5"]
    assert top["annual_excess"] == pytest.approx(np.mean(excess))
    assert (top["excess_min"], top["excess_max"]) == (min(excess), max(excess))
    plain = [performance(p[4]).annual_return - performance(p[5]).annual_return for p in net]
    assert top["return_difference"] == pytest.approx(np.mean(plain))
    own = [performance(path[4]) for path in net]
    assert top["volatility"] == pytest.approx(np.mean([p.annual_volatility for p in own]))
    assert top["max_drawdown"] == pytest.approx(np.mean([p.max_drawdown for p in own]))
    assert summary.loc["universe", "annual_excess"] == 0
    assert list(summary["holdings"].round(1)) == [5, 5, 5, 5, 5, 25]
    traded = result.paths.bought + result.paths.sold
    trades = [traded[o, 4, d] for o in range(3) for d in range(4, 60) if d % 3 == o]
    assert top["turnover"] == pytest.approx(np.mean(trades) / 2)
    nav = result.nav(COSTS)
    assert nav.index[0] == result.dates[3]
    assert nav["layer 5"].iloc[-1] == pytest.approx(np.mean([np.prod(1 + p[4]) for p in net]))


def test_a_score_that_knows_is_monotonic():
    _, vwap, close, *fills = random_market(days=60, assets=50, dirty=False)
    days = LegMarket.of(vwap, close, *fills)
    ahead = (close.shift(-4) / vwap.shift(-1)).fillna(0.0)
    assert layer_test(ahead, days, layers=5, horizon=3).monotonicity() == pytest.approx(1)
    assert layer_test(-ahead, days).monotonicity() == pytest.approx(-1)


def test_nothing_traded_before_a_score_depends_on_it():
    scores, days = market(days=20)
    before = layer_test(scores, days, layers=3, horizon=4).paths
    scores.iloc[12:] = np.random.default_rng(9).random((8, 17))
    after = layer_test(scores, days, layers=3, horizon=4).paths
    np.testing.assert_array_equal(before.gross[..., :13], after.gross[..., :13])
    assert (before.gross[..., 13:] != after.gross[..., 13:]).any()


def panel_scores(panel, first=20, last=140):
    close = panel["close"].to_pandas()
    close.columns = close.columns.astype(str)
    return -close.pct_change(5).iloc[first:last].where(panel["traded"].to_pandas())


def test_a_panel_brings_its_fills_and_limits():
    panel = random_panel()
    result = panel_layer_test(panel_scores(panel), panel, delisting_days=60, layers=2, horizon=5)
    assert len(result.dates) == 121  # to the day after the last score
    assert result.paths.unsold.any()
    summary = result.summary(COST_CASES["paper_x10"])
    assert list(summary.index) == ["layer 1", "layer 2", "universe"]


@pytest.mark.parametrize(
    ("wait", "names", "side"), [(0, ("A000", "A005"), "unbought"), (10, ("A005", "A000"), "unsold")]
)
def test_a_one_price_day_at_the_limit_fills_nothing(wait, names, side):
    """A005 trades at its upper limit only on day 53, and at its lower ten days on."""
    panel = random_panel()
    day = 160 // 3 + wait
    scores = panel_scores(panel, day - 2, day) * NAN
    for row, name in enumerate(names):  # the first is held when the second is wanted
        scores.loc[scores.index[row], name] = 1.0
    paths = panel_layer_test(scores, panel, delisting_days=60, layers=1, horizon=1).paths
    assert getattr(paths, side)[0, 0, 2] == 1
    # What is sold for the other can not be put to work; what is not sold pays for nothing.
    assert paths.bought[0, 0, 2] == 0
    assert paths.sold[0, 0, 2] == pytest.approx(1 if side == "unbought" else 0)


def test_what_has_left_the_market_is_paid_out():
    panel = random_panel()
    half = 80  # A007 trades until day 79
    scores = panel_scores(panel, half - 10, half + 10)
    scores["A007"] = scores["A007"].fillna(0.0).where(np.arange(20) < 10)
    result = panel_layer_test(scores, panel, delisting_days=60, layers=1, horizon=3)
    assert (result.paths.holdings[:, 0, -1] <= 11).all()
    stuck = panel_layer_test(scores, panel, delisting_days=161, layers=1, horizon=3)
    assert stuck.paths.unsold[:, 0].sum() > result.paths.unsold[:, 0].sum()


def test_what_can_not_be_run_is_refused():
    scores, days = market(days=6)
    with pytest.raises(ConfigurationError, match="0 layers: there must be at least 1"):
        layer_test(scores, days, layers=0)
    panel = random_panel()
    with pytest.raises(PanelError, match="the panel has no asset Z999 of the scores"):
        panel_layer_test(panel_scores(panel).assign(Z999=1.0), panel, delisting_days=60)
