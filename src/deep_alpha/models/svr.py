"""Support vector regression with a linear kernel: the baseline of paper 000 (SPEC 1.4)."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveFloat, PositiveInt
from sklearn.svm import SVR

from deep_alpha.errors import TrainingError
from deep_alpha.models.contract import FitContext
from deep_alpha.models.samples import Samples
from deep_alpha.models.svr_certificate import FloatArray, SupportVectorLine, certified_line
from deep_alpha.models.svr_solver import fit_support_vector_line
from deep_alpha.models.target_scaling import Clip, Scale, TargetKind, TargetScaling

_FILE, _BLOCK, _CONSTANT = "svr.json", 65_536, 1e-9


class SupportVectorConfig(BaseModel):
    """Settings of support vector regression.

    Args:
        target: The ``return``, or its ``rank`` within the day, mean 0 and variance 1.
        y_scale: What returns are divided by: their ``train_std``, or nothing (``raw``).
            Raw returns of a few days lie inside the tube and leave a constant model
            (000-M10).
        clip: Where returns are clipped: at quantiles of the ``train`` segment, of each
            day (``per_day``), or not at all (``none``).
        clip_quantiles: Those quantiles.
        C: Price of one unit outside the tube, of each sample.
        epsilon: Half the width of the tube, in units of the scaled target.
        exact_rows: Train samples up to which scikit-learn's own ``SVR`` is used, at its
            default tolerance (000-M11).
        subsample: Fit that many train samples only, drawn without replacement by the fit's
            seed; None, or as many as there are, for all.
        gap: Relative gap to the lower bound at which the scalable solver ends.
        max_iterations: Its Newton steps at most.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: TargetKind = "return"
    y_scale: Scale = "train_std"
    clip: Clip = "train"
    clip_quantiles: tuple[float, float] = (0.05, 0.95)
    C: PositiveFloat = 1.0
    epsilon: float = Field(0.1, ge=0)
    exact_rows: NonNegativeInt = 10_000
    subsample: PositiveInt | None = None
    gap: float = Field(1e-5, ge=1e-10, lt=1)
    max_iterations: PositiveInt = 300


@dataclass(frozen=True)
class FittedSupportVectors:
    """The fitted line, and its certificate."""

    coefficients: FloatArray
    intercept: float
    notes: Mapping[str, Any]

    def predict(self, samples: Samples) -> NDArray[np.float32]:
        """Linear scores, shape (n,), in units of the scaled target."""
        return self.scores(samples.all())

    def scores(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scores of rows of features."""
        scores = features @ self.coefficients.astype(np.float32) + np.float32(self.intercept)
        return np.asarray(scores, dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write the line and its notes as JSON, which keeps every bit of a float."""
        content = {
            "coefficients": self.coefficients.tolist(),
            "intercept": self.intercept,
            "notes": dict(self.notes),
        }
        (folder / _FILE).write_text(json.dumps(content, indent=1, allow_nan=False))

    def summary(self) -> Mapping[str, Any]:
        """Solver, rows, objective, lower bound, gap, share of support, whether constant."""
        return self.notes


class SupportVectorRegression:
    """Linear support vector regression on the day's features.

    It is fitted on the train segment alone; nothing is stopped or chosen on validation.
    Targets are those of the whole segment, ranks and clipping included, even where a
    subsample is fitted: the tube is as wide, and ranks are those of whole days.
    """

    config_type = SupportVectorConfig

    def fit(
        self,
        train: Samples,
        valid: Samples,  # noqa: ARG002 - nothing is chosen on it
        config: Mapping[str, Any],
        seed: int,
        context: FitContext,  # noqa: ARG002
    ) -> FittedSupportVectors:
        """Fit the line, by libsvm up to ``exact_rows`` samples, else by the scalable solver.

        The problem is convex: the seed draws the ``subsample`` and changes nothing else.

        Raises:
            TrainingError: Samples have weights or windows, a return is missing or all are
                equal, a feature is not finite, or ``max_iterations`` do not suffice.
        """
        settings = SupportVectorConfig.model_validate(dict(config))
        _refuse_what_is_ignored(train)
        started = time.perf_counter()
        scaling = TargetScaling.fit(
            train, settings.target, settings.clip, settings.clip_quantiles, settings.y_scale
        )
        target = scaling.transform(train)
        drawn = _draw(len(train), settings.subsample, seed)
        fitted_on = train.subset(drawn)
        exact = len(fitted_on) <= settings.exact_rows
        line = (_libsvm if exact else _scalable)(fitted_on, target[drawn], settings)
        notes = {
            "solver": "libsvm" if exact else "interior point",
            "rows": len(fitted_on),
            "objective": line.objective,
            "lower_bound": line.lower_bound,
            "gap": line.gap if np.isfinite(line.gap) else None,
            "support_share": line.support / len(fitted_on),
            "iterations": line.iterations,
        }
        fitted = FittedSupportVectors(line.coefficients, line.intercept, notes)
        notes["degenerate"] = _is_constant(fitted, train)
        notes["seconds"] = round(time.perf_counter() - started, 3)
        return fitted

    def load(self, folder: Path) -> FittedSupportVectors:
        """Read what ``FittedSupportVectors.save`` wrote."""
        content = json.loads((folder / _FILE).read_text())
        return FittedSupportVectors(
            np.array(content["coefficients"]), content["intercept"], content["notes"]
        )


def _refuse_what_is_ignored(samples: Samples) -> None:
    if samples.weight is not None:
        raise TrainingError(
            "support vector regression takes no sample weights: hand over samples with weight None"
        )
    if samples.lookback != 1:
        raise TrainingError(
            f"support vector regression sees one day's features, not windows of {samples.lookback} "
            "days: set lookback to 1"
        )


def _draw(count: int, size: int | None, seed: int) -> NDArray[np.int64] | slice:
    """Positions of the samples that are fitted, in time order."""
    if size is None or size >= count:
        return slice(None)
    digest = hashlib.blake2b(f"{seed}/subsample".encode(), digest_size=16).digest()
    random = np.random.default_rng(int.from_bytes(digest, "little"))
    return np.sort(random.choice(count, size, replace=False))


def _libsvm(
    train: Samples, target: NDArray[np.float32], settings: SupportVectorConfig
) -> SupportVectorLine:
    features = train.all()
    machine = SVR(kernel="linear", C=settings.C, epsilon=settings.epsilon)
    machine.fit(features, target)
    multipliers = np.zeros(len(train))
    multipliers[machine.support_] = machine.dual_coef_[0]
    return certified_line(
        features,
        target,
        machine.coef_[0].astype(np.float64),
        float(machine.intercept_[0]),
        multipliers,
        cost=settings.C,
        epsilon=settings.epsilon,
        iterations=int(np.sum(machine.n_iter_)),
    )


def _scalable(
    train: Samples, target: NDArray[np.float32], settings: SupportVectorConfig
) -> SupportVectorLine:
    return fit_support_vector_line(
        train.features,
        target,
        train.rows,
        cost=settings.C,
        epsilon=settings.epsilon,
        gap=settings.gap,
        max_iterations=settings.max_iterations,
    )


def _is_constant(fitted: FittedSupportVectors, train: Samples) -> bool:
    """Whether no train sample is scored differently from another."""
    low, high = np.inf, -np.inf
    for start in range(0, len(train), _BLOCK):
        scores = fitted.scores(train.take(slice(start, start + _BLOCK)))
        low, high = min(low, float(scores.min())), max(high, float(scores.max()))
    return high - low <= _CONSTANT
