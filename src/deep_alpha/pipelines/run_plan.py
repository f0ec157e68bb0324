"""The node that every pipeline with models or labels begins with."""

from __future__ import annotations

from typing import Any

from kedro.pipeline import Node

from deep_alpha.training.device import DeviceSettings
from deep_alpha.training.plan import Profile, RunPlan, plan_run


def resolve_run_plan(
    profile: str,
    profiles: dict[str, Any],
    device: str,
    devices: dict[str, Any],
    executor: str,
    workers: int,
) -> RunPlan:
    """Check scale, device and executor before anything runs."""
    return plan_run(
        profile,
        {name: Profile.model_validate(content) for name, content in profiles.items()},
        device,
        {name: DeviceSettings.model_validate(content) for name, content in devices.items()},
        executor,
        workers,
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
        ],
        outputs="run_plan",
        name="resolve_run_plan",
    )
