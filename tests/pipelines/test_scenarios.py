"""The scenarios pipeline on a small simulated market."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from deep_alpha import pipeline_registry
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.feature_table import FeatureTable
from deep_alpha.models.scenario_mlp import ScenarioMLP
from deep_alpha.pipelines import scenarios
from deep_alpha.pipelines.scenarios.nodes import judge_study
from deep_alpha.pipelines.scenarios.pipeline import STUDIES
from tests.pipelines.conftest import Run

NAMES = [study.name for study in STUDIES]
FEW = {
    "scenarios.rules.minimum_train": 60,
    "scenarios.rules.minimum_valid": 10,
    "folds.test_start": "2020-07-01",
    "folds.test_end": "2020-12-31",
    "folds.step_months": 3,
}


@pytest.fixture(scope="module", autouse=True)
def _registered() -> Iterator[None]:
    registered = pipeline_registry.register_pipelines
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            pipeline_registry,
            "register_pipelines",
            lambda: {**registered(), "scenarios": scenarios.create_pipeline()},
        )
        yield


@pytest.fixture(scope="module")
def finished(run: Run, data_root: Path) -> Path:
    """The data root after all scenarios, with fewer events asked for than SPEC does."""
    run("ingest", "factors", "scenarios", **FEW)
    return data_root


def table(root: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(root / "08_reporting" / "scenarios" / f"{name}.parquet")


def scores(root: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(root / "07_model_output" / "scenarios" / f"{name}.parquet")


def record(root: Path, name: str) -> dict:
    return json.loads((root / "06_models" / "scenarios" / f"{name}.json").read_text())


def test_every_study_is_judged(finished: Path) -> None:
    results = table(finished, "results")
    assert set(results["scenario"] + "_" + results["variant"]) == set(NAMES)
    assert (results["status"] == "fitted").all()
    assert results["auc"].notna().all()
    tasks = results.groupby(["scenario", "variant"])["task"].unique().map(list).to_dict()
    assert tasks["divergence", "outcome"] == ["classification"]
    assert tasks["bottom_reversal", "outcome"] == ["hybrid"]
    assert tasks["momentum_chasing", "outcome"] == ["regression"]
    assert all(tasks[name, "occurrence"] == ["classification"] for name, _ in tasks)
    assert set(results["by"]) == {"ensemble", "0", "1"}
    assert not results["leaks_by_design"].any()


def test_detection_has_today_s_indicator_as_its_yardstick(finished: Path) -> None:
    results = table(finished, "results")
    own = results[(results["variant"] == "occurrence") & (results["scenario"] == "divergence")]
    assert (own["today_auc"] > 0.6).all()
    assert results.loc[results["variant"] == "outcome", "today_auc"].isna().all()


@pytest.mark.parametrize("name", NAMES)
def test_scores_are_those_of_the_test_s_rows(finished: Path, name: str) -> None:
    found = scores(finished, name)
    rows = FeatureTable.open(finished / "04_feature" / "scenarios" / name)
    folds = json.loads((finished / "05_model_input" / "folds.json").read_text())["h5"]["folds"]
    spans = {
        fold["name"]: (fold["test"]["positions"]["first"], fold["test"]["positions"]["last"])
        for fold in folds
        if fold["name"] != "live"
    }
    assert set(found["fold"]) == set(spans)
    for fold, part in found.groupby("fold"):
        first, last = spans[fold]
        inside = (rows.date_index >= first) & (rows.date_index <= last)
        assert part["day"].tolist() == rows.date_index[inside].tolist()
        assert part["asset"].tolist() == rows.assets[rows.asset_index[inside]].tolist()
    mean = found[["score_0", "score_1"]].astype("float64").mean(axis=1)
    np.testing.assert_allclose(found["score"], mean, atol=1e-6)
    assert ("up" in found) == (name == "bottom_reversal_outcome")


def test_the_hybrid_s_class_head_is_that_of_its_own_fold_and_seed(finished: Path) -> None:
    name = "bottom_reversal_outcome"
    found = scores(finished, name)
    rows = FeatureTable.open(finished / "04_feature" / "scenarios" / name)
    place = pd.MultiIndex.from_arrays([rows.date_index, rows.assets[rows.asset_index]])
    assert sorted(set(found["fold"])) == ["2020-07", "2020-10"]
    for fold, part in found.groupby("fold"):
        own = rows.values[place.get_indexer(list(zip(part["day"], part["asset"], strict=True)))]  # noqa: PD011
        for seed in (0, 1):
            folder = finished / f"06_models/jobs/scenario_{name}/h5/{fold}/seed{seed}/model"
            heads = ScenarioMLP().load(folder).network(torch.from_numpy(own)).detach().numpy()
            np.testing.assert_allclose(part[f"score_{seed}"], heads[:, 0], atol=1e-5)
            np.testing.assert_allclose(part[f"up_{seed}"], heads[:, 1], atol=1e-5)
    np.testing.assert_allclose(found["up"], found[["up_0", "up_1"]].mean(axis=1), atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_purge_is_the_label_s_own_reach(finished: Path, name: str) -> None:
    """Of the same calendar, one-day labels let training go on for four days more."""
    known = record(finished, name)
    outcome = name.endswith("outcome")
    assert known["horizon"] == (5 if outcome else 1)
    calendar = json.loads((finished / "market.json").read_text())["dates"]
    folds = json.loads((finished / "05_model_input" / "folds.json").read_text())["h5"]["folds"]
    ends = {fold["name"]: fold["train"]["positions"]["last"] for fold in folds}
    for look in known["looks"]:
        extra = calendar.index(look["train_last"]) - ends[look["fold"]]
        assert extra == (0 if outcome else 4)


def test_events_are_counted_up_to_the_last_test_and_no_further(finished: Path) -> None:
    events = table(finished, "events_by_year")
    calendar = json.loads((finished / "market.json").read_text())["dates"]
    last = record(finished, NAMES[0])["last_test_day"]
    assert calendar[last] == "2020-12-31"
    features = FeatureTable.open(finished / "04_feature" / "behavioural")
    counted = events[events["name"] == "divergence"]["rows"].sum()
    assert counted == features.rows_between(0, last).stop < len(features)


def test_every_look_is_in_a_ledger_of_its_own(finished: Path, run: Run) -> None:
    ledger = finished / "08_reporting" / "scenario_ledger.jsonl"
    before = ledger.read_text().splitlines()
    looks = [json.loads(line) for line in before]
    assert {look["model"] for look in looks} == {f"scenario_{name}" for name in NAMES}
    assert not (finished / "08_reporting" / "ledger.jsonl").exists()
    jobs = finished.glob("06_models/jobs/scenario_*/**/record.json")
    times = {file: file.stat().st_mtime_ns for file in jobs}
    assert len(times) == len(looks)
    run("scenarios", **FEW)
    assert ledger.read_text().splitlines() == before
    assert {file: file.stat().st_mtime_ns for file in times} == times


def test_learning_is_kept_epoch_by_epoch(finished: Path) -> None:
    learning = table(finished, "learning")
    assert set(learning["scenario"] + "_" + learning["variant"]) == set(NAMES)
    assert learning[["train_loss", "valid_rmse"]].notna().all(axis=None)


def test_another_headline_moves_no_scenario(finished: Path, run: Run) -> None:
    before = scores(finished, "momentum_chasing_outcome")
    run(
        "scenarios",
        **{**FEW, "scenarios.rules.seeds": "first", "profiles.small.horizons": [10]},
    )
    again = scores(finished, "momentum_chasing_outcome")
    assert record(finished, "momentum_chasing_outcome")["horizon"] == 5
    pd.testing.assert_series_equal(again["score_0"], before["score_0"])
    assert "score_1" not in again


def test_too_few_events_are_reported_and_end_no_run(finished: Path, run: Run) -> None:
    run("scenarios", **{**FEW, "scenarios.rules.minimum_train": 3000})
    results = table(finished, "results")
    outcome = results[results["variant"] == "outcome"]
    assert set(outcome["status"]) == {"not enough events"}
    assert outcome["auc"].isna().all()
    assert (outcome["train_rows"] < 3000).all()
    assert set(results.loc[results["variant"] == "occurrence", "status"]) == {"fitted"}
    assert scores(finished, "divergence_outcome").empty
    assert len(table(finished, "events_by_year"))


def test_results_of_folds_that_leak_by_design_are_marked(finished: Path) -> None:
    study = STUDIES[0]
    literal = {**record(finished, study.name), "leaks_by_design": True}
    found = judge_study(study, scores(finished, study.name), literal, EvaluationSettings())
    assert found["leaks_by_design"].all()
