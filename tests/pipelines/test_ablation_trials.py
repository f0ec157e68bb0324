"""What the axes of the ablation say, resolved to fits: who is the base, who shares a fit."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

from deep_alpha.errors import ConfigurationError
from deep_alpha.pipelines.ablation.nodes import plan_ablation
from deep_alpha.pipelines.ablation.settings import AblationSettings
from deep_alpha.pipelines.ablation.trials import Trial, plan_trials
from tests.pipelines.conftest import PROJECT
from tests.training.small_walk import plan

_MEMBERS = "deep_alpha.models.alphanet.members.AlphaNet"
MODELS: dict[str, Any] = {
    "v3": {"model_class": f"{_MEMBERS}V3Model", "lookback": 42, "train_every": 3},
    "v4": {"model_class": f"{_MEMBERS}V4Model", "lookback": 42},
    "trees": {"model_class": "deep_alpha.models.xgb.XGBoostModel"},
}


def settings(axes: dict[str, Any], **others: Any) -> AblationSettings:
    """Axes given as {name: (model, labels, variants)}."""
    laid = {
        name: {"model": model, "labels": labels, "variants": variants}
        for name, (model, labels, variants) in axes.items()
    }
    return AblationSettings.model_validate({"axes": laid, **others})


def resolve(axes: dict[str, Any], **others: Any) -> dict[str, Trial]:
    """The trials by variant."""
    return {trial.variant: trial for trial in plan_trials(settings(axes, **others), MODELS)}


def test_a_variant_changes_what_it_names_and_keeps_its_model_s_own_settings():
    trials = resolve(
        {
            "axis": (
                "v3",
                "return",
                {
                    "same": {},
                    "inputs": {"config": {"features": {"inputs": "paper13"}}},
                    "labels": {"labels": "residual"},
                    "model": {"model": "v4"},
                },
            )
        }
    )
    # V3 drops no features; the class that holds its feature settings would.
    for name in ("same", "inputs", "labels"):
        assert trials[name].spec.config["features"]["spearman"] is None
    assert trials["inputs"].spec.config["features"]["inputs"] == "paper13"
    assert trials["same"].spec.config["features"]["inputs"] == "v2"
    assert trials["model"].spec.config["features"]["spearman"] == 0.8
    assert [trial.labels for trial in trials.values()] == ["return", "return", "residual", "return"]
    assert [name for name, trial in trials.items() if trial.base] == ["same"]


def test_what_is_said_in_other_words_is_the_base_all_the_same():
    trials = resolve(
        {
            "axis": (
                "v4",
                "residual",
                {
                    "default": {"config": {"network": {"attention": True}}},
                    "labels": {"labels": "residual"},
                    "seeds": {"seeds": [0]},
                    "more seeds": {"seeds": [0, 1]},
                    "together": {"seeds": [0, 1], "ensemble": True},
                },
            )
        }
    )
    assert [trial.base for trial in trials.values()] == [True, True, True, False, False]
    assert trials["more seeds"].job == trials["together"].job != trials["default"].job


def test_variants_that_are_the_same_fit_share_it_whichever_axes_are_run():
    axes = {
        "ladder": ("v3", "return", {"v3": {}, "+ v4": {"model": "v4", "labels": "residual"}}),
        "loss": (
            "v4",
            "residual",
            {"target": {}, "none": {"labels": "return"}, "both": {"config": {"loss": "projected"}}},
        ),
        "labels": ("v4", "return", {"returns": {}, "residuals": {"labels": "residual"}}),
    }
    trials = resolve(axes)
    assert trials["+ v4"].job == trials["target"].job == trials["residuals"].job
    assert trials["target"].job == "ablation/base/v4/residual"
    assert trials["none"].job == trials["returns"].job == "ablation/base/v4/return"
    assert trials["both"].job == "ablation/loss/both"
    assert len({trial.job for trial in trials.values()}) == 4
    alone = resolve(axes, only=["ladder"])
    assert {name: trial.job for name, trial in alone.items()} == {
        name: trials[name].job for name in ("v3", "+ v4")
    }


def test_an_axis_s_own_settings_are_part_of_its_base():
    asked = AblationSettings.model_validate(
        {
            "axes": {
                "plain": {"model": "v3", "labels": "return", "variants": {"v3": {}}},
                "sampling": {
                    "model": "v3",
                    "labels": "return",
                    "config": {"features": {"inputs": "paper13"}},
                    "figure": "4-5",
                    "note": "of thirteen",
                    "variants": {
                        "full": {"note": "all of them"},
                        "nine": {"config": {"features": {"sampled_inputs": 9}}},
                    },
                },
            }
        }
    )
    plain, full, nine = plan_trials(asked, MODELS)
    assert (plain.base, full.base, nine.base) == (True, True, False)
    assert full.job == "ablation/sampling/full" != plain.job
    assert nine.spec.config["features"]["inputs"] == "paper13"
    assert (nine.figure, nine.note, full.note, plain.figure) == (
        "4-5", "of thirteen", "all of them", "",
    )  # fmt: skip


def test_all_variants_see_the_same_days_whatever_their_models_say():
    trials = resolve(
        {"axis": ("v3", "return", {"v3": {}, "v4": {"model": "v4"}})}, train_every=7, valid_every=2
    )
    days = {(trial.spec.train_every, trial.spec.valid_every) for trial in trials.values()}
    assert days == {(7, 2)}


def test_mistakes_name_the_axis_and_what_to_do():
    with pytest.raises(ConfigurationError, match="axis 'x': there is no model 'v5'; choose one"):
        resolve({"x": ("v3", "return", {"a": {"model": "v5"}})})
    with pytest.raises(ConfigurationError, match="axis 'x': trees is no AlphaNet"):
        resolve({"x": ("trees", "return", {"a": {}})})
    with pytest.raises(ConfigurationError, match=r"ablation\.only: there is no axis 'y'; choose"):
        resolve({"x": ("v3", "return", {"a": {}})}, only=["y"])
    with pytest.raises(ValueError, match="inptus"):
        resolve({"x": ("v3", "return", {"a": {"config": {"features": {"inptus": "v1"}}}})})
    with pytest.raises(ValueError, match="axis 'x': the ensemble 'a' has one seed; give it two"):
        resolve({"x": ("v3", "return", {"a": {"ensemble": True}})})


@pytest.mark.parametrize(("profile", "enabled"), [({"leaks_by_design": True}, True), ({}, False)])
def test_nothing_is_planned_where_it_is_switched_off_or_the_profile_leaks(profile, enabled):
    asked = settings({"axis": ("v3", "return", {"a": {}})}, enabled=enabled)
    assert plan_ablation(plan(**profile), asked, MODELS) == []


@pytest.fixture(scope="module")
def parameters() -> dict[str, Any]:
    bootstrap_project(PROJECT)
    with KedroSession.create(PROJECT, env="base") as session:
        return session.load_context().params


@pytest.fixture(scope="module")
def of_the_project(parameters) -> dict[str, list[Trial]]:
    """All trials of the project's parameters, by axis."""
    every = parameters["ablation"].model_copy(update={"only": ()})
    found: dict[str, list[Trial]] = {}
    for trial in plan_trials(every, parameters["alphanet_models"]):
        found.setdefault(trial.axis, []).append(trial)
    return found


