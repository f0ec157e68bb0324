"""The validation segment of stored fits: its target, and several seeds' scores as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deep_alpha.feature_table import FeatureTable
from deep_alpha.imports import load_object
from deep_alpha.kernels.correlation import rank_ic_by_day
from deep_alpha.labels import Labels
from deep_alpha.models.alphanet.sharpe import validation_sharpe
from deep_alpha.models.contract import Model
from deep_alpha.models.samples import Samples
from deep_alpha.models.scoring import score_by_day
from deep_alpha.models.segments import segment_samples
from deep_alpha.models.target_scaling import TargetScaling
from deep_alpha.training.jobs import Job, JobResult

_WITHIN_DAY = ("rank", "zscore")
"""Targets that have unit variance on every day by their definition."""


def target_variance(job: Job, result: JobResult) -> float:
    """Variance of what the fit's validation error is measured against."""
    if job.config["target"] in _WITHIN_DAY:
        return 1.0
    target = _scaling(result).transform(_validation(job))
    return float(np.var(target, dtype=np.float64))


def judge_together(fits: Sequence[tuple[Job, JobResult]]) -> dict[str, float]:
    """The mean of several seeds' scores of one fold's validation segment, as one score.

    Args:
        fits: Jobs that differ by their seed alone, and what they left behind.

    Returns:
        valid_error, valid_ic and valid_sharpe, as a fit logs them after each epoch.
    """
    job, first = fits[0]
    samples = _validation(job)
    scores = np.mean([_scores(own, result, samples) for own, result in fits], axis=0)
    target = _scaling(first).transform(samples)
    # Names outside of a projection have no score.
    known = np.isfinite(scores)
    errors = scores[known].astype(np.float64) - target[known]
    daily = rank_ic_by_day(scores, samples.forward_return, samples.day_offsets())
    daily = daily[np.isfinite(daily)]
    variance = target_variance(job, first)
    return {
        "valid_error": float(np.mean(errors**2)) / variance,
        "valid_ic": float(daily.mean()) if len(daily) else float("nan"),
        "valid_sharpe": validation_sharpe(samples)(scores)["sharpe"],
    }


def _validation(job: Job) -> Samples:
    """The samples that the job's epochs were judged on."""
    return segment_samples(
        FeatureTable.open(job.table),
        Labels.open(job.labels),
        job.fold.valid,
        known_only=True,
        features=job.features,
        every=job.valid_every,
        lookback=job.lookback,
        max_gap=job.max_gap,
    )


def _scores(job: Job, result: JobResult, samples: Samples) -> NDArray[np.float32]:
    model: Model = load_object(job.model_class)()
    return score_by_day(model.load(result.folder / "model"), samples, job.label)


def _scaling(result: JobResult) -> TargetScaling:
    stored: dict[str, Any] = result.record["fit"]["summary"]["target_scaling"]
    low, high = stored["low"], stored["high"]
    bounds = {
        "low": -np.inf if low is None else low,
        "high": np.inf if high is None else high,
        "quantiles": tuple(stored["quantiles"]),
    }
    return TargetScaling(**{**stored, **bounds})
