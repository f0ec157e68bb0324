"""Looks at what nobody fitted: a rule's scores and blends of signals, for the ledger.

They were scored on the same test dates, and a choice among them is a choice on the test like
any other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from deep_alpha.digests import combine
from deep_alpha.evaluation.judge import is_degenerate
from deep_alpha.folds import Fold

UNTRAINED = "untrained"


@dataclass(frozen=True)
class UntrainedLook:
    """One signal without a fit of its own, judged at one horizon.

    Args:
        model: Its name.
        parts: The signals it is made of; none for a rule.
        horizon: Label horizon in market days.
        scores: Date × asset scores of the test dates.
        daily_ic: Rank IC by date, NaN = none.
    """

    model: str
    parts: tuple[str, ...]
    horizon: int
    scores: pd.DataFrame
    daily_ic: pd.Series

    @property
    def config(self) -> str:
        """What it is, as JSON, for the ledger's column."""
        return json.dumps({"parts": list(self.parts)} if self.parts else UNTRAINED)


def untrained_rows(
    looks: Sequence[UntrainedLook],
    folds: Mapping[int, Sequence[Fold]],
    dates: Sequence[str],
    common: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """One ledger row for each look and test window, with the columns of a fitted one.

    The live fold has no row: its test is open, and nothing was fitted for it. ``fit``
    identifies what was scored, ``scores`` the scores and the IC they reached, so that a test
    window that has grown is another look, as it is for a model.

    Args:
        looks: What was judged.
        folds: Folds by horizon.
        dates: The calendar, ``YYYY-MM-DD``.
        common: What the run's rows share, as of
            :func:`~deep_alpha.evaluation.ledger.shared_columns`.

    Returns:
        Rows; null in what only a fit has.
    """
    seen = datetime.now(UTC).isoformat(timespec="seconds")
    rows = []
    for look in looks:
        for fold in folds[look.horizon]:
            if fold.is_live:
                continue
            first, last = dates[fold.test.first], dates[min(fold.test.last, len(dates) - 1)]
            scores, ic = look.scores.loc[first:last], look.daily_ic.loc[first:last]
            if scores.empty:
                continue
            known = ic.dropna()
            rows.append(
                {
                    "seen": seen,
                    **common,
                    "model": look.model,
                    "config": look.config,
                    "horizon": look.horizon,
                    "fold": fold.name,
                    "seed": None,
                    "train_first": None,
                    "train_last": None,
                    "test_first": first,
                    "test_last": last,
                    "train_samples": 0,
                    "valid_ic": None,
                    "test_ic": float(known.mean()) if len(known) else None,
                    "test_days": len(known),
                    "degenerate": is_degenerate(scores),
                    "fit": combine(look.model, look.config, look.horizon, fold.name),
                    "scores": _fingerprint(scores, ic),
                }
            )
    return rows


def _fingerprint(scores: pd.DataFrame, ic: pd.Series) -> str:
    """The scores by name and day, and what they reached: labels become known later."""
    values = scores.to_numpy(dtype=np.float32)
    row, column = np.nonzero(~np.isnan(values))
    days = pd.DatetimeIndex(scores.index).to_numpy().astype("datetime64[D]").astype(np.int64)
    names = scores.columns.astype(str)[np.unique(column)]
    return combine(
        days[row],
        list(names),
        np.unique(column, return_inverse=True)[1],
        values[row, column],
        # Of a sum in another order the last digits are no other look.
        np.round(ic.to_numpy(dtype=np.float64), 9),
    )
