"""Weights that let a loss look at winners: the paper's formula and what can be run of it.

Formula 3-8 weighs the error of name i by y_i / Σ y_j of its day (SPEC 2.9, 001-H3). Losers
then have negative weights: their error is made as large as it can be, and the loss has no
lower bound. Where targets are demeaned within the day, as residuals are, the sum is 0 and
the formula undefined. ``rank``, ``relu`` and ``shift`` keep its intent with weights that are
positive and average to 1.

None of them is the default. A weight that depends on y moves the best score from E[y|x] to
E[w·y|x] / E[w|x], which grows with the spread of y given x: the score becomes a bet on
volatility, which :func:`volatility_tilt` shows.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from deep_alpha.errors import TrainingError
from deep_alpha.kernels.correlation import Floats, rank_ic_by_day

Doubles = NDArray[np.float64]
LongWeight = Literal["off", "rank", "relu", "shift", "literal"]

_RELU_FLOOR = 0.1  # in means of |y|: losers keep some say
_SMALLEST_SUM = 1e-12


def long_weights(
    target: Floats, offsets: NDArray[np.int64], kind: LongWeight, gamma: float = 1.0
) -> NDArray[np.float32] | None:
    """One weight for each sample, computed within its day.

    Args:
        target: Shape (n,), fitted targets, sorted by day.
        offsets: Shape (days + 1,): rows of day d are ``offsets[d]:offsets[d + 1]``, all n of
            them.
        kind: ``rank``: (average rank / names of the day)^γ, which for γ = 1 is below 2.
            ``relu``: max(y, 0) + 0.1 · mean |y|. ``shift``: y - min y. These are divided by
            their mean over the day. ``literal``: y / Σ y as printed, which is not scaled,
            may be negative, and is huge where the sum is small. ``off``: none.
        gamma: γ of ``rank``; 0 weighs all alike.

    Returns:
        Shape (n,), of mean 1 on each day except for ``literal``; names of a day whose
        targets are all equal have weight 1. None for ``off``.

    Raises:
        TrainingError: A target is not finite, or ``literal`` meets a day that sums to 0.
        ValueError: The offsets do not cover the targets.
    """
    if kind == "off":
        return None
    if len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != len(target):
        raise ValueError(f"offsets must run from 0 to the {len(target)} targets")
    unknown = ~np.isfinite(target)
    if unknown.any():
        raise TrainingError(
            f"long_weight={kind} needs finite targets, but {np.count_nonzero(unknown)} of "
            f"{len(target)} are not (first: sample {int(unknown.argmax())}): leave them out"
        )
    weights = np.empty(len(target), dtype=np.float32)
    for day, (first, stop) in enumerate(pairwise(offsets.tolist())):
        if first == stop:
            continue
        returns = target[first:stop].astype(np.float64)
        if kind == "literal":
            weights[first:stop] = _as_printed(returns, day)
        else:
            weights[first:stop] = _of_mean_one(_positive(returns, kind, gamma))
    return weights


def volatility_tilt(scores: Floats, volatility: Floats, offsets: NDArray[np.int64]) -> float:
    """Mean over days of the Spearman correlation of score and volatility (SPEC 001-H3).

    Args:
        scores: Shape (n,), sorted by day, NaN = no score.
        volatility: Shape (n,), of returns known at the score's date, in any unit.
        offsets: Shape (days + 1,), as in :func:`long_weights`.

    Returns:
        In [-1, 1]; NaN where no day has ten names that differ in both.
    """
    daily = rank_ic_by_day(scores, volatility, offsets)
    daily = daily[~np.isnan(daily)]
    return float(daily.mean()) if len(daily) else float("nan")


def _positive(returns: Doubles, kind: LongWeight, gamma: float) -> Doubles:
    weights: Doubles
    if kind == "rank":
        weights = (rankdata(returns) / len(returns)) ** gamma
    elif kind == "relu":
        weights = np.maximum(returns, 0.0) + _RELU_FLOOR * np.abs(returns).mean()
    else:
        weights = returns - returns.min()
    return weights


def _of_mean_one(weights: Doubles) -> Doubles:
    mean = weights.mean()
    return weights / mean if mean > 0.0 else np.ones_like(weights)


def _as_printed(returns: Doubles, day: int) -> Doubles:
    total = float(returns.sum())
    if abs(total) < _SMALLEST_SUM:
        raise TrainingError(
            f"long_weight=literal divides the targets of each day by their sum, which is "
            f"{total:.1e} on day {day} of the segment: formula 3-8 is undefined for targets "
            "that are demeaned within the day, as residuals and z-scores are; take raw returns, "
            "or rank, relu or shift"
        )
    return returns / total
