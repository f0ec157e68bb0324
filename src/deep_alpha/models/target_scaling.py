"""What a dual-task network is fitted to: a scaled target and an "up" label (SPEC 1.4).

Both are derived from ``Samples.forward_return``, the unclipped forward return, and not
from ``Samples.target``: the paper's two heads need two views of the same return.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.stats import rankdata

from deep_alpha.errors import TrainingError
from deep_alpha.models.samples import Samples
from deep_alpha.targets.standardise import standardised_target

FloatArray = NDArray[np.float32]
TargetKind = Literal["return", "rank", "zscore"]
Clip = Literal["train", "per_day", "none", "all"]
Scale = Literal["raw", "train_std"]
LabelUp = Literal["sign", "above_median"]

_UNIFORM_STD = 12.0**-0.5
_POOLED: tuple[Clip, ...] = ("train", "all")
_WITHIN_DAY: tuple[TargetKind, ...] = ("rank", "zscore")


@dataclass(frozen=True)
class TargetScaling:
    """Turns forward returns into the regression's target; fitted on train labels only.

    ``clip="all"`` alone looks further, at validation labels: it takes the paper literally,
    whose validation is its test, and leaks by design.

    Args:
        kind: ``return``; or ``rank``: the rank within the day, moved and scaled to mean
            0 and variance 1, so that squared error and cross-entropy have comparable
            size; or ``zscore``: the day's returns clipped 3 sd around their mean, then
            moved and scaled likewise (001-F2).
        clip: ``train`` clips returns at quantiles pooled over the train segment
            (000-M5), ``all`` at those pooled over train and validation, ``per_day`` at
            each day's own.
        quantiles: Lower and upper quantile of the clip.
        low: Lower bound of a pooled clip, in decimals.
        high: Upper bound.
        scale: What clipped returns are divided by (000-M1).
    """

    kind: TargetKind
    clip: Clip
    quantiles: tuple[float, float]
    low: float
    high: float
    scale: float

    @classmethod
    def fit(
        cls,
        train: Samples,
        kind: TargetKind,
        clip: Clip,
        quantiles: tuple[float, float],
        scale: Scale,
        valid: Samples | None = None,
    ) -> TargetScaling:
        """Learn bounds and scale from the train segment.

        Args:
            train: The train segment.
            kind: As in the class.
            clip: As in the class.
            quantiles: As in the class.
            scale: Whether clipped returns are divided by their train standard deviation.
            valid: The validation segment, which ``clip="all"`` alone looks at.

        Raises:
            TrainingError: A forward return is missing, or all are equal; or ``clip="all"``
                without a validation segment.
        """
        returns = known_returns(train, "train").astype(np.float64)
        low, high = -np.inf, np.inf
        if clip in _POOLED:
            pooled = returns if clip == "train" else _with_validation(returns, valid)
            low, high = (float(bound) for bound in np.quantile(pooled, quantiles))
        scaling = cls(kind, clip, quantiles, low, high, 1.0)
        if kind in _WITHIN_DAY or scale == "raw":
            return scaling
        deviation = float(np.std(scaling.transform(train), dtype=np.float64))
        if deviation == 0.0:
            raise TrainingError(
                f"all {len(train)} train targets are equal after clipping: y_scale=train_std can "
                "not divide by their standard deviation of 0"
            )
        return cls(kind, clip, quantiles, low, high, deviation)

    def transform(self, samples: Samples) -> FloatArray:
        """Targets of a segment, shape (n,).

        Raises:
            TrainingError: A forward return is missing.
        """
        returns = known_returns(samples, "fitted")
        if self.kind == "rank":
            return by_day(samples, returns, _centred_rank)
        if self.kind == "zscore":
            return by_day(samples, returns, _winsorised_zscore)
        if self.clip == "per_day":
            returns = by_day(samples, returns, self._clip_day)
        elif self.clip in _POOLED:
            returns = np.clip(returns, self.low, self.high)
        return (returns / self.scale).astype(np.float32)

    def as_json(self) -> dict[str, Any]:
        """Plain values; bounds that do not exist are None."""
        bounds = {} if self.clip in _POOLED else {"low": None, "high": None}
        return asdict(self) | {"quantiles": list(self.quantiles)} | bounds

    def _clip_day(self, returns: FloatArray) -> FloatArray:
        low, high = np.quantile(returns.astype(np.float64), self.quantiles)
        return np.clip(returns, low, high)


def _with_validation(returns: NDArray[np.float64], valid: Samples | None) -> NDArray[np.float64]:
    if valid is None:
        raise TrainingError(
            "clip=all takes quantiles of train and validation returns, but this model hands over "
            "train samples only: set clip to train, per_day or none"
        )
    return np.concatenate([returns, known_returns(valid, "validation")])


def label_up(samples: Samples, rule: LabelUp) -> FloatArray:
    """1 where the unclipped return is positive, or above its day's median (000-M2).

    Returns:
        Shape (n,), 0.0 or 1.0.
    """
    returns = known_returns(samples, "fitted")
    if rule == "sign":
        return (returns > 0).astype(np.float32)
    return by_day(samples, returns, lambda day: day > np.median(day))


def known_returns(samples: Samples, segment: str) -> FloatArray:
    """The forward returns of a segment that is fitted on.

    Raises:
        TrainingError: One is missing.
    """
    missing = ~np.isfinite(samples.forward_return)
    if missing.any():
        raise TrainingError(
            f"{int(missing.sum())} of {len(samples)} {segment} samples have no forward return "
            f"(first: sample {int(missing.argmax())}): leave them out with Samples.subset"
        )
    return samples.forward_return


def by_day(
    samples: Samples, values: FloatArray, function: Callable[[FloatArray], NDArray[Any]]
) -> FloatArray:
    """Apply a function to the values of each day, shape (n,)."""
    result = np.empty(len(values), dtype=np.float32)
    for _, day in samples.day_batches():
        result[day] = function(values[day])
    return result


def _centred_rank(returns: FloatArray) -> NDArray[np.float64]:
    # Mid-ranks (rank - 1/2)/n lie in (0, 1) and average to 1/2 on a day of any size.
    ranks: NDArray[np.float64] = ((rankdata(returns) - 0.5) / len(returns) - 0.5) / _UNIFORM_STD
    return ranks


def _winsorised_zscore(returns: FloatArray) -> NDArray[np.float32]:
    day = xr.DataArray(returns[None], dims=("date", "asset"))
    scores: NDArray[np.float32] = standardised_target(day).to_numpy()[0]
    return scores
