"""Networks that give one score for each sample: everything but the network itself.

A family says how samples become inputs and batches, a member how its network is built and
what its loss is; targets, fitting, prediction and storage are the same for all (SPEC 1.4).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, Literal, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from deep_alpha.models.contract import FitContext
from deep_alpha.models.fitted_network import FittedNetwork, load_weights, read_description
from deep_alpha.models.network_config import NetworkConfig
from deep_alpha.models.samples import Samples
from deep_alpha.models.target_scaling import TargetScaling, known_returns
from deep_alpha.training.device import Compute
from deep_alpha.training.fit import FitPlan, FitResult, fit_network
from deep_alpha.training.optimisation import adam, reduce_on_plateau
from deep_alpha.training.randomness import seeded_generator
from deep_alpha.training.rows import (
    Inputs,
    Objective,
    RowBatch,
    RowTask,
    RowValidation,
    score_rows,
    tensor_on,
)

_DEGENERATE = 1e-6
_MODES: dict[str, Literal["min", "max"]] = {"rmse": "min", "ic": "max"}

Config = TypeVar("Config", bound=NetworkConfig)


@dataclass(frozen=True)
class Reading:
    """What a network reads of the samples of one fit.

    Args:
        columns: How many features it reads.
        inputs: A segment, and what errors call it, as inputs on the device.
    """

    columns: int
    inputs: Callable[[Samples, str], Inputs]


class NetworkModel(ABC, Generic[Config]):
    """A model whose network gives each sample one score, the first column of its output."""

    config_type: ClassVar[type[NetworkConfig]]

    @abstractmethod
    def build(self, features: int, config: Config, generator: torch.Generator) -> nn.Module:
        """The network with its initial weights, drawn from ``generator``."""

    @abstractmethod
    def objective(self, config: Config) -> Objective:
        """The loss of an output."""

    @abstractmethod
    def task(
        self,
        rows: RowBatch,
        train: Samples,
        validation: RowValidation,
        config: Config,
        compute: Compute,
    ) -> RowTask:
        """How the train segment, laid out as ``rows``, is cut into batches."""

    @abstractmethod
    def reading(
        self,
        train: Samples,
        valid: Samples,
        config: Config,
        seed: int,
        compute: Compute,
        label: str,
    ) -> Reading:
        """What the network reads in this fit; whatever is learned, from ``train`` alone.

        Args:
            train: The train segment.
            valid: The validation segment, whose inputs will be asked for.
            config: The model's settings.
            seed: The fit's seed.
            compute: The device.
            label: What errors call the fit.
        """

    def validation(
        self,
        valid: Samples,
        inputs: Inputs,
        scaling: TargetScaling,
        config: Config,  # noqa: ARG002 - for families that judge by more
        compute: Compute,
    ) -> RowValidation:
        """The validation segment, as the epochs are judged on it."""
        return RowValidation(
            features=inputs,
            target=scaling.transform(valid),
            forward_return=valid.forward_return,
            offsets=valid.day_offsets(),
            batch_size=compute.settings.predict_batch_size,
        )

    def weights(
        self,
        train: Samples,
        target: NDArray[np.float32],  # noqa: ARG002 - for families that weigh by it
        config: Config,  # noqa: ARG002
    ) -> NDArray[np.float32] | None:
        """Weights of the train samples' errors with mean 1; None for equal ones."""
        return None if train.weight is None else train.weight / train.weight.mean(dtype=np.float64)

    def plan(self, config: Config) -> FitPlan:
        """Optimiser, schedule and stopping rule."""
        mode = _MODES[config.stop_on]
        return FitPlan(
            max_epochs=config.max_epochs,
            metric=config.stop_on,
            mode=mode,
            patience=config.patience,
            optimiser=adam(config.learning_rate, config.weight_decay),
            scheduler=reduce_on_plateau(config.scheduler_factor, config.scheduler_patience, mode),
            clip_norm=config.clip_norm,
            identity=config.model_dump(mode="json"),
        )

    def fitted(
        self,
        network: nn.Module,
        description: Mapping[str, Any],
        compute: Compute,
        reading: Reading,  # noqa: ARG002 - for families that keep what they learned to read
    ) -> FittedNetwork:
        """The network of the best epoch, ready to score."""
        return FittedNetwork(network, description, compute)

    def fit(
        self,
        train: Samples,
        valid: Samples,
        config: Mapping[str, Any],
        seed: int,
        context: FitContext,
    ) -> FittedNetwork:
        """Fit on ``train``; ``valid`` chooses the epoch.

        Raises:
            pydantic.ValidationError: A setting is unknown or out of bounds.
            TrainingError: A feature, loss or gradient is not finite, or a forward return
                is missing.
            ConfigurationError: There is no such device, or samples have another shape
                than the network reads.
        """
        settings = self._settings(config)
        compute = Compute.of(context)
        scaling = TargetScaling.fit(
            train, settings.target, settings.clip, settings.clip_quantiles, settings.y_scale, valid
        )
        known_returns(valid, "validation")
        reading = self.reading(train, valid, settings, seed, compute, context.label)
        held_out = reading.inputs(valid, "validation")
        validation = self.validation(valid, held_out, scaling, settings, compute)
        target = scaling.transform(train)
        weight = self.weights(train, target, settings)
        rows = RowBatch(
            features=reading.inputs(train, "train"),
            target=tensor_on(target, compute.device),
            weight=None if weight is None else tensor_on(weight, compute.device),
        )
        task = self.task(rows, train, validation, settings, compute)
        network = self.build(reading.columns, settings, seeded_generator(seed, "initialisation"))
        result = fit_network(network, task, self.plan(settings), seed, context)
        with compute.scope(), compute.autocast():
            scores = score_rows(network, validation.features, validation.batch_size)
        description = {
            "config": settings.model_dump(mode="json"),
            "feature_names": list(train.feature_names),
            "columns": reading.columns,
            "lookback": train.lookback,
            "settings": compute.settings.model_dump(mode="json"),
            "summary": _summary(result, network, scaling, scores, validation.target),
        }
        return self.fitted(network, description, compute, reading)

    def load(self, folder: Path, context: FitContext | None = None) -> FittedNetwork:
        """Read a stored model; never executes code from the folder.

        Args:
            folder: What ``FittedNetwork.save`` wrote.
            context: Device and threads of predictions; by default one CPU thread, with the
                precision and the batches of the fit.
        """
        description = read_description(folder)
        settings = self._settings(description["config"])
        # Models stored by earlier versions read every feature as it is.
        columns = description.get("columns", len(description["feature_names"]))
        network = self.build(columns, settings, torch.Generator())
        stored = FitContext(settings=description.get("settings", {}))
        return self.restored(network, description, folder, context or stored)

    def restored(
        self,
        network: nn.Module,
        description: Mapping[str, Any],
        folder: Path,
        context: FitContext,
    ) -> FittedNetwork:
        """A stored model around a network of its shape."""
        compute = Compute.of(context)
        return FittedNetwork(load_weights(network, folder, compute), description, compute)

    def _settings(self, config: Mapping[str, Any]) -> Config:
        settings: Any = self.config_type.model_validate(dict(config))
        checked: Config = settings
        return checked


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
