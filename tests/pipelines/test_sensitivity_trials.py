"""What the axes say, resolved to fits: who is the base, who shares a fit, who leaks."""

from __future__ import annotations

from typing import Any

import pytest

from deep_alpha.errors import ConfigurationError
from deep_alpha.factors import factor_set
from deep_alpha.factors.features import FactorSettings
from deep_alpha.folds import FoldSettings
from deep_alpha.pipelines.sensitivity.nodes import plan_sensitivity, reduced_plan
from deep_alpha.pipelines.sensitivity.settings import SensitivitySettings
from deep_alpha.pipelines.sensitivity.trials import Scaling, Trial, plan_trials
from tests.training.small_walk import plan

MLP = "deep_alpha.models.mlp.MLP"
MODELS = {
    "plain": {"model_class": MLP, "config": {"target": "rank"}},
    "returns": {"model_class": MLP, "config": {"target": "return", "clip": "train"}},
    "wide": {"model_class": MLP, "features": "all"},
}


def settings(axes: dict[str, Any], **others: Any) -> SensitivitySettings:
    """Axes given as {name: (model, variants)}."""
    laid = {name: {"model": model, "variants": kinds} for name, (model, kinds) in axes.items()}
    return SensitivitySettings.model_validate({"axes": laid, "tables": "unused", **others})


def resolve(
    axes: dict[str, Any],
    factors: FactorSettings | None = None,
    folds: FoldSettings | None = None,
    **others: Any,
) -> dict[str, Trial]:
    """The trials by variant."""
    found = plan_trials(
        settings(axes, **others), MODELS, factors or FactorSettings(), folds or FoldSettings()
    )
    return {trial.variant: trial for trial in found}


def test_a_variant_changes_what_it_names_and_nothing_else():
    trials = resolve(
        {
            "axis": (
                "plain",
                {
                    "same": {},
                    "fewer": {"factors": {"set": "first40"}},
                    "raw": {"factors": {"winsor": "none", "scale_free": True}},
                    "dropout": {"config": {"dropout": 0.5}},
                    "windows": {"lookback": 3, "max_gap": 1},
                },
            )
        }
    )
    assert trials["same"].columns == factor_set("table40")
    assert trials["same"].scaling == Scaling("mad5", scale_free=False)
    assert trials["fewer"].columns == factor_set("first40")
    assert trials["raw"].scaling == ("none", True)
    assert trials["raw"].columns == factor_set("table40")
    assert trials["dropout"].spec.config == {"target": "rank", "dropout": 0.5}
    assert (trials["windows"].spec.lookback, trials["windows"].spec.max_gap) == (3, 1)
    assert [name for name, trial in trials.items() if trial.base] == ["same"]


def test_what_is_said_in_other_words_is_the_base_all_the_same():
    trials = resolve(
        {
            "axis": (
                "plain",
                {
                    "default": {"config": {"loss": "dual"}},
                    "own set": {"factors": {"set": "table40"}},
                    "folds": {"folds": {"step_months": 6}},
                    "other": {"config": {"loss": "mse"}},
                },
            )
        }
    )
    assert [trial.base for trial in trials.values()] == [True, True, True, False]
    assert {trial.job for trial in trials.values() if trial.base} == {"sensitivity/base/plain"}
    assert trials["other"].job == "sensitivity/axis/other"


def test_the_base_is_what_the_run_does_not_what_a_default_is():
    axes = {"set": ("plain", {"40": {"factors": {"set": "table40"}}, "44": {}})}
    trials = resolve(axes, factors=FactorSettings(set="all44"))
    assert (trials["40"].base, trials["44"].base) == (False, True)


def test_variants_that_are_the_same_fit_share_its_jobs():
    trials = resolve(
        {
            "target": ("plain", {"rank": {}, "return": {"model": "returns"}}),
            "clip": (
                "returns",
                {
                    "train": {},
                    "train again": {"config": {"clip": "train"}},
                    "none": {"config": {"clip": "none"}},
                },
            ),
            "more": ("plain", {"no clip": {"model": "returns", "config": {"clip": "none"}}}),
        }
    )
    # Of an axis that starts elsewhere, another model is no base.
    assert (trials["return"].base, trials["train"].base) == (False, True)
    assert trials["return"].job == trials["train"].job == trials["train again"].job
    assert trials["none"].job == trials["no clip"].job == "sensitivity/clip/none"
    assert len({trial.job for trial in trials.values()}) == 3


def test_the_paper_s_split_leaks_and_keeps_the_market_s_dates():
    market = FoldSettings(test_start="2020-06-01", step_months=3)
    axes = {"split": ("plain", {"own": {}, "paper": {"folds": {"split": "paper"}}})}
    trials = resolve(axes, folds=market)
    assert (trials["own"].leaks, trials["paper"].leaks) == (False, True)
    assert (trials["own"].base, trials["paper"].base) == (True, False)
    assert trials["own"].job != trials["paper"].job
    assert trials["paper"].folds == market.model_copy(update={"split": "paper"})


def test_axes_can_be_chosen():
    axes = {"one": ("plain", {"a": {}}), "two": ("plain", {"b": {}}), "three": ("plain", {"c": {}})}
    assert list(resolve(axes, only=["three", "one"])) == ["c", "a"]
    with pytest.raises(ConfigurationError, match="no axis 'four'; choose among one, two, three"):
        resolve(axes, only=["four"])


def test_mistakes_name_the_axis_and_what_to_choose():
    with pytest.raises(ConfigurationError, match="axis 'x': there is no model 'best'; choose one"):
        resolve({"x": ("plain", {"a": {"model": "best"}})})
    with pytest.raises(ConfigurationError, match="axis 'x': wide reads features=all"):
        resolve({"x": ("wide", {"a": {}})})
    with pytest.raises(ValueError, match="dropuot"):
        resolve({"x": ("plain", {"a": {"config": {"dropuot": 0.5}}})})
    with pytest.raises(ValueError, match="minimum_present"):
        resolve({"x": ("plain", {"a": {"factors": {"minimum_present": 3}}})})


def test_the_plan_has_the_seeds_and_days_of_the_trials_and_the_profile_s_caps():
    run_plan = plan((0, 1, 2), train_every=1, model_settings={"max_epochs": 3})
    asked = settings(
        {}, seeds=[7], train_every=4, model_settings={"max_epochs": 9, "batch_size": 64}
    )
    profile = reduced_plan(run_plan, asked).profile
    assert (profile.seeds, profile.train_every, profile.horizons) == ((7,), 4, (5,))
    assert profile.model_settings == {"max_epochs": 3, "batch_size": 64}


@pytest.mark.parametrize(("profile", "enabled"), [({"leaks_by_design": True}, True), ({}, False)])
def test_nothing_is_planned_where_it_is_switched_off_or_the_profile_leaks(profile, enabled):
    asked = settings({"axis": ("plain", {"a": {}})}, enabled=enabled)
    nothing: Any = None
    found = plan_sensitivity(
        plan(**profile), asked, MODELS, FactorSettings(), FoldSettings(), nothing, nothing
    )
    assert found == ([], {})
