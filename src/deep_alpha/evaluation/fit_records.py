"""What the fits said of themselves, averaged over folds and seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from deep_alpha.evaluation.records import records_of
from deep_alpha.folds import LIVE

_LOGGED = {"loss": "train_loss", "rmse": "valid_rmse", "ic": "valid_ic"}


def fit_records(records: Sequence[Mapping[str, Any]], paper: str) -> list[dict[str, Any]]:
    """Records of table ``fit``: validation IC, seconds, samples and best epoch by model.

    The live fold is left out: its validation may lie in a period that is kept for a last
    look, and a mean that includes it would be a look.
    """
    grouped: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for record in records:
        if record["fold"] == LIVE:
            continue
        grouped.setdefault((record["model"], record["horizon"]), []).append(record["fit"])
    result: list[dict[str, Any]] = []
    for (model, horizon), fits in grouped.items():
        columns = {
            "valid_ic": [fit["valid"]["ic"] for fit in fits],
            "seconds": [fit["seconds"] for fit in fits],
            "train_samples": [fit["train_samples"] for fit in fits],
            "best_epoch": [fit["summary"].get("best_epoch") for fit in fits],
        }
        result += records_of(
            {name: _mean(values) for name, values in columns.items()},
            paper=paper,
            table="fit",
            row=model,
            horizon=horizon,
            basis="mean over folds and seeds",
            n=len(fits),
        )
    return result


def training_history(records: Sequence[Mapping[str, Any]], horizon: int) -> pd.DataFrame:
    """Epoch by epoch, for the models that have epochs; without the live fold, as above.

    Returns:
        Columns model, fold, seed, epoch, train_loss, valid_rmse, valid_ic, and whatever
        else the fits logged.
    """
    rows = [
        {"model": record["model"], "fold": record["fold"], "seed": record["seed"], **epoch}
        for record in records
        if record["horizon"] == horizon and record["fold"] != LIVE
        for epoch in record["fit"]["summary"].get("history", [])
    ]
    return pd.DataFrame(rows).rename(columns=_LOGGED)


def _mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else float("nan")
