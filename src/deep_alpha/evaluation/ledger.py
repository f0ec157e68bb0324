"""The ledger: every configuration, with what it reached, whenever it was looked at.

It is what later corrections for the size of a search are fed with, so it only grows: a
configuration that was dropped stays in it. Here are the rows of fits; those of rules and
blends are in :mod:`deep_alpha.evaluation.untrained_looks`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from deep_alpha.folds import Fold
from deep_alpha.market.identity import MarketRecord

KEY = ("fit", "scores")


def shared_columns(
    record: MarketRecord, entry: str, profile: str, folds: Sequence[Fold]
) -> dict[str, Any]:
    """What all looks of one run have in common."""
    return {
        "market": record.source,
        "digest": record.digest,
        "entry": entry,
        "profile": profile,
        "leaks_by_design": any(fold.leaks_by_design for fold in folds),
    }


def ledger_rows(
    records: Sequence[Mapping[str, Any]],
    folds: Mapping[int, Sequence[Fold]],
    dates: Sequence[str],
    common: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """One ledger row for each job.

    Args:
        records: Job records of all models and horizons.
        folds: Folds by horizon.
        dates: The calendar, ``YYYY-MM-DD``.
        common: What the run's rows share, as of :func:`shared_columns`.

    Returns:
        Rows with model, configuration, segments, validation and test rank IC, and the
        fingerprints that identify the look.
    """
    seen = datetime.now(UTC).isoformat(timespec="seconds")
    spans = {
        (horizon, fold.name): _span(fold, dates)
        for horizon, entries in folds.items()
        for fold in entries
    }
    return [
        {
            "seen": seen,
            **common,
            "model": record["model"],
            "config": json.dumps(record["config"], sort_keys=True),
            "horizon": record["horizon"],
            "fold": record["fold"],
            "seed": record["seed"],
            **spans[record["horizon"], record["fold"]],
            "train_samples": record["fit"]["train_samples"],
            "valid_ic": record["fit"]["valid"]["ic"],
            "test_ic": record["test"]["ic"],
            "test_days": record["test"]["days"],
            "degenerate": record["test"]["degenerate"],
            "fit": record["fingerprints"]["fit"],
            "scores": record["fingerprints"]["scores"],
        }
        for record in records
    ]


def fresh_rows(stored: pd.DataFrame, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows whose look is not in the ledger yet, each look once."""
    known = set(stored[list(KEY)].itertuples(index=False, name=None)) if len(stored) else set()
    fresh = []
    for row in rows:
        key = tuple(row[column] for column in KEY)
        if key not in known:
            known.add(key)
            fresh.append(row)
    return fresh


def _span(fold: Fold, dates: Sequence[str]) -> dict[str, str]:
    return {
        "train_first": dates[fold.train.first],
        "train_last": dates[fold.train.last],
        "test_first": dates[fold.test.first],
        "test_last": dates[min(fold.test.last, len(dates) - 1)],
    }
