"""Everything that an epoch changes: what a checkpoint must hold to go on bit by bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from deep_alpha.training.stopping import EarlyStopping


@dataclass
class TrainingState:
    """The moving parts of a fit, as named tensors and plain values.

    Args:
        network: The network, on its device.
        optimiser: Its optimiser.
        scheduler: Its learning-rate schedule, if any.
        stopping: The stopping rule.
        generators: The fit's random generators by name.
        history: One record for each finished epoch.
        best: The weights of the best epoch.
    """

    network: nn.Module
    optimiser: Optimizer
    scheduler: LRScheduler | None
    stopping: EarlyStopping
    generators: Mapping[str, torch.Generator]
    history: list[dict[str, float]] = field(default_factory=list)
    best: dict[str, Tensor] = field(default_factory=dict)

    def remember_best(self) -> None:
        """Keep the present weights as the best ones."""
        self.best = {name: value.clone() for name, value in self.network.state_dict().items()}

    def tensors(self) -> dict[str, Tensor]:
        """All tensors, as copies on the CPU."""
        named = {f"network/{name}": value for name, value in self.network.state_dict().items()}
        named |= {f"best/{name}": value for name, value in self.best.items()}
        for index, moments in self.optimiser.state_dict()["state"].items():
            named |= {f"optimiser/{index}/{name}": value for name, value in moments.items()}
        named |= {f"generator/{name}": value.get_state() for name, value in self.generators.items()}
        return {name: value.detach().cpu().clone() for name, value in named.items()}

    def values(self) -> dict[str, Any]:
        """All plain values, ready for JSON."""
        return {
            "history": self.history,
            "stopping": self.stopping.state(),
            "optimiser": self.optimiser.state_dict()["param_groups"],
            "scheduler": None if self.scheduler is None else self.scheduler.state_dict(),
        }

    def load(self, tensors: Mapping[str, Tensor], values: Mapping[str, Any]) -> None:
        """Go on from what :meth:`tensors` and :meth:`values` returned."""
        self.network.load_state_dict(_part(tensors, "network"))
        device = next(self.network.parameters()).device
        self.best = {name: value.to(device) for name, value in _part(tensors, "best").items()}
        moments: dict[int, dict[str, Tensor]] = {}
        for name, value in _part(tensors, "optimiser").items():
            index, key = name.split("/", 1)
            moments.setdefault(int(index), {})[key] = value
        groups = values["optimiser"]
        self.optimiser.load_state_dict({"state": moments, "param_groups": groups})
        if self.scheduler is not None:
            self.scheduler.load_state_dict(values["scheduler"])
        for name, state in _part(tensors, "generator").items():
            self.generators[name].set_state(state)
        self.stopping.load_state(values["stopping"])
        self.history = list(values["history"])


def _part(tensors: Mapping[str, Tensor], part: str) -> dict[str, Tensor]:
    prefix = f"{part}/"
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
