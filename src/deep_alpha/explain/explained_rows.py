"""Which rows are explained, and against which: seeded draws from one fold (SPEC 000-E8)."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from deep_alpha.errors import ConfigurationError
from deep_alpha.explain.shap_values import Method
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Fold
from deep_alpha.labels import Labels
from deep_alpha.models.samples import IndexArray, Samples
from deep_alpha.models.segments import segment_samples
from deep_alpha.training.randomness import seeded_generator


class ExplanationSettings(BaseModel):
    """How much is explained, against how much.

    Args:
        background_rows: Train rows of each fold that its scores are explained against.
        explained_rows: Test rows of all closed folds together, in equal parts; a fold with
            fewer samples gives all it has.
        method: How the values are found; see :mod:`deep_alpha.explain.shap_values`.
        seed: Seed of the draws.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    background_rows: int = Field(500, ge=1, le=100_000)
    explained_rows: int = Field(2500, ge=1, le=1_000_000)
    method: Method = "deep"
    seed: int = 0


def background_rows(
    table: FeatureTable, labels: Labels, fold: Fold, settings: ExplanationSettings
) -> IndexArray:
    """Rows of the table drawn from the fold's train samples with a known label, ascending.

    Raises:
        ConfigurationError: There is no such sample.
    """
    train = segment_samples(table, labels, fold.train, known_only=True)
    if not len(train):
        raise ConfigurationError(
            f"fold {fold.name}: the train segment holds no sample to explain scores against; the "
            "feature table or the labels are not those that the folds were made for"
        )
    return _draw(train, settings.background_rows, settings.seed, f"background/{fold.name}")


def explained_rows(
    table: FeatureTable, labels: Labels, fold: Fold, count: int, settings: ExplanationSettings
) -> IndexArray:
    """Rows of the table drawn from the fold's test samples, ascending.

    Args:
        table: Feature rows.
        labels: Forward returns by row; a test sample needs none.
        fold: The walk-forward step.
        count: How many; a fold with fewer samples gives all it has.
        settings: Seed of the draw.
    """
    test = segment_samples(table, labels, fold.test, known_only=False)
    return _draw(test, count, settings.seed, f"explained/{fold.name}")


def factor_values(
    table: FeatureTable, rows: IndexArray, names: tuple[str, ...]
) -> NDArray[np.float32]:
    """What a network sees of some rows, shape (n, factors).

    Raises:
        PanelError: The table lacks a factor.
    """
    return np.asarray(table.values[rows][:, table.columns(names)])


def _draw(samples: Samples, count: int, seed: int, stream: str) -> IndexArray:
    # A stream for each use and fold: a new fold leaves the draws of the others as they were.
    order = torch.randperm(len(samples), generator=seeded_generator(seed, stream))
    chosen: IndexArray = samples.rows[order[:count].sort().values.numpy()]
    return chosen