def test_the_axes_of_the_project_resolve_and_have_one_base_each(of_the_project):
    assert list(of_the_project) == [
        "ladder", "V3 with V4's target", "sequence", "inputs", "random sampling",
        "Spearman dropout", "windows", "Transformer residual", "attention", "loss", "weights",
        "stopping", "output", "batch norm", "h_norm", "table34 windows", "return lag",
        "learning rate schedule",
    ]  # fmt: skip
    for axis, trials in of_the_project.items():
        assert sum(trial.base for trial in trials) == 1, axis
    figures = {axis: trials[0].figure for axis, trials in of_the_project.items()}
    assert {axis: figure for axis, figure in figures.items() if figure} == {
        "sequence": "4-1", "inputs": "4-3", "random sampling": "4-5", "Spearman dropout": "4-6",
        "windows": "4-9", "Transformer residual": "4-10", "attention": "4-11",
    }  # fmt: skip


def test_each_rung_of_the_ladder_changes_what_it_says(of_the_project):
    rungs = of_the_project["ladder"]
    changed = [
        changes(
            {**before.spec.config, "labels": before.labels},
            {**after.spec.config, "labels": after.labels},
        )
        for before, after in pairwise(rungs)
    ]
    assert [rung.variant for rung in rungs] == [
        "V3", "+ sequence", "+ inputs", "+ dropout", "+ network", "+ target", "+ weights",
        "+ Sharpe stop",
    ]  # fmt: skip
    assert changed[0] == {"branches"}
    assert changed[1] == {"features.inputs"}
    assert changed[2] == {"features.spearman"}
    assert {"network.attention", "batches", "schedule", "learning_rate", "branches"} <= changed[3]
    assert not [name for name in changed[3] if name.startswith("features")]
    assert changed[4] == {"labels"}
    assert changed[5] == {"long_weight"}
    assert changed[6] == {"long_weight", "stop_on"}
    own = of_the_project["attention"][0]
    assert rungs[5].job == own.job
    assert own.spec.config["long_weight"] == "off"


def test_the_ten_samplings_are_fitted_once_for_their_mean_and_their_ensemble(of_the_project):
    _, single, together = of_the_project["random sampling"]
    assert single.job == together.job
    assert (single.ensemble, together.ensemble) == (False, True)
    assert single.seeds == tuple(range(10))
    assert single.spec.config["features"]["sampled_inputs"] == 9


def changes(before: dict[str, Any], after: dict[str, Any], path: str = "") -> set[str]:
    """Names of the settings that differ."""
    found: set[str] = set()
    for name in {*before, *after}:
        old, new = before.get(name), after.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            found |= changes(old, new, f"{name}.")
        elif old != new:
            found.add(f"{path}{name}")
    return found
