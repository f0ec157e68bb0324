"""The scoreboard on a simulated market: every column from its own function, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.evaluation.bases import signal_bases
from deep_alpha.evaluation.ic import rank_ic
from deep_alpha.evaluation.label_book import LabelBook
from deep_alpha.evaluation.scoreboard import (
    REFERENCES,
    blend,
    board_of,
    compare_in_pairs,
    relations,
)
from deep_alpha.evaluation.signal_tables import MarketFrames, join_tables, signal_tables
from deep_alpha.market import simulate_market
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.panel import build_panel
from deep_alpha.signals import wide_frame
from deep_alpha.targets import TargetSettings
from tests.risk.conftest import fit

HORIZON = 5


@pytest.fixture(scope="module")
def market():
    simulated = simulate_market(n_assets=90, n_days=330, seed=4)
    panel = build_panel(simulated.bars, simulated.assets)
    fitted = fit(panel, simulated.tables(), simulated)
    mask = eligible(panel, UniversePolicy())
    oracle = wide_frame(simulated.truth.oracle_score.reindex_like(mask)).where(wide_frame(mask))
    dates = oracle.index[150:320]
    noise = np.random.default_rng(0).normal(size=(len(dates), oracle.shape[1]))
    scores = {
        "oracle": oracle.loc[dates],
        "noise": pd.DataFrame(noise, dates, oracle.columns).where(oracle.loc[dates].notna()),
    }
    frames = MarketFrames.of(panel, mask, TargetSettings(horizon=HORIZON), 252)
    return scores, frames, LabelBook.of(panel, fitted.model, HORIZON, dates)


def test_the_board_takes_each_column_from_its_basis(market):
    scores, frames, book = market
    board, bases = board_of(scores, {"oracle": "oracle"}, book, frames.returns, draws=200)
    own = signal_bases(scores["noise"], book, references=False).xs("signal", level=0)
    assert board.loc["noise", "rank_ic"] == own.loc[("raw", "all"), "rank_ic"]
    assert board.loc["noise", "tradable_ic"] == own.loc[("tradable", "all"), "rank_ic"]
    assert board.loc["noise", "residual_icir"] == own.loc[("residual", "all"), "icir"]
    assert board.loc["noise", "neutral_ic"] == own.loc[("cne5_tradable", "all"), "rank_ic"]
    assert board.loc["noise", "without_ic"] == own.loc[("raw", "later"), "rank_ic"]
    assert set(bases["signal"]) == {"oracle", "noise", *REFERENCES}


def test_what_does_not_compete_stands_last(market):
    scores, frames, book = market
    board, _ = board_of(scores, {"oracle": "oracle"}, book, frames.returns, draws=200)
    assert board.index[0] == "noise"
    assert set(board.index[1:]) == {"oracle", *REFERENCES}
    assert board.loc["oracle", "rank_ic"] > 0.05
    assert board.loc["oracle", "p"] < 0.05
    assert board.loc["oracle", "low"] > 0
    assert board.loc["noise", "low"] < 0 < board.loc["noise", "high"]


def test_the_random_score_is_seeded_and_on_the_names_of_the_first_signal(market):
    scores, frames, book = market
    few = scores["noise"].copy()
    few.iloc[:, ::3] = np.nan
    boards = [
        board_of({"few": few, "noise": scores["noise"]}, {}, book, frames.returns, 200, seed)[0]
        for seed in (0, 1)
    ]
    assert boards[0].loc["random", "names"] == boards[0].loc["few", "names"]
    assert boards[0].loc["random", "rank_ic"] != boards[1].loc["random", "rank_ic"]
    pd.testing.assert_frame_equal(
        boards[0].drop("random"), boards[1].loc[boards[0].index].drop("random")
    )


def test_pairs_are_compared_on_their_common_days(market):
    scores, frames, _ = market
    table = compare_in_pairs(scores, ["noise", "absent"], frames.returns, HORIZON, draws=200)
    assert table[["signal", "against"]].to_numpy().tolist() == [["oracle", "noise"]]
    difference = rank_ic(scores["oracle"], frames.returns) - rank_ic(
        scores["noise"], frames.returns
    )
    assert table.loc[0, "difference"] == pytest.approx(difference.mean())
    assert table.loc[0, "low"] > 0


def test_relations_are_symmetric_with_ones_on_the_diagonal(market):
    scores, frames, _ = market
    for table in relations(scores, frames.returns).values():
        np.testing.assert_allclose(np.diag(table), 1.0)
        np.testing.assert_allclose(table, table.T)


def test_a_blend_is_the_mean_of_ranks_of_names_that_all_score():
    dates = pd.bdate_range("2020-01-01", periods=1)
    first = pd.DataFrame([[1.0, 5.0, 3.0, np.nan]], dates, list("ABCD"))
    second = pd.DataFrame([[100.0, 50.0, np.nan, 1.0]], dates, list("ABCD"))
    found = blend([first, second])
    np.testing.assert_allclose(found.to_numpy()[0, :2], [(1 / 3 + 1) / 2, (1 + 2 / 3) / 2])
    assert found.isna().to_numpy()[0].tolist() == [False, False, True, True]


def test_the_scale_of_a_score_does_not_change_a_blend(market):
    scores, _, _ = market
    pair = [scores["oracle"], scores["noise"]]
    pd.testing.assert_frame_equal(blend(pair), blend([pair[0] * 1e6, pair[1] - 3.0]))


def test_a_signal_s_tables_carry_its_name_and_join(market):
    scores, frames, _ = market
    parts = [signal_tables(name, frame, frames, 5, (1, 5, 20)) for name, frame in scores.items()]
    tables = join_tables(parts)
    for name, table in tables.items():
        assert set(table["signal"]) == set(scores), name
    quantiles = tables["quantiles"].set_index(["signal", "quantile"])["mean"]
    assert quantiles["oracle"].iloc[-1] > quantiles["oracle"].iloc[0]
    years = tables["years"][tables["years"]["signal"] == "oracle"]
    assert years["days"].sum() == rank_ic(scores["oracle"], frames.returns).notna().sum()
    decay = tables["decay"][tables["decay"]["signal"] == "oracle"]
    assert decay[["first_day", "last_day"]].to_numpy().tolist() == [[1, 1], [2, 5], [6, 20]]
    assert tables["stability"].set_index("signal").loc["noise", "autocorrelation_1"] < 0.1


def test_monthly_means_are_those_of_the_daily_ic(market):
    scores, frames, _ = market
    monthly = signal_tables("noise", scores["noise"], frames, 5, (1, 5))["monthly"]
    ic = rank_ic(scores["noise"], frames.returns).dropna()
    expected = ic.groupby([ic.index.year, ic.index.month]).mean()
    found = monthly.astype({"month": int}).set_index(["year", "month"])["rank_ic"]
    pd.testing.assert_series_equal(
        found.sort_index(), expected.sort_index(), check_names=False, check_index_type=False
    )
