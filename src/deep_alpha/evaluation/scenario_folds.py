"""What the folds of a scenario have to learn from (SPEC 1.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deep_alpha.factors.scenarios import ScenarioSettings
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Fold, Segment
from deep_alpha.labels import Labels

FITTED, TOO_FEW = "fitted", "not enough events"


@dataclass(frozen=True)
class FoldRows:
    """What a fold has to learn from, and what a predictor without inputs learns.

    Args:
        fold: The fold's name.
        status: ``fitted``, or ``not enough events``.
        train_rows: Rows with a label in the train segment; ``valid_rows`` and
            ``test_rows`` likewise.
        valid_rows: See ``train_rows``.
        test_rows: See ``train_rows``.
        train_hit_rate: Share of the train labels above 0; NaN without any.
        train_mean: Mean train label, in decimals.
    """

    fold: str
    status: str
    train_rows: int
    valid_rows: int
    test_rows: int
    train_hit_rate: float
    train_mean: float


def fold_rows(
    fold: Fold, table: FeatureTable, labels: Labels, settings: ScenarioSettings
) -> FoldRows:
    """Count a fold's rows, and say whether they are enough to fit and to judge."""
    train, valid, test = (
        _known_labels(part, table, labels) for part in (fold.train, fold.valid, fold.test)
    )
    enough = len(train) >= settings.minimum_train and len(valid) >= settings.minimum_valid
    return FoldRows(
        fold=fold.name,
        status=FITTED if enough and len(test) else TOO_FEW,
        train_rows=len(train),
        valid_rows=len(valid),
        test_rows=len(test),
        train_hit_rate=float((train > 0).mean()) if len(train) else float("nan"),
        train_mean=float(train.mean(dtype=np.float64)) if len(train) else float("nan"),
    )


def _known_labels(part: Segment, table: FeatureTable, labels: Labels) -> NDArray[np.float32]:
    values = labels.forward_return[table.samples_between(part.first, part.last)]
    return values[np.isfinite(values)]
