"""The figures of one score on pooled event rows (SPEC 1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deep_alpha.evaluation.pooled import pooled_auc, pooled_rank_ic
from deep_alpha.kernels.correlation import rank_ic_by_day

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ScoredRows:
    """Scored rows with a label, sorted by day; every field has the shape (rows,).

    Args:
        score: What the model says: a logit, or a return in its own unit.
        label: The label in decimals; above 0 is class 1.
        day: Calendar position.
        unit: What a return score is multiplied by to be in decimals.
        train_mean: Mean train label of the row's fold.
        train_hit_rate: Share of the fold's train labels above 0.
    """

    score: Floats
    label: Floats
    day: NDArray[np.int64]
    unit: Floats
    train_mean: Floats
    train_hit_rate: Floats

    @property
    def positive(self) -> NDArray[np.bool_]:
        """Whether a row is of class 1."""
        return self.label > 0


def discrimination(rows: ScoredRows, horizon: int, draws: int) -> dict[str, Any]:
    """How well the score tells the classes apart: AUC, with an interval where there are draws."""
    found = pooled_auc(rows.score, rows.positive, rows.day, horizon, draws)
    figures = {
        "days": len(np.unique(rows.day)),
        "hit_rate": float(rows.positive.mean()),
        "auc": found.value,
    }
    if not draws:
        return figures
    interval = {"auc_low": found.low, "auc_high": found.high, "auc_p": found.p_value}
    return {**figures, **interval, "above_chance": bool(found.low > 0.5)}


def accuracy(rows: ScoredRows) -> dict[str, Any]:
    """Share of rows whose class the logit names, beside the train segment's commoner class."""
    return {
        "accuracy": float(((rows.score > 0) == rows.positive).mean()),
        "constant_accuracy": float(((rows.train_hit_rate > 0.5) == rows.positive).mean()),
    }


def errors(rows: ScoredRows) -> dict[str, Any]:
    """Root mean squared errors of the score and of the train mean, in decimals."""
    guesses = {"rmse": rows.score * rows.unit, "constant_rmse": rows.train_mean}
    return {
        name: float(np.sqrt(np.mean((guess - rows.label) ** 2))) for name, guess in guesses.items()
    }


def correlation(rows: ScoredRows, horizon: int, draws: int) -> dict[str, Any]:
    """Rank IC over all rows, and its mean over the days with ten rows."""
    starts = np.flatnonzero(np.diff(rows.day)) + 1
    offsets = np.concatenate(([0], starts, [len(rows.day)])).astype(np.int64)
    daily = rank_ic_by_day(rows.score, rows.label, offsets)
    daily = daily[np.isfinite(daily)]
    found = pooled_rank_ic(rows.score, rows.label, rows.day, horizon, draws)
    figures = {
        "ic": found.value,
        "daily_ic": float(daily.mean()) if len(daily) else float("nan"),
        "ic_days": len(daily),
    }
    if not draws:
        return figures
    return {**figures, "ic_low": found.low, "ic_high": found.high, "ic_p": found.p_value}
