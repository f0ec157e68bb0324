"""Judge all trials on the same names and days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from deep_alpha.evaluation.ic import joint_names, pearson_ic, rank_ic
from deep_alpha.evaluation.judge import is_degenerate
from deep_alpha.evaluation.summary import ic_summary
from deep_alpha.pipelines.sensitivity.trials import Trial

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


def same_pairs(scores: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The scores of the dates and assets that all frames score; NaN elsewhere.

    A window model has no score where a name's window is not whole. Such names and days are
    left out for all trials, so that no row of the table has easier days than another.
    """
    if not scores:
        return {}
    frames = list(scores.values())
    dates, assets = frames[0].index, frames[0].columns
    for frame in frames[1:]:
        dates, assets = dates.intersection(frame.index), assets.intersection(frame.columns)
    known = np.ones((len(dates), len(assets)), dtype=np.bool_)
    for frame in frames:
        known &= frame.reindex(index=dates, columns=assets).notna().to_numpy()
    return {
        job: frame.reindex(index=dates, columns=assets).where(known)
        for job, frame in scores.items()
    }


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
