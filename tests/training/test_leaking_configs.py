"""A configuration that learns from validation labels is fitted where the fold says so only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deep_alpha.errors import ConfigurationError
from deep_alpha.folds import FoldSettings, make_folds
from deep_alpha.training.jobs import run_job
from tests.training.small_walk import HORIZON, jobs, lay

MLP = "deep_alpha.models.mlp.MLP"
LITERAL = {"target": "return", "clip": "all", "y_scale": "raw", "max_epochs": 1}


def test_clip_all_is_refused_on_folds_with_a_validation_of_their_own(tmp_path):
    stored = lay(tmp_path)
    with pytest.raises(ConfigurationError, match="clip=all takes quantiles of validation") as error:
        run_job(jobs(stored, tmp_path / "jobs", MLP, LITERAL)[0])
    assert "choose train, per_day or none" in str(error.value)
    assert "profile=paper_literal" in str(error.value)
    for clip in ("train", "per_day", "none"):
        run_job(jobs(stored, tmp_path / clip, MLP, {**LITERAL, "clip": clip})[0])


def test_clip_all_is_fitted_on_the_paper_s_split(tmp_path):
    stored = lay(tmp_path)
    paper = make_folds(
        stored.dates.to_numpy(), HORIZON, FoldSettings(split="paper", test_start="2020-06-01")
    )
    (job,) = jobs(replace(stored, folds=paper), tmp_path / "jobs", MLP, LITERAL)
    scaling = run_job(job).record["fit"]["summary"]["target_scaling"]
    assert scaling["clip"] == "all"
    assert scaling["low"] < 0 < scaling["high"]
