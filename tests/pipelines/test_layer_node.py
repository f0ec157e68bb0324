"""The node that holds layers: every signal, every case of costs, and a score that knows nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from deep_alpha.backtest.cost_cases import COST_CASES
from deep_alpha.backtest.exchange import ExchangeRules
from deep_alpha.backtest.layers import panel_layer_test
from deep_alpha.backtest.settings import PortfolioSettings
from deep_alpha.evaluation.null_score import random_scores
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.pipelines.backtest.portfolio_nodes import hold_layers
from deep_alpha.training.device import DeviceSettings
from deep_alpha.training.plan import ExecutorSettings, Profile, RunPlan
from tests.conftest import random_panel

EVALUATION = EvaluationSettings(quantiles=2, null_seed=3)
PORTFOLIOS = PortfolioSettings(costs=("paper_x10", "decimal"))
RULES = ExchangeRules()
PROFILE = Profile(seeds=(0,), horizons=(5,))
PLAN = RunPlan("small", PROFILE, "cpu", DeviceSettings(), ExecutorSettings())


@pytest.fixture(scope="module")
def panel():
    return random_panel()


@pytest.fixture(scope="module")
def scores(panel):
    close = panel["close"].to_pandas()
    close.columns = close.columns.astype(str)
    reversal = -close.pct_change(5).iloc[20:140].where(panel["traded"].to_pandas())
    few = reversal.copy()
    few[["A000", "A003", "A008"]] = float("nan")
    return {"many": reversal, "few": few}


@pytest.fixture(scope="module")
def tables(scores, panel):
    return hold_layers(scores, panel, EVALUATION, PORTFOLIOS, RULES, PLAN, "few")


def test_every_signal_has_rows_for_every_layer_and_case_of_costs(tables):
    layers = tables["layers"]
    rows = layers.groupby(["signal", "cost"], sort=False)["leg"].agg(list)
    assert list(rows.index) == [
        (signal, cost) for signal in ("many", "few", "random") for cost in ("paper_x10", "decimal")
    ]
    assert all(legs == ["layer 1", "layer 2", "universe"] for legs in rows)
    assert list(tables["monotonicity"]["signal"].unique()) == ["many", "few", "random"]
    assert list(tables["layer_curves"]["signal"].unique()) == ["many", "few", "random"]


@pytest.mark.parametrize(("headline", "names"), [("few", "few"), ("many", "many"), ("?", "many")])
def test_the_random_score_is_held_on_the_names_of_the_headline_model(
    scores, panel, headline, names
):
    found = hold_layers(scores, panel, EVALUATION, PORTFOLIOS, RULES, PLAN, headline)["layers"]
    own = found[(found["signal"] == "random") & (found["cost"] == "decimal")].set_index("leg")
    test = panel_layer_test(
        random_scores(scores[names], 3),
        panel,
        delisting_days=RULES.delisting_days,
        layers=2,
        horizon=5,
    )
    expected = test.summary(COST_CASES["decimal"], EVALUATION.annual_days)
    pd.testing.assert_frame_equal(own[expected.columns], expected)


def test_another_seed_is_another_score(scores, panel, tables):
    other = EVALUATION.model_copy(update={"null_seed": 4})
    changed = hold_layers(scores, panel, other, PORTFOLIOS, RULES, PLAN, "few")["layers"]
    differs = (changed["annual_return"] != tables["layers"]["annual_return"]) & (
        changed["leg"] != "universe"
    )
    assert set(changed["signal"][differs]) == {"random"}
