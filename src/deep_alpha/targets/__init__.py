"""Targets: what a score is fitted to and judged on."""

from deep_alpha.targets.forward import forward_return
from deep_alpha.targets.residual import (
    residual_return,
    stored_target,
    target_name,
    target_return,
)
from deep_alpha.targets.settings import TargetSettings
from deep_alpha.targets.standardise import standardised_target

__all__ = [
    "TargetSettings",
    "forward_return",
    "residual_return",
    "standardised_target",
    "stored_target",
    "target_name",
    "target_return",
]
