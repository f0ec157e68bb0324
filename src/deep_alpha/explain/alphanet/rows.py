"""Which rows a fitted network is looked at with: seeded draws from a fold's segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch

from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Fold
from deep_alpha.labels import Labels
from deep_alpha.models.samples import Samples
from deep_alpha.models.segments import segment_samples
from deep_alpha.training.plan import ModelSpec
from deep_alpha.training.randomness import seeded_generator

ROWS = 2_000
"""Rows that a network is looked at with, at most."""


@dataclass(frozen=True)
class FoldRows:
    """Segments of folds as each model sees them.

    Args:
        images: The daily inputs.
        labels: Each model's own.
        specs: Each model as the profile runs it.
        count: Rows that are drawn of a segment, at most.
    """

    images: FeatureTable
    labels: Mapping[str, Labels]
    specs: Mapping[str, ModelSpec]
    count: int = ROWS

    def of(self, model: str, fold: Fold, part: Literal["train", "test"]) -> Samples:
        """Samples drawn of a segment; those of a test need no label."""
        spec = self.specs[model]
        samples = segment_samples(
            self.images,
            self.labels[model],
            fold.train if part == "train" else fold.test,
            known_only=part == "train",
            lookback=spec.lookback,
            max_gap=spec.max_gap,
        )
        return drawn(samples, self.count, f"inside/{part}/{fold.name}")


def drawn(samples: Samples, count: int, stream: str, seed: int = 0) -> Samples:
    """Some samples of a segment, in their order.

    Args:
        samples: The segment.
        count: How many; a segment with fewer gives all it has.
        stream: What they are for: another stream draws others.
        seed: Seed of the draw.
    """
    order = torch.randperm(len(samples), generator=seeded_generator(seed, stream))
    return samples.subset(order[:count].sort().values.numpy())
