"""The scenario models in one row each, out of all their figures (SPEC 1.3)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from deep_alpha.evaluation.scenario_folds import FITTED, TOO_FEW
from deep_alpha.evaluation.scenarios import ALL_FOLDS, ENSEMBLE

RESULTS = (
    "scenario", "variant", "task", "fits", "events", "train_events", "base_rate", "auc",
    "auc_low", "auc_high", "accuracy", "rank_ic", "ic_days", "rmse", "rmse_mean", "status",
)  # fmt: skip
YEARS = ("scenario", "year", "events", "names_a_day", "hit_rate")

_CLASS = {name: name for name in ("auc", "auc_low", "auc_high", "accuracy")}
_RETURN = {
    "rank_ic": "daily_ic",
    "ic_days": "ic_days",
    "rmse": "rmse",
    "rmse_mean": "constant_rmse",
}


def scenario_summary(results: pd.DataFrame) -> pd.DataFrame:
    """One row a scenario and variant: the ensemble on the tests of all folds together.

    Args:
        results: Figures of :func:`~deep_alpha.evaluation.scenarios.judge_scenario` with the
            columns scenario, variant and task.

    Returns:
        Columns :data:`RESULTS`. The AUC and the accuracy are those of the class head, the AUC
        of a model without one that of its return; ``rank_ic`` is the mean daily one, over
        the days with ten events; ``train_events`` those of the longest train segment;
        ``fits`` folds times seeds. A scenario without a fit has its counts and its status.
    """
    rows: list[dict[str, Any]] = []
    keys: Any = ["scenario", "variant", "task"]
    for key, own in results.groupby(keys, sort=False):
        folds = own[own["fold"] != ALL_FOLDS].drop_duplicates("fold")
        fitted = int((folds["status"] == FITTED).sum())
        row: dict[str, Any] = {
            **dict(zip(keys, key, strict=True)),
            "fits": 0,
            "events": int(folds["test_rows"].sum()),
            "train_events": int(folds["train_rows"].max()),
            "status": _status(fitted, len(folds)),
        }
        if fitted:
            row |= _figures(own, fitted)
        rows.append(row)
    return pd.DataFrame(rows, columns=list(RESULTS))


def scenario_years(events: pd.DataFrame, scenarios: tuple[str, ...]) -> pd.DataFrame:
    """Events of the scenarios by year.

    Args:
        events: Of :func:`~deep_alpha.evaluation.scenario_events.events_by_year`.
        scenarios: The scenarios among its names; the others are indicators.

    Returns:
        Columns :data:`YEARS`; ``names_a_day`` is the mean over the days with an event.
    """
    own = events[events["name"].isin(scenarios)].rename(columns={"name": "scenario"})
    days = own["days"].where(own["days"] > 0)
    table = own.assign(names_a_day=own["events"] / days)
    return table[list(YEARS)].reset_index(drop=True)


def _figures(own: pd.DataFrame, folds: int) -> dict[str, Any]:
    together = own[own["fold"] == ALL_FOLDS]
    by_head = together[together["by"] == ENSEMBLE].set_index("head")
    seeds = together.loc[together["by"] != ENSEMBLE, "by"].nunique()
    classes = by_head.loc["up" if "up" in by_head.index else "return"].to_dict()
    figures: dict[str, Any] = {name: classes.get(column, np.nan) for name, column in _CLASS.items()}
    if "return" in by_head.index:
        returns = by_head.loc["return"].to_dict()
        figures |= {name: returns.get(column, np.nan) for name, column in _RETURN.items()}
    return {
        **figures,
        "fits": folds * max(seeds, 1),
        "events": int(classes["test_rows"]),
        "base_rate": classes["hit_rate"],
    }


def _status(fitted: int, folds: int) -> str:
    if not fitted:
        return TOO_FEW
    return FITTED if fitted == folds else f"{FITTED} on {fitted} of {folds} folds"
