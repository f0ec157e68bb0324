"""Ridge regression: the linear yardstick."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import scipy.linalg
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from safetensors.numpy import load_file, save_file

from deep_alpha.kernels.correlation import rank_ic_by_day
from deep_alpha.models.contract import FitContext
from deep_alpha.models.samples import Samples
from deep_alpha.models.target_scaling import TargetScaling

_BLOCK = 65_536


class RidgeConfig(BaseModel):
    """Settings of the ridge yardstick.

    Args:
        target: ``rank`` within the day, or the ``return`` clipped at train quantiles.
        penalties: L2 penalties tried, as a share of the train samples; the one with the
            best validation rank IC is kept.
        clip_quantiles: Pooled train quantiles that returns are clipped at.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: Literal["rank", "return"] = "rank"
    penalties: tuple[float, ...] = Field((1e-4, 1e-3, 1e-2, 1e-1, 1.0), min_length=1)
    clip_quantiles: tuple[float, float] = (0.05, 0.95)


@dataclass(frozen=True)
class _Line:
    coefficients: NDArray[np.float32]
    intercept: float

    def scores(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        scores = features @ self.coefficients + np.float32(self.intercept)
        return np.asarray(scores, dtype=np.float32)


@dataclass(frozen=True)
class FittedRidge:
    """The fitted line, and how its penalty was chosen."""

    line: _Line
    notes: Mapping[str, Any]

    def predict(self, samples: Samples) -> NDArray[np.float32]:
        """Linear scores, shape (n,)."""
        return self.line.scores(samples.all())

    def save(self, folder: Path) -> None:
        """Write coefficients as safetensors and notes as JSON."""
        save_file({"coefficients": self.line.coefficients}, folder / "ridge.safetensors")
        content = {"intercept": self.line.intercept, "notes": dict(self.notes)}
        (folder / "ridge.json").write_text(json.dumps(content, indent=1))

    def summary(self) -> Mapping[str, Any]:
        """The penalty chosen and the validation IC of each."""
        return self.notes


@dataclass(frozen=True)
class _Moments:
    """Means and centred second moments of a train segment, in float64.

    They are taken in one pass and serve every penalty; scikit-learn's ``Ridge`` would
    copy and centre the whole segment again for each.
    """

    samples: int
    feature_means: NDArray[np.float64]
    target_mean: float
    gram: NDArray[np.float64]
    cross: NDArray[np.float64]

    @classmethod
    def of(cls, features: NDArray[np.float32], target: NDArray[np.float32]) -> _Moments:
        count, width = features.shape
        means = features.mean(axis=0, dtype=np.float64)
        target_mean = float(target.mean(dtype=np.float64))
        gram, cross = np.zeros((width, width)), np.zeros(width)
        for start in range(0, count, _BLOCK):
            rows = slice(start, start + _BLOCK)
            centred = features[rows] - means
            gram += centred.T @ centred
            cross += centred.T @ (target[rows] - target_mean)
        return cls(count, means, target_mean, gram, cross)

    def solve(self, penalty: float) -> _Line:
        """The line for a penalty given as a share of the samples; the intercept is free."""
        ridge = penalty * self.samples * np.eye(len(self.cross))
        solution = scipy.linalg.solve(self.gram + ridge, self.cross, assume_a="pos")
        coefficients = np.asarray(solution, dtype=np.float32)
        return _Line(coefficients, float(self.target_mean - self.feature_means @ coefficients))


class RidgeModel:
    """Ridge regression on the day's features."""

    config_type = RidgeConfig

    def fit(
        self,
        train: Samples,
        valid: Samples,
        config: Mapping[str, Any],
        seed: int,  # noqa: ARG002 - the solution is unique
        context: FitContext,  # noqa: ARG002
    ) -> FittedRidge:
        """Fit each penalty on train and keep the one that ranks validation days best."""
        settings = RidgeConfig.model_validate(dict(config))
        scaling = TargetScaling.fit(
            train, settings.target, "train", settings.clip_quantiles, "train_std"
        )
        moments = _Moments.of(train.all(), scaling.transform(train))
        valid_features, offsets = valid.all(), valid.day_offsets()
        tried: list[tuple[float, float, _Line]] = []
        for penalty in settings.penalties:
            line = moments.solve(penalty)
            daily = rank_ic_by_day(line.scores(valid_features), valid.forward_return, offsets)
            known = daily[np.isfinite(daily)]
            # A penalty that leaves constant scores ranks nothing: 0, and never NaN.
            tried.append((float(known.mean()) if len(known) else 0.0, penalty, line))
        best_ic, penalty, line = max(tried, key=lambda entry: entry[0])
        return FittedRidge(
            line=line,
            notes={
                "penalty": penalty,
                "valid_ic": best_ic,
                "valid_ic_by_penalty": {str(entry[1]): entry[0] for entry in tried},
            },
        )

    def load(self, folder: Path) -> FittedRidge:
        """Read what ``FittedRidge.save`` wrote."""
        content = json.loads((folder / "ridge.json").read_text())
        coefficients = load_file(folder / "ridge.safetensors")["coefficients"]
        return FittedRidge(_Line(coefficients, content["intercept"]), content["notes"])
