"""A command that walks an MLP through a small market, for a test that kills it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from deep_alpha.training.plan import ModelSpec
from tests.training.small_walk import lay, plan, walk

MLP = ModelSpec(
    model_class="deep_alpha.models.mlp.MLP",
    config={"max_epochs": 40, "patience": 40, "batch_size": 256, "hidden": [16, 8]},
)


def run(root: Path) -> None:
    """Store the market again, as the pipelines before the fit do, and walk."""
    stored = lay(root / "market")
    walk(replace(stored, folds=stored.folds[:2]), root / "models", MLP, plan())


if __name__ == "__main__":
    run(Path(sys.argv[1]))
