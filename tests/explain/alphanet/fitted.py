"""Small AlphaNets, fitted for an epoch on a simulated market."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from deep_alpha.models.alphanet import members
from deep_alpha.models.alphanet.model import FittedAlphaNet
from deep_alpha.models.contract import FitContext
from deep_alpha.models.samples import Samples
from tests.models.alphanet.images import segment

BRANCHES = [{"window": window, "steps": 6, "stride": 2} for window in (10, 5)]
SMALL: dict[str, dict[str, Any]] = {
    "V1": {"branches": [{"window": 10, "steps": 3, "stride": 10}]},
    "V2": {},
    "V3": {"network": {"hidden": 4}},
    "V4": {
        "branches": BRANCHES,
        "features": {"spearman": 0.3, "batches": 1},
        "names_per_day": 10,
        "network": {"attention_size": 8},
    },
}


@cache
def _fitted(name: str, seed: int, changes: tuple[tuple[str, Any], ...]) -> FittedAlphaNet:
    model = getattr(members, f"AlphaNet{name}Model")()
    config = {"max_epochs": 1, **SMALL[name], **dict(changes)}
    return model.fit(train_rows(), segment(60, 70), config, seed, FitContext())


def fitted(name: str, seed: int = 0, **changes: Any) -> FittedAlphaNet:
    """A fit of one's own, whose weights may be changed."""
    return copy.deepcopy(_fitted(name, seed, tuple(changes.items())))


def train_rows() -> Samples:
    return segment(0, 50)


def few_test_rows(count: int = 40) -> Samples:
    return segment(80, 120).subset(slice(0, count))
