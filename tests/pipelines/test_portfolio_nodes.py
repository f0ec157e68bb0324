"""The nodes that hold signals at the exchange, on a small simulated market."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.backtest.attribution import PARTS
from deep_alpha.backtest.exchange import ExchangeRules
from deep_alpha.backtest.settings import PortfolioSettings
from deep_alpha.errors import ConfigurationError
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.market import simulate_market
from deep_alpha.panel import build_panel
from deep_alpha.pipelines.backtest.portfolio_nodes import (
    hold_long_only,
    open_account_market,
    weigh_benchmark,
)
from deep_alpha.pipelines.backtest.portfolio_page_node import long_only_inputs
from deep_alpha.pipelines.run_plan import resolve_run_plan
from deep_alpha.risk.settings import RiskSettings
from tests.risk.conftest import fit

HEADLINE, OTHER = "reversal", "momentum"
SETTINGS = PortfolioSettings.model_validate(
    {
        "long_only": {"top_3": {"names": 3}, "third": {"fraction": 0.33, "tranches": False}},
        "enhance": [OTHER],
        "benchmark": {"index": "SIM"},
    }
)
EVALUATION = EvaluationSettings()


@pytest.fixture(scope="module")
def plan():
    profiles = {"small": {"seeds": [0], "horizons": [5]}}
    return resolve_run_plan("small", profiles, "cpu", {"cpu": {}}, "serial", 0)


@pytest.fixture(scope="module")
def market():
    simulated = simulate_market(n_assets=80, n_days=200, seed=4, suspensions_per_year=2.0)
    panel = build_panel(simulated.bars, simulated.assets)
    model = fit(panel, simulated.tables(), simulated).model
    tables = {name: (lambda own=own: own) for name, own in simulated.tables().items()}
    benchmark = weigh_benchmark(panel, tables, SETTINGS)
    rules = ExchangeRules(commission=0.0003, minimum_commission=5.0)
    return open_account_market(
        panel, tables, benchmark, model.exposures, model.returns, rules, SETTINGS, RiskSettings()
    )


@pytest.fixture(scope="module")
def scores(market):
    close = pd.DataFrame(market.days.close, market.days.dates, market.days.assets)
    moved = close.pct_change(5, fill_method=None).iloc[110:190]
    return {OTHER: moved, HEADLINE: -moved, "not asked for": moved}


@pytest.fixture(scope="module")
def tables(scores, market, plan):
    return hold_long_only(scores, market, SETTINGS, EVALUATION, plan, HEADLINE)


def test_each_portfolio_is_held_for_the_headline_model_first_and_for_who_is_asked_for(
    tables,
) -> None:
    held = [(HEADLINE, "top_3"), (HEADLINE, "third"), (OTHER, "top_3"), (OTHER, "third")]
    for name, table in tables.items():
        found = list(dict.fromkeys(zip(table["signal"], table["portfolio"], strict=True)))
        assert found == held, name


def test_accounts_end_with_the_scores(tables, scores) -> None:
    dates = tables["curves"]["date"]
    assert (dates.min(), dates.max()) == (scores[HEADLINE].index[1], scores[HEADLINE].index[-1])


def test_figures_curves_and_split_tell_one_story(tables) -> None:
    curves = tables["curves"].pivot(
        index=["signal", "portfolio", "date"], columns="part", values="value"
    )
    figures = tables["figures"].set_index(["signal", "portfolio", "period"])
    splits = tables["split"].groupby(["signal", "portfolio"])["annual"].sum()
    for name in splits.index:
        own = curves.loc[name]
        annual = own.iloc[-1] ** (252 / len(own)) - 1
        row = figures.loc[(*name, "all")]
        assert row["annual_return"] == pytest.approx(annual["portfolio"])
        for yardstick in ("benchmark", "equal_benchmark", "universe"):
            expected = annual["portfolio"] - annual[yardstick]
            assert row[f"excess_{yardstick}"] == pytest.approx(expected)
        daily = own["excess"] / own["excess"].shift(1, fill_value=1.0) - 1
        assert splits[name] == pytest.approx(252 * daily.mean())
    parts = tables["split"].set_index("part")["annual"]
    assert list(parts.index[: len(PARTS)]) == list(PARTS)
    assert np.ptp(parts["weighting"]) == 0  # of the benchmark, whoever chooses
    assert parts["weighting"].iloc[0] != 0
    assert (parts["cost"] < 0).all()
    assert parts["remainder"].abs().max() < 1e-4


def test_opposite_scores_share_the_universe_and_nothing_else(tables) -> None:
    own = tables["curves"].query("portfolio == 'third'")
    last = own.groupby(["part", "signal"])["value"].last().unstack()
    assert last.loc["universe", HEADLINE] == pytest.approx(last.loc["universe", OTHER])
    assert abs(last.loc["portfolio", HEADLINE] - last.loc["portfolio", OTHER]) > 1e-3


def test_the_page_reads_curves_by_signal_and_portfolio(tables) -> None:
    inputs = long_only_inputs({name: (lambda own=own: own) for name, own in tables.items()})
    curves = inputs["long_only_curves"]
    assert {name: list(own) for name, own in curves.items()} == {
        HEADLINE: ["top_3", "third"],
        OTHER: ["top_3", "third"],
    }
    frame = curves[HEADLINE]["third"]
    assert list(frame) == ["portfolio", "benchmark", "equal_benchmark", "universe", "excess"]
    assert np.isfinite(frame.to_numpy()).all()


def test_no_portfolio_asked_for_leaves_tables_that_the_page_can_read(scores, market, plan) -> None:
    none = SETTINGS.model_copy(update={"long_only": {}})
    tables = hold_long_only(scores, market, none, EVALUATION, plan, HEADLINE)
    assert all(table.empty for table in tables.values())
    inputs = long_only_inputs({name: (lambda own=own: own) for name, own in tables.items()})
    assert inputs["long_only_curves"] == {}


def test_a_signal_that_is_not_there_is_named(scores, market, plan) -> None:
    with pytest.raises(ConfigurationError, match="there is no signal best; there are momentum"):
        hold_long_only(scores, market, SETTINGS, EVALUATION, plan, "best")
