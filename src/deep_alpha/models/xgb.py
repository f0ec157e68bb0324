"""Gradient-boosted trees (XGBoost): the non-linear yardstick."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import xgboost
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt

from deep_alpha.kernels.correlation import rank_ic_by_day
from deep_alpha.models.contract import FitContext
from deep_alpha.models.samples import Samples
from deep_alpha.models.target_scaling import TargetScaling

_FILE, _PREFIX = "trees.json", "deep_alpha_"


class XGBoostConfig(BaseModel):
    """Settings of the tree yardstick.

    Args:
        target: ``rank`` within the day, or the ``return`` clipped at train quantiles.
        stop_on: Validation metric that ends boosting: ``ic`` or ``rmse``.
        max_rounds: Trees at most.
        patience: Rounds without a better metric before boosting ends.
        learning_rate: Shrinkage of each tree.
        max_depth: Depth of a tree.
        min_child_weight: Train samples a leaf needs.
        subsample: Share of the rows each tree sees.
        colsample: Share of the features each tree sees.
        bins: Histogram bins of a feature.
        clip_quantiles: Pooled train quantiles that returns are clipped at.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: Literal["rank", "return"] = "rank"
    stop_on: Literal["ic", "rmse"] = "ic"
    max_rounds: PositiveInt = 300
    patience: PositiveInt = 30
    learning_rate: PositiveFloat = 0.05
    max_depth: PositiveInt = 6
    min_child_weight: float = Field(100.0, ge=0)
    subsample: float = Field(0.8, gt=0, le=1)
    colsample: float = Field(0.8, gt=0, le=1)
    bins: int = Field(128, ge=16, le=1024)
    clip_quantiles: tuple[float, float] = (0.05, 0.95)


@dataclass(frozen=True)
class FittedXGBoost:
    """A booster cut at its best round."""

    booster: xgboost.Booster
    notes: Mapping[str, Any]

    def predict(self, samples: Samples) -> NDArray[np.float32]:
        """Scores, shape (n,)."""
        return np.asarray(self.booster.inplace_predict(samples.all()), dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write XGBoost's own JSON."""
        self.booster.save_model(folder / _FILE)

    def summary(self) -> Mapping[str, Any]:
        """Trees kept and the validation metric."""
        return self.notes


class XGBoostModel:
    """Histogram gradient boosting on the day's features."""

    config_type = XGBoostConfig

    def fit(
        self,
        train: Samples,
        valid: Samples,
        config: Mapping[str, Any],
        seed: int,
        context: FitContext,
    ) -> FittedXGBoost:
        """Boost on train until the validation metric stops rising."""
        settings = XGBoostConfig.model_validate(dict(config))
        scaling = TargetScaling.fit(
            train, settings.target, "train", settings.clip_quantiles, "train_std"
        )
        parameters = {
            "objective": "reg:squarederror",
            "tree_method": "hist",
            "device": context.device,
            "nthread": context.threads,
            "seed": seed,
            "eta": settings.learning_rate,
            "max_depth": settings.max_depth,
            "min_child_weight": settings.min_child_weight,
            "subsample": settings.subsample,
            "colsample_bytree": settings.colsample,
            "max_bin": settings.bins,
            "disable_default_eval_metric": settings.stop_on == "ic",
        }
        matrix = xgboost.QuantileDMatrix(
            train.all(),
            scaling.transform(train),
            max_bin=settings.bins,
            nthread=context.threads,
        )
        held_out = xgboost.QuantileDMatrix(
            valid.all(),
            scaling.transform(valid),
            ref=matrix,
            max_bin=settings.bins,
            nthread=context.threads,
        )
        offsets = valid.day_offsets()

        def validation_ic(scores: NDArray[np.float32], _: xgboost.DMatrix) -> tuple[str, float]:
            daily = rank_ic_by_day(
                np.asarray(scores, dtype=np.float32), valid.forward_return, offsets
            )
            known = daily[np.isfinite(daily)]
            return "ic", float(known.mean()) if len(known) else 0.0

        on_ic = settings.stop_on == "ic"
        stop = xgboost.callback.EarlyStopping(
            rounds=settings.patience, maximize=on_ic, data_name="valid", save_best=True
        )
        booster = xgboost.train(
            parameters,
            matrix,
            num_boost_round=settings.max_rounds,
            evals=[(held_out, "valid")],
            custom_metric=validation_ic if on_ic else None,
            callbacks=[stop],
            verbose_eval=False,
        )
        notes = {
            "trees": int(booster.num_boosted_rounds()),
            "metric": settings.stop_on,
            "best": float(booster.best_score),
        }
        booster.set_attr(**{_PREFIX + key: json.dumps(value) for key, value in notes.items()})
        return FittedXGBoost(booster, notes)

    def load(self, folder: Path) -> FittedXGBoost:
        """Read what ``FittedXGBoost.save`` wrote."""
        booster = xgboost.Booster()
        booster.load_model(folder / _FILE)
        notes = {
            key.removeprefix(_PREFIX): json.loads(value or "null")
            for key, value in booster.attributes().items()
            if key.startswith(_PREFIX)
        }
        return FittedXGBoost(booster, notes)
