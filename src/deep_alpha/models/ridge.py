"""Ridge regression: the linear yardstick."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from safetensors.numpy import load_file, save_file
from sklearn.linear_model import Ridge

from deep_alpha.kernels.correlation import rank_ic_by_day
from deep_alpha.models.contract import FitContext
from deep_alpha.models.samples import Samples
from deep_alpha.models.target_scaling import TargetScaling


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
class FittedRidge:
    """Coefficients, and how they were chosen."""

    coefficients: NDArray[np.float32]
    intercept: float
    notes: Mapping[str, Any]

    def predict(self, samples: Samples) -> NDArray[np.float32]:
        """Linear scores, shape (n,)."""
        scores = samples.all() @ self.coefficients + np.float32(self.intercept)
        return np.asarray(scores, dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write coefficients as safetensors and notes as JSON."""
        save_file({"coefficients": self.coefficients}, folder / "ridge.safetensors")
        content = {"intercept": self.intercept, "notes": dict(self.notes)}
        (folder / "ridge.json").write_text(json.dumps(content, indent=1))

    def summary(self) -> Mapping[str, Any]:
        """The penalty chosen and the validation IC of each."""
        return self.notes


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
        features, target = train.all(), scaling.transform(train)
        valid_features, offsets = valid.all(), valid.day_offsets()
        tried: list[tuple[float, float, Ridge]] = []
        for penalty in settings.penalties:
            ridge = Ridge(alpha=penalty * len(train), solver="cholesky").fit(features, target)
            scores = np.asarray(ridge.predict(valid_features), dtype=np.float32)
            daily = rank_ic_by_day(scores, valid.forward_return, offsets)
            known = daily[np.isfinite(daily)]
            # A penalty that leaves constant scores ranks nothing: 0, and never NaN.
            tried.append((float(known.mean()) if len(known) else 0.0, penalty, ridge))
        best_ic, penalty, ridge = max(tried, key=lambda entry: entry[0])
        return FittedRidge(
            coefficients=np.asarray(ridge.coef_, dtype=np.float32).ravel(),
            intercept=float(ridge.intercept_),
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
        return FittedRidge(coefficients, content["intercept"], content["notes"])
