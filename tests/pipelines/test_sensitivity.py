"""The sensitivity pipeline on a small simulated market, through Kedro."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from kedro.framework.session import KedroSession

from deep_alpha.factors.features import FactorSettings
from deep_alpha.folds import FoldSettings
from deep_alpha.pipelines.sensitivity.judgement import COLUMNS
from deep_alpha.pipelines.sensitivity.settings import SensitivitySettings
from deep_alpha.pipelines.sensitivity.trials import plan_trials
from tests.pipelines.conftest import PROJECT, Run

CHOSEN = {"sensitivity.only": ["scale-free", "split", "CNN"]}


@pytest.fixture(scope="module")
def finished(run: Run, data_root: Path) -> Path:
    """The data root after the chosen axes."""
    run("ingest", "factors")
    run("sensitivity", **CHOSEN)
    return data_root


def table(root: Path) -> pd.DataFrame:
    return pd.read_parquet(root / "08_reporting" / "sensitivity.parquet")


def ledger(root: Path) -> pd.DataFrame:
    lines = (root / "08_reporting" / "ledger.jsonl").read_text().splitlines()
    return pd.DataFrame([json.loads(line) for line in lines])


def test_every_variant_has_a_row_on_the_same_days(finished: Path) -> None:
    found = table(finished)
    assert tuple(found.columns) == tuple(COLUMNS)
    assert set(found["axis"]) == set(CHOSEN["sensitivity.only"])
    assert len(found) == 11
    assert found.groupby("axis")["base"].sum().tolist() == [1, 1, 1]
    assert set(found["days"]) == {found["days"].max()}
    speaking = found[~found["degenerate"]]
    assert np.isfinite(speaking[["rank_ic", "rank_ic_sd", "icir", "pearson_ic"]]).all(axis=None)
    assert (found["seconds"] > 0).all()
    assert found.loc[found["leaks"], "variant"].tolist() == ["paper", "paper, all of it literal"]


def test_the_base_is_one_fit_whatever_axis_shows_it(finished: Path) -> None:
    found = table(finished)
    shown = found[found["base"] & (found["model"] == "mlp_rank")]
    assert len(shown) == 2
    assert shown.drop(columns=["axis", "variant"]).drop_duplicates().shape[0] == 1


def test_every_fit_is_a_look_and_the_paper_s_split_is_marked(finished: Path) -> None:
    looks = ledger(finished)
    jobs = json.loads((finished / "06_models" / "sensitivity.jobs.json").read_text())
    assert set(looks["fit"]) == {job["fingerprints"]["fit"] for job in jobs}
    # Fitted once is the walk itself where there is one test window: one look, not two.
    assert len(jobs) == 10 == len(looks) + 1
    assert set(looks["model"]) == {
        "sensitivity/base/mlp_rank",
        "sensitivity/base/cnn",
        "sensitivity/scale-free/on",
        "sensitivity/split/paper",
        "sensitivity/split/paper, all of it literal",
        "sensitivity/CNN/dual",
        "sensitivity/CNN/T x F",
        "sensitivity/CNN/single, raw",
        "sensitivity/CNN/dual, raw",
    }
    marked = looks[looks["leaks_by_design"]]
    assert set(marked["model"]) == {
        "sensitivity/split/paper", "sensitivity/split/paper, all of it literal",
    }  # fmt: skip
    assert set(marked["fold"]) == {"paper"}
    assert "live" not in set(looks["fold"])
    assert set(looks["seed"]) == {0}


def test_the_literal_clip_knows_the_returns_of_the_test(finished: Path) -> None:
    folder = finished / "06_models" / "jobs" / "sensitivity" / "split"
    record = json.loads(
        (folder / "paper, all of it literal" / "h5" / "paper" / "seed0" / "record.json").read_text()
    )
    assert record["config"]["clip"] == "all"
    assert record["fit"]["summary"]["target_scaling"]["clip"] == "all"


def test_a_second_run_fits_nothing_and_finds_the_same(finished: Path, run: Run) -> None:
    before, records = table(finished), sorted(finished.glob("06_models/jobs/**/record.json"))
    stamps = [record.stat().st_mtime_ns for record in records]
    looks = len(ledger(finished))
    run("sensitivity", **CHOSEN)
    pd.testing.assert_frame_equal(table(finished), before)
    assert [record.stat().st_mtime_ns for record in records] == stamps
    assert len(ledger(finished)) == looks


def test_it_can_be_switched_off(finished: Path, run: Run) -> None:
    looks = len(ledger(finished))
    run("sensitivity", **{"sensitivity.enabled": False})
    assert table(finished).empty
    assert len(ledger(finished)) == looks


def test_the_axes_of_the_project_resolve(run: Run, data_root: Path) -> None:
    """Every axis has one base, and what two axes share is fitted once."""
    with KedroSession.create(PROJECT) as session:
        parameters = session.load_context().params
    trials = plan_trials(
        SensitivitySettings.model_validate(parameters["sensitivity"]),
        parameters["models"],
        FactorSettings.model_validate(parameters["factors"]),
        FoldSettings.model_validate(parameters["folds"]),
    )
    bases = pd.Series([t.base for t in trials]).groupby([t.axis for t in trials]).sum()
    assert (bases == 1).all()
    assert list(dict.fromkeys(trial.axis for trial in trials)) == [
        "factor set", "target and scale", "clip", "winsorising", "scale-free", "split",
        "factor order", "CNN", "loss",
    ]  # fmt: skip
    assert len({trial.job for trial in trials}) == 27 < len(trials)
