"""A profile with folds of its own: other tests, no live fold, and a data root of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from deep_alpha.errors import ConfigurationError
from deep_alpha.pipelines.score.nodes import rank_newest
from deep_alpha.signals import Signal
from deep_alpha.training.final_model import FinalModel
from tests.pipelines.conftest import Run

FOLDS = {"test_start": "2020-04-01", "test_end": "2020-07-31", "step_months": 2, "live": False}
DEVELOPMENT = {
    "profile": "development",
    "profiles.development": {
        "seeds": [0],
        "horizons": [5],
        "model_settings": {"max_epochs": 1},
        "folds": FOLDS,
    },
}


@pytest.fixture(scope="module")
def developed(run: Run, data_root: Path) -> Path:
    """The data root after a model and a rule were scored on the profile's folds."""
    run("ingest", "factors", **DEVELOPMENT)
    run("behaviour", until=("gru32.fit", "composite.score"), **DEVELOPMENT)
    return data_root


def test_the_tests_are_those_of_the_profile(developed: Path) -> None:
    content = json.loads((developed / "05_model_input" / "folds.json").read_text())["h5"]
    assert content["overlay"] == FOLDS
    assert [fold["name"] for fold in content["folds"]] == ["2020-04", "2020-06"]
    assert content["folds"][0]["test"]["first_feature"] == "2020-04-01"
    assert content["folds"][-1]["test"]["last_feature"] == "2020-07-31"


@pytest.mark.parametrize("model", ["gru32", "composite"])
def test_every_signal_lies_in_them_and_none_is_live(developed: Path, model: str) -> None:
    scores = Signal.open(developed / f"07_model_output/signals/{model}.parquet").scores
    assert set(scores["fold"]) == {"2020-04", "2020-06"}
    assert scores["date"].min() == pd.Timestamp("2020-04-01")
    assert scores["date"].max() == pd.Timestamp("2020-07-31")


def test_models_of_another_time_rank_nothing_today(developed: Path) -> None:
    (version,) = (developed / "06_models" / "final" / "gru32").iterdir()
    final = FinalModel.open(version / "gru32")
    assert final.fold == "2020-06"
    tables = [None] * 9
    ranking = rank_newest({"gru32": "sequences"}, "gru32", *tables, final)
    assert ranking.empty
    assert list(ranking.columns) == ["date", "rank", "asset", "industry", "score", "gru32"]


def test_the_test_itself_does_not_enter_their_data_root(developed: Path, run: Run) -> None:
    before = (developed / "05_model_input" / "folds.json").read_bytes()
    with pytest.raises(ConfigurationError, match="profile=small takes the market's folds, but"):
        run("factors")
    assert (developed / "05_model_input" / "folds.json").read_bytes() == before
    run("ingest")  # a new day of the market is nobody's fold
