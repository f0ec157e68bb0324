"""When a name has left the market is one setting, whoever holds it: ``exchange.delisting_days``."""

from __future__ import annotations

import pytest

from deep_alpha.backtest.exchange import ExchangeRules
from deep_alpha.backtest.settings import PortfolioSettings
from deep_alpha.evaluation.records import lookup
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.pipelines.backtest.nodes import judge
from deep_alpha.pipelines.backtest.portfolio_nodes import hold_layers
from deep_alpha.signals import Signal
from deep_alpha.training.device import DeviceSettings
from deep_alpha.training.plan import ExecutorSettings, Profile, RunPlan
from tests.conftest import random_panel

HORIZON, GONE = 5, 80  # A007 trades until the last 80 of 160 days
SOONER, LATER = (ExchangeRules(delisting_days=days) for days in (GONE, GONE + 1))
EVALUATION = EvaluationSettings(top_k=3, quantiles=2)
PROFILE = Profile(seeds=(0,), horizons=(HORIZON,))
PLAN = RunPlan("small", PROFILE, "cpu", DeviceSettings(), ExecutorSettings())


@pytest.fixture(scope="module")
def panel():
    return random_panel()


@pytest.fixture(scope="module")
def scores(panel):
    """Another order of the names every day, A007 on top until it leaves."""
    close = panel["close"].to_pandas()
    close.columns = close.columns.astype(str)
    moved = -close.pct_change(5).where(panel["traded"].to_pandas())
    moved["A007"] += 10.0
    return moved.iloc[40:120]


def test_the_ends_of_a_score_are_paid_out_when_the_setting_says_so(panel, scores):
    long = scores.rename_axis("date").reset_index()
    long = long.melt("date", var_name="asset", value_name="score").dropna()
    signal = Signal(long.assign(fold="2020-01"), {"horizon": HORIZON})
    unsold = []
    for rules in (SOONER, LATER):
        metrics, *_ = judge(
            PLAN, panel, {"entry": "close"}, EVALUATION, rules, {"mlp": signal}, {}, {}
        )
        records = metrics["portfolio"]
        unsold.append(
            lookup(records, "portfolio", "mlp", "unsold", basis="top / gross", horizon=HORIZON)
        )
    assert unsold[1] > unsold[0] + 10  # every day from then on, by whoever still holds it


def test_layers_are_paid_out_when_the_setting_says_so(panel, scores):
    sooner, later = (
        hold_layers({"mlp": scores}, panel, EVALUATION, PortfolioSettings(), rules, PLAN, "mlp")[
            "layers"
        ]
        for rules in (SOONER, LATER)
    )
    own = sooner["signal"] == "mlp"
    assert not sooner[own].equals(later[own])
