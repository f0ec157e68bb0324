"""Networks that read one row of features: everything but the network itself.

A family member says how its network is built and what its loss is; targets, fitting,
prediction and storage are the same for all of them (SPEC 1.4).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Generic, Literal, TypeVar

import numpy as np
import torch
from torch import nn

from deep_alpha.errors import ConfigurationError
from deep_alpha.models.contract import FitContext
from deep_alpha.models.fitted_row_network import FittedRowNetwork, read_description
from deep_alpha.models.row_network_config import RowNetworkConfig
from deep_alpha.models.samples import Samples
from deep_alpha.models.target_scaling import LabelUp, TargetScaling, known_returns, label_up
from deep_alpha.training.device import Compute
from deep_alpha.training.fit import FitPlan, FitResult, fit_network
from deep_alpha.training.nonfinite import require_finite_features
from deep_alpha.training.optimisation import adam, reduce_on_plateau
from deep_alpha.training.randomness import seeded_generator
from deep_alpha.training.rows import (
    Objective,
    RowBatch,
    RowTask,
    RowValidation,
    score_rows,
    tensor_on,
)

_DEGENERATE = 1e-6
_MODES: dict[str, Literal["min", "max"]] = {"rmse": "min", "ic": "max"}


Config = TypeVar("Config", bound=RowNetworkConfig)


class RowNetworkModel(ABC, Generic[Config]):
    """A model whose network maps a row of features to one score, or two heads.

    The first output column is the score.
    """

    config_type: ClassVar[type[RowNetworkConfig]]

    @abstractmethod
    def build(self, features: int, config: Config, generator: torch.Generator) -> nn.Module:
        """The network with its initial weights, drawn from ``generator``."""

    @abstractmethod
    def objective(self, config: Config) -> Objective:
        """The loss of an output."""

    def fit(
        self,
        train: Samples,
        valid: Samples,
        config: Mapping[str, Any],
        seed: int,
        context: FitContext,
    ) -> FittedRowNetwork:
        """Fit on ``train``; ``valid`` chooses the epoch.

        Raises:
            pydantic.ValidationError: A setting is unknown or out of bounds.
            TrainingError: A feature, loss or gradient is not finite, or a forward return
                is missing.
            ConfigurationError: There is no such device, or samples are windows.
        """
        settings = self._settings(config)
        compute = Compute.of(context)
        scaling = TargetScaling.fit(
            train, settings.target, settings.clip, settings.clip_quantiles, settings.y_scale
        )
        known_returns(valid, "validation")
        validation = _validation(valid, scaling, compute, context.label)
        task = RowTask(
            _train_rows(train, scaling, settings.label_up, compute, context.label),
            validation,
            self.objective(settings),
            settings.batch_size,
        )
        features = len(train.feature_names)
        network = self.build(features, settings, seeded_generator(seed, "initialisation"))
        result = fit_network(network, task, _plan(settings), seed, context)
        with compute.scope(), compute.autocast():
            scores = score_rows(network, validation.features, validation.batch_size)
        description = {
            "config": settings.model_dump(mode="json"),
            "feature_names": list(train.feature_names),
            "summary": _summary(result, network, scaling, scores, validation.target),
        }
        return FittedRowNetwork(network, description, compute)

    def load(self, folder: Path, context: FitContext | None = None) -> FittedRowNetwork:
        """Read a stored model; never executes code from the folder.

        Args:
            folder: What ``FittedRowNetwork.save`` wrote.
            context: Device and threads of predictions; by default one CPU thread.
        """
        description = read_description(folder)
        settings = self._settings(description["config"])
        features = len(description["feature_names"])
        network = self.build(features, settings, torch.Generator())
        return FittedRowNetwork.restore(network, description, folder, context or FitContext())

    def _settings(self, config: Mapping[str, Any]) -> Config:
        settings: Any = self.config_type.model_validate(dict(config))
        checked: Config = settings
        return checked


def _plan(settings: RowNetworkConfig) -> FitPlan:
    mode = _MODES[settings.stop_on]
    return FitPlan(
        max_epochs=settings.max_epochs,
        metric=settings.stop_on,
        mode=mode,
        patience=settings.patience,
        optimiser=adam(settings.learning_rate, settings.weight_decay),
        scheduler=reduce_on_plateau(settings.scheduler_factor, settings.scheduler_patience, mode),
        clip_norm=settings.clip_norm,
        identity=settings.model_dump(mode="json"),
    )


def _train_rows(
    train: Samples, scaling: TargetScaling, rule: LabelUp, compute: Compute, label: str
) -> RowBatch:
    weight = None
    if train.weight is not None:
        weight = tensor_on(train.weight / train.weight.mean(dtype=np.float64), compute.device)
    return RowBatch(
        features=tensor_on(_checked_features(train, label, "train"), compute.device),
        target=tensor_on(scaling.transform(train), compute.device),
        up=tensor_on(label_up(train, rule), compute.device),
        weight=weight,
    )


def _validation(
    valid: Samples, scaling: TargetScaling, compute: Compute, label: str
) -> RowValidation:
    return RowValidation(
        features=tensor_on(_checked_features(valid, label, "validation"), compute.device),
        target=scaling.transform(valid),
        forward_return=valid.forward_return,
        offsets=valid.day_offsets(),
        batch_size=compute.settings.predict_batch_size,
    )


def _checked_features(samples: Samples, label: str, segment: str) -> np.ndarray[Any, Any]:
    if samples.lookback != 1:
        raise ConfigurationError(
            f"{label or 'fit'}: a row network reads single rows, but the {segment} samples are "
            f"windows of {samples.lookback} traded days: set lookback to 1"
        )
    features = samples.all()
    require_finite_features(features, samples.feature_names, label, segment)
    return features


def _summary(
    result: FitResult,
    network: nn.Module,
    scaling: TargetScaling,
    scores: np.ndarray[Any, Any],
    target: np.ndarray[Any, Any],
) -> dict[str, Any]:
    score_std = float(np.std(scores, dtype=np.float64))
    target_std = float(np.std(target, dtype=np.float64))
    return {
        "best_epoch": result.best_epoch,
        "best_value": result.best_value,
        "epochs": len(result.history),
        "history": [dict(record) for record in result.history],
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "target_scaling": scaling.as_json(),
        "validation_score_std": score_std,
        "degenerate": score_std <= _DEGENERATE * target_std,
        "seconds": result.seconds,
        "samples_per_second": result.samples_per_second,
    }
