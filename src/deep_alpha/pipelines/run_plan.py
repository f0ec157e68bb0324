"""The node that every pipeline with models or labels begins with."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from kedro.pipeline import Node

from deep_alpha.errors import ConfigurationError
from deep_alpha.training.device import DeviceSettings
from deep_alpha.training.plan import Profile, RunPlan, plan_run

_FAMILIES = ("models", "alphanet_models", "own_models")
"""The parameters that hold models by name."""


def resolve_run_plan(
    profile: str,
    profiles: dict[str, Any],
    device: str,
    devices: dict[str, Any],
    executor: str,
    workers: int,
    *families: dict[str, Any],
) -> RunPlan:
    """Check scale, device and executor before anything runs.

    Raises:
        ConfigurationError: One of them is not known or not here, or the profile names a model
            that there is not.
    """
    plan = plan_run(
        profile,
        {name: Profile.model_validate(content) for name, content in profiles.items()},
        device,
        {name: DeviceSettings.model_validate(content) for name, content in devices.items()},
        executor,
        workers,
    )
    _require_known(plan, [name for models in families for name in models])
    return plan


def _require_known(plan: RunPlan, models: Collection[str]) -> None:
    """Refuse a misspelt name, which would otherwise change nothing."""
    for setting, names in (("one_seed", plan.profile.one_seed), ("models", plan.profile.models)):
        for name in names:
            if name not in models:
                raise ConfigurationError(
                    f"profiles.{plan.profile_name}.{setting}: '{name}' is no model; the models "
                    f"are {', '.join(models)}"
                )


def run_plan_node() -> Node:
    """The same node in every pipeline, so that joined pipelines run it once."""
    return Node(
        resolve_run_plan,
        inputs=[
            "params:profile",
            "params:profiles",
            "params:device",
            "params:devices",
            "params:executor",
            "params:workers",
            *(f"params:{family}" for family in _FAMILIES),
        ],
        outputs="run_plan",
        name="resolve_run_plan",
    )
