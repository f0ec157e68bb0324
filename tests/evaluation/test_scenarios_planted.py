"""The scenario models find what a simulated market plants, and nothing where it plants nothing.

The simulator pays candles and volumes, not SPEC's events (``market.simulation.alpha``): at
its usual strength even the oracle's AUC is 0.56 at a divergence. The planted market of these
tests is six times as strong, so that three years of 250 names are enough to see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd
import pytest

from deep_alpha.evaluation.scenario_folds import fold_rows
from deep_alpha.evaluation.scenarios import judge_scenario
from deep_alpha.factors import behavioural_factors
from deep_alpha.factors.behaviours import BehaviourSettings, behaviour_indicators
from deep_alpha.factors.features import FactorSettings, build_features
from deep_alpha.factors.scenarios import (
    SCENARIOS,
    ScenarioSettings,
    scenario_labels,
    scenario_table,
)
from deep_alpha.folds import FoldSettings, make_folds
from deep_alpha.market.simulation import simulate_market
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.models.contract import FitContext
from deep_alpha.models.scenario_mlp import ScenarioMLP, up_logits
from deep_alpha.models.segments import segment_samples
from deep_alpha.panel import build_panel

RULES = ScenarioSettings(minimum_train=1500)
FOLDS = FoldSettings(test_start="2021-06-01", step_months=12, live=False)
TASKS = {
    "divergence": {"task": "classification", "clip": "none", "y_scale": "raw"},
    "bottom_reversal": {"task": "hybrid"},
    "momentum_chasing": {"task": "regression"},
}


@dataclass(frozen=True)
class Simulated:
    """A simulated market, laid out once for all scenarios."""

    strength: float

    @cache  # noqa: B019 - two markets live as long as the tests
    def parts(self):
        market = simulate_market(n_assets=250, n_days=830, seed=7, alpha_strength=self.strength)
        panel = build_panel(market.bars, market.assets)
        universe = eligible(panel, UniversePolicy())
        features = build_features(behavioural_factors(panel), panel, universe, FactorSettings())
        return panel, universe, features, behaviour_indicators(panel, BehaviourSettings())

    @cache  # noqa: B019
    def results(self, name: str) -> pd.DataFrame:
        """The figures of a single fit, by head."""
        panel, universe, features, indicators = self.parts()
        scenario = SCENARIOS[name]
        table = scenario_table(scenario, "outcome", features, indicators, "table40")
        labels = scenario_labels(scenario, "outcome", table, panel, universe, indicators, RULES)
        (fold,) = make_folds(features.dates, labels.target.reach, FOLDS, features.first_day)
        train, valid, test = (
            segment_samples(table, labels, part, known_only=True)
            for part in (fold.train, fold.valid, fold.test)
        )
        settings = {**TASKS[name], "max_epochs": 60, "learning_rate": 1e-3}
        fitted = ScenarioMLP().fit(train, valid, settings, 0, FitContext())
        scores = pd.DataFrame(
            {"fold": fold.name, "day": test.date_index, "label": test.forward_return}
        ).assign(score=fitted.predict(test))
        if TASKS[name]["task"] == "hybrid":
            scores["up"] = up_logits(fitted, test)
        scale = fitted.summary()["target_scaling"]["scale"]
        counts = fold_rows(fold, table, labels, RULES)
        found = judge_scenario(
            scores, [counts], {fold.name: scale}, TASKS[name]["task"], RULES.horizon, 500
        )
        return found[found["fold"] == fold.name].set_index("head")


PLANTED, NULL = Simulated(6.0), Simulated(0.0)


def test_divergences_that_resolve_are_told_from_those_that_do_not():
    up = PLANTED.results("divergence").loc["up"]
    assert up["above_chance"]
    assert up["accuracy"] > up["constant_accuracy"] + 0.03


@pytest.mark.parametrize("name", ["bottom_reversal", "momentum_chasing"])
def test_the_return_after_an_event_is_found(name):
    found = PLANTED.results(name).loc["return"]
    assert found["ic_low"] > 0
    assert found["daily_ic"] > 0
    assert found["rmse"] < found["constant_rmse"]


def test_the_class_head_of_the_hybrid_finds_it_too():
    assert PLANTED.results("bottom_reversal").loc["up", "above_chance"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_is_found_where_nothing_is_planted(name):
    for _, found in NULL.results(name).iterrows():
        assert found["auc_low"] < 0.5 < found["auc_high"]
        assert not found.get("ic_low", 0.0) > 0
