"""How the scenario models are judged: on event rows of the tests, pooled (SPEC 1.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from deep_alpha.evaluation.pooled import pooled_auc
from deep_alpha.evaluation.scenario_figures import (
    ScoredRows,
    accuracy,
    correlation,
    discrimination,
    errors,
)
from deep_alpha.evaluation.scenario_folds import FITTED, FoldRows

ALL_FOLDS = "all"
ENSEMBLE = "ensemble"

HEADS: Mapping[str, Mapping[str, str]] = {
    "classification": {"up": "score"},
    "regression": {"return": "score"},
    "hybrid": {"return": "score", "up": "up"},
}
"""By task, its heads and where their scores stand: the class logit and the return."""


def judge_scenario(
    scores: pd.DataFrame,
    folds: Sequence[FoldRows],
    scales: Mapping[str, float],
    task: str,
    horizon: int,
    draws: int,
) -> pd.DataFrame:
    """Every figure of one scenario, for each fold and for all folds' rows together.

    Args:
        scores: Columns fold, day (calendar position), label (NaN = unknown), for each head
            its ensemble's scores, ``score`` or ``up``, and its seeds' (``score_0`` …), and
            where it is a yardstick ``today``, the own indicator (0 or 1).
        folds: What each fold had to learn from.
        scales: By fold, what a return score is multiplied by to be in decimals.
        task: ``classification``, ``hybrid`` or ``regression``.
        horizon: Days that a label covers.
        draws: Resamples of each interval.

    Returns:
        One row for each fold (and ``all``), head, and ensemble or seed; a fold without
        enough events has one row that says so. Columns fold, status, head, by, the counts
        and rates of :class:`FoldRows`, days (with an event), hit_rate (share of the test's
        labels above 0, the base rate), and the head's figures:

        - up: ``auc`` with ``auc_low``, ``auc_high``, ``auc_p`` (ensemble only, and
          ``above_chance``: the lower end is above 0.5), ``accuracy``, and
          ``constant_accuracy``, that of always saying the train segment's commoner class;
          ``today_auc``, the AUC of saying that tomorrow will be as today;
        - return: ``auc`` likewise; ``ic``, the Spearman correlation over all rows, with
          ``ic_low``, ``ic_high``, ``ic_p``; ``daily_ic``, its mean over the ``ic_days`` days
          with ten rows; ``rmse`` in decimals, and ``constant_rmse``, that of the train mean.
    """
    known = scores[scores["label"].notna()].sort_values("day", kind="stable")
    fitted = [note for note in folds if note.status == FITTED]
    rows: list[dict[str, Any]] = [asdict(note) for note in folds if note.status != FITTED]
    parts = [(asdict(note), known[known["fold"] == note.fold]) for note in fitted]
    if fitted:
        parts.append((_together(fitted), known))
    for note, part in parts:
        for head, by, column in _scores_of(task, scores):
            scored = part[part[column].notna()]
            sample = _rows_of(scored, column, folds, scales)
            draws_of = draws if by == ENSEMBLE else 0
            figures = discrimination(sample, horizon, draws_of)
            if "today" in scored:
                today = scored["today"].to_numpy(dtype=np.float64)
                figures["today_auc"] = pooled_auc(
                    today, sample.positive, sample.day, horizon, draws=0
                ).value
            if head == "up":
                figures |= accuracy(sample)
            else:
                figures |= errors(sample) | correlation(sample, horizon, draws_of)
            rows.append({**note, "head": head, "by": by, **figures})
    return pd.DataFrame(rows)


def _rows_of(
    scored: pd.DataFrame, column: str, folds: Sequence[FoldRows], scales: Mapping[str, float]
) -> ScoredRows:
    constants = pd.DataFrame([asdict(note) for note in folds]).set_index("fold")
    own = constants.loc[scored["fold"]]
    return ScoredRows(
        score=scored[column].to_numpy(dtype=np.float64),
        label=scored["label"].to_numpy(dtype=np.float64),
        day=scored["day"].to_numpy(),
        unit=np.array([scales[fold] for fold in scored["fold"]], dtype=np.float64),
        train_mean=own["train_mean"].to_numpy(),
        train_hit_rate=own["train_hit_rate"].to_numpy(),
    )


def _together(folds: Sequence[FoldRows]) -> dict[str, Any]:
    """Counts over folds: the tests of all; train segments overlap and have no sum."""
    tests = sum(note.test_rows for note in folds)
    return {"fold": ALL_FOLDS, "status": FITTED, "test_rows": tests}


def _scores_of(task: str, scores: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Head, ensemble or seed, and column of every score."""
    for head, column in HEADS[task].items():
        yield head, ENSEMBLE, column
        for name in map(str, scores.columns):
            if name.startswith(f"{column}_"):
                yield head, name.removeprefix(f"{column}_"), name
