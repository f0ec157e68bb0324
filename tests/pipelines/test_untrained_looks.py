"""Which signals leave looks in the ledger without having been fitted."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from deep_alpha.evaluation import rank_ic
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.folds import Fold, Segment, manifest
from deep_alpha.market.identity import MarketRecord
from deep_alpha.pipelines.backtest.ledger_nodes import note_untrained_looks
from deep_alpha.pipelines.backtest.scoreboard_nodes import lay_out_scores
from deep_alpha.signals import Signal, wide_frame
from deep_alpha.targets import TargetSettings, forward_return
from deep_alpha.training.plan import Profile, RunPlan

TARGET = {"entry": "close", "kind": "raw", "max_suspended": 5}
META = {"market": "m", "universe": "u", "entry": "close", "horizon": 5}
PLAN = RunPlan("tiny", Profile(seeds=(0,), horizons=(5, 10)), "cpu", None, None)


def signal(panel, seed: int, seeds: tuple[int, ...] = ()) -> Signal:
    """Random scores of the last 80 days, all in one test window."""
    values = np.random.default_rng(seed).normal(size=(80, panel.sizes["asset"]))
    dates = pd.DatetimeIndex(panel["date"].to_numpy()[-80:], name="date")
    wide = pd.DataFrame(values, dates, pd.Index(panel["asset"].to_numpy(), name="asset"))
    scores = wide.reset_index().melt("date", var_name="asset", value_name="score")
    return Signal(scores.assign(fold="window"), {**META, "seeds": seeds})


@pytest.fixture
def run(small_panel):
    dates = small_panel["date"].to_numpy()
    last = len(dates) - 1
    window = Fold(
        "window", Segment(0, 9, 1, 14), Segment(20, 29, 21, 34), Segment(80, last, 81, 164)
    )
    days = tuple(f"{day:%Y-%m-%d}" for day in pd.DatetimeIndex(dates))
    signals = {
        "mlp": signal(small_panel, 0, seeds=(0, 1)),
        "composite": signal(small_panel, 1),
        "oracle": signal(small_panel, 2),
    }
    returns = {
        horizon: wide_frame(forward_return(small_panel, TargetSettings(horizon=horizon, **TARGET)))
        for horizon in (5, 10)
    }
    daily = [
        rank_ic(signals[name].wide(), returns[horizon])
        .to_frame()
        .assign(model=name, horizon=horizon)
        for horizon in (5, 10)
        for name in signals
    ]
    return SimpleNamespace(
        run_plan=PLAN,
        signals=signals,
        other_signals={name: {"h10": found} for name, found in signals.items()},
        daily_ic=pd.concat(daily).rename_axis("date").reset_index(),
        all_signals=signals,
        sensitivity_looks=pd.DataFrame(),
        alphanet_looks=pd.DataFrame(),
        ablation_looks=pd.DataFrame(),
        panel=small_panel,
        folds={f"h{horizon}": manifest([window], dates, horizon) for horizon in (5, 10)},
        market_record=MarketRecord("folder", days, ("0",) * len(days)),
        target=TARGET,
        evaluation=EvaluationSettings(blends={"both": ("mlp", "composite")}),
        returns=returns,
    )


def looks(run) -> list[dict]:
    given = dict(vars(run))
    given.pop("returns")
    scores = lay_out_scores(given.pop("signals"), run.evaluation)
    return note_untrained_looks(scores=scores, **given)


def test_rules_at_all_horizons_and_blends_are_noted_and_no_one_else(run) -> None:
    rows = looks(run)
    assert [(row["model"], row["horizon"]) for row in rows] == [
        ("composite", 5),
        ("composite", 10),
        ("both", 5),
    ]
    assert json.loads(rows[2]["config"]) == {"parts": ["mlp", "composite"]}
    assert {row["profile"] for row in rows} == {"tiny"}
    assert {row["digest"] for row in rows} == {run.market_record.digest}


def test_they_reached_what_the_judge_says(run) -> None:
    five, ten, both = looks(run)
    composite = run.signals["composite"].wide()
    assert five["test_ic"] == pytest.approx(rank_ic(composite, run.returns[5]).mean())
    assert ten["test_ic"] == pytest.approx(rank_ic(composite, run.returns[10]).mean())
    ranks = [run.signals[name].wide().rank(axis=1, pct=True) for name in ("mlp", "composite")]
    assert both["test_ic"] == pytest.approx(rank_ic(sum(ranks) / 2, run.returns[5]).mean())


def test_each_horizon_has_scores_of_its_own(run) -> None:
    silent = run.signals["composite"].scores.assign(score=1.0)
    run.other_signals["composite"]["h10"] = Signal(silent, META)
    assert [row["degenerate"] for row in looks(run)] == [False, True, False]


def test_the_same_run_again_adds_nothing(run) -> None:
    keys = [(row["fit"], row["scores"]) for row in looks(run)]
    assert [(row["fit"], row["scores"]) for row in looks(run)] == keys
    assert len(set(keys)) == 3
