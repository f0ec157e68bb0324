"""Judge all trials on the same names and days: a row for each, and their epochs."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from deep_alpha.evaluation.ic import rank_ic
from deep_alpha.evaluation.judge import is_degenerate
from deep_alpha.evaluation.summary import ic_summary
from deep_alpha.pipelines.ablation.columns import COLUMNS, HISTORY, typed
from deep_alpha.pipelines.ablation.fits import TrialFits
from deep_alpha.pipelines.ablation.held_out import judge_together
from deep_alpha.pipelines.ablation.learning import epochs_of, learned
from deep_alpha.pipelines.ablation.trials import Trial
from deep_alpha.pipelines.axes import same_pairs
from deep_alpha.training.jobs import Job, JobResult

_log = logging.getLogger(__name__)

_NOTHING = {"days": 0, "degenerate": True}


class Judged(NamedTuple):
    """The two tables of the report."""

    table: pd.DataFrame
    history: pd.DataFrame


def judge_trials(
    trials: Sequence[Trial],
    fits: Mapping[str, TrialFits],
    returns: pd.DataFrame,
    residuals: pd.DataFrame,
    horizon: int,
) -> Judged:
    """One row for each trial, and one for each epoch of its fits.

    A trial of several seeds has the mean of their figures; an ensemble those of the mean of
    their scores. A trial without a finished fit has a row all the same, whose note says why.

    Args:
        trials: The trials.
        fits: What became of their fits, by what their jobs are called.
        returns: Date × asset forward returns, NaN where unknown.
        residuals: Date × asset, what the risk model leaves of them.
        horizon: Their horizon in market days.

    Returns:
        The columns of ``COLUMNS`` and of ``HISTORY``.
    """
    scores = _shared_scores(fits)
    epochs = {
        name: [epochs_of(job, result) for job, result in own.finished] for name, own in fits.items()
    }
    # Trials that share their fits share these, too.
    single = {
        name: _mean([_ranking(frame, returns, residuals, horizon) for frame in own.values()])
        for name, own in scores.items()
    }
    rows, history = [], []
    for trial in trials:
        own = fits[trial.job]
        figures = {**_NOTHING, **single.get(trial.job, {})}
        if own.finished:
            figures |= learned([result for _, result in own.finished], epochs[trial.job])
        if trial.ensemble and trial.job in scores:
            members = scores[trial.job]
            together = pd.concat(list(members.values())).groupby(level=0).mean()
            figures |= _ranking(together, returns, residuals, horizon)
            figures |= _ensemble(own, members, figures["parameters"])
        if not trial.ensemble:
            history += [
                frame.assign(axis=trial.axis, variant=trial.variant) for frame in epochs[trial.job]
            ]
        note = "; ".join(part for part in (trial.note, own.failed) if part)
        rows.append({**_named(trial), **figures, "note": note})
    return Judged(typed(rows, COLUMNS), typed(pd.concat(history) if history else [], HISTORY))


def _shared_scores(fits: Mapping[str, TrialFits]) -> dict[str, dict[int, pd.DataFrame]]:
    """Scores of the pairs that all seeds of all trials score, by job and seed."""
    wide = {
        (name, seed): frame
        for name, own in fits.items()
        for seed, frame in own.scores().items()
        # One without any score would leave none to the others.
        if frame.notna().any(axis=None)
    }
    shared = same_pairs(wide)
    if shared:
        every = max(int(frame.count().sum()) for frame in wide.values())
        kept = int(next(iter(shared.values())).count().sum())
        _log.info("judged on the %d of %d scores that every variant has", kept, every)
    found: dict[str, dict[int, pd.DataFrame]] = {}
    for (name, seed), frame in shared.items():
        found.setdefault(name, {})[seed] = frame
    return found


def _ranking(
    scores: pd.DataFrame, returns: pd.DataFrame, residuals: pd.DataFrame, horizon: int
) -> dict[str, Any]:
    raw = ic_summary(rank_ic(scores, returns), horizon)
    residual = ic_summary(rank_ic(scores, residuals), horizon)
    return {
        "rank_ic": raw.mean,
        "rank_ic_sd": raw.sd,
        "icir": raw.icir,
        "residual_ic": residual.mean,
        "residual_icir": residual.icir,
        "days": raw.n_days,
        "degenerate": is_degenerate(scores),
    }


def _mean(figures: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The mean of several seeds' figures; degenerate is what all of them are."""
    frame = pd.DataFrame(figures)
    means = {str(name): float(frame[name].mean()) for name in frame if name != "degenerate"}
    return {**means, "degenerate": bool(frame["degenerate"].all())}


def _ensemble(own: TrialFits, seeds: Collection[int], parameters: float) -> dict[str, float]:
    """What the seeds say together on validation days; they have no epochs together."""
    by_fold: dict[str, list[tuple[Job, JobResult]]] = {}
    for job, result in own.finished:
        if job.seed in seeds:
            by_fold.setdefault(job.fold.name, []).append((job, result))
    together = pd.DataFrame([judge_together(members) for members in by_fold.values()]).mean()
    return {
        **{str(name): float(value) for name, value in together.items()},
        "parameters": parameters * len(seeds),
        "train_error": np.nan,
        "epochs": np.nan,
        "seconds_per_epoch": np.nan,
    }


def _named(trial: Trial) -> dict[str, Any]:
    names = ("axis", "variant", "base", "model", "labels", "figure")
    return {name: getattr(trial, name) for name in names}
