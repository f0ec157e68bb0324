"""Judge all trials on the same names and days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from deep_alpha.evaluation.ic import joint_names, pearson_ic, rank_ic
from deep_alpha.evaluation.judge import is_degenerate
from deep_alpha.evaluation.summary import ic_summary
from deep_alpha.pipelines.axes import same_pairs
from deep_alpha.pipelines.sensitivity.trials import Trial

__all__ = ["COLUMNS", "judge_trials", "same_pairs"]

COLUMNS: Mapping[str, str] = {
    "axis": "str",
    "variant": "str",
    "base": "bool",
    "model": "str",
    "rank_ic": "float64",
    "rank_ic_sd": "float64",
    "icir": "float64",
    "hac_p": "float64",
    "pearson_ic": "float64",
    "days": "int64",
    "seconds": "float64",
    "degenerate": "bool",
    "leaks": "bool",
}


def judge_trials(
    trials: Sequence[Trial],
    scores: Mapping[str, pd.DataFrame],
    seconds: Mapping[str, float],
    returns: pd.DataFrame,
    horizon: int,
) -> pd.DataFrame:
    """One row for each trial.

    Args:
        trials: The trials.
        scores: Date × asset scores of :func:`same_pairs`, by the name of the jobs.
        seconds: Seconds of all fits, by the name of the jobs.
        returns: Date × asset forward returns, NaN where unknown.
        horizon: Their horizon in market days.

    Returns:
        The columns of ``COLUMNS``. ``rank_ic_sd`` is the standard deviation over days;
        ``hac_p`` the p value of the mean, for labels that overlap.
    """
    judged = {job: _figures(frame, returns, horizon) for job, frame in scores.items()}
    rows = [
        {
            "axis": trial.axis,
            "variant": trial.variant,
            "base": trial.base,
            "model": trial.model,
            **judged[trial.job],
            "seconds": seconds[trial.job],
            "leaks": trial.leaks,
        }
        for trial in trials
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict(COLUMNS))


def _figures(scores: pd.DataFrame, returns: pd.DataFrame, horizon: int) -> dict[str, Any]:
    summary = ic_summary(rank_ic(scores, returns), horizon, joint_names(scores, returns))
    return {
        "rank_ic": summary.mean,
        "rank_ic_sd": summary.sd,
        "icir": summary.icir,
        "hac_p": summary.hac_p,
        "pearson_ic": float(pearson_ic(scores, returns).mean()),
        "days": summary.n_days,
        "degenerate": is_degenerate(scores),
    }
