"""AlphaNets as models: features are chosen, scaled and laid out, then a network is fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from deep_alpha.models.alphanet.branches import union_offsets
from deep_alpha.models.alphanet.config import AlphaNetConfig
from deep_alpha.models.alphanet.exposures import exposures_of
from deep_alpha.models.alphanet.features import PreparedFeatures, prepare_features
from deep_alpha.models.alphanet.sharpe import validation_sharpe
from deep_alpha.models.contract import FitContext
from deep_alpha.models.fitted_network import FittedNetwork, load_weights
from deep_alpha.models.network import NetworkModel, Reading
from deep_alpha.models.samples import Samples
from deep_alpha.models.target_scaling import TargetScaling
from deep_alpha.training.days import DayTask
from deep_alpha.training.device import Compute
from deep_alpha.training.fit import FitPlan
from deep_alpha.training.long_weight import long_weights
from deep_alpha.training.losses import negative_ic, squared_error
from deep_alpha.training.neutral_loss import project_scores, projected_squared_error
from deep_alpha.training.optimisation import (
    adam,
    cosine_decay,
    exponential_decay,
    reduce_on_plateau,
    rmsprop,
)
from deep_alpha.training.rows import (
    Inputs,
    Objective,
    RowBatch,
    RowTask,
    RowValidation,
    score_rows,
    tensor_on,
)
from deep_alpha.training.windows import Windows

Config = TypeVar("Config", bound=AlphaNetConfig)
_OBJECTIVES: Mapping[str, Objective] = {
    "mse": squared_error,
    "projected": projected_squared_error,
    "ic": negative_ic,
}


@dataclass(frozen=True)
class PreparedReading(Reading):
    """What an AlphaNet reads, and what was learned on the way to it."""

    features: PreparedFeatures


class FittedAlphaNet(FittedNetwork):
    """A network with the features that it reads.

    Args:
        network: The network, in evaluation mode, on its device.
        description: Configuration, feature names, lookback and summary.
        compute: Where predictions run.
        features: What was learned of the features.
        config: The model's settings.
    """

    def __init__(
        self,
        network: nn.Module,
        description: Mapping[str, Any],
        compute: Compute,
        features: PreparedFeatures,
        config: AlphaNetConfig,
    ) -> None:
        super().__init__(network, description, compute)
        self.features = features
        self.config = config

    def scores(self, samples: Samples) -> NDArray[np.float32]:
        """The network's scores; M ŷ after a projected loss, which leaves styles open (F3)."""
        windows = self.features.of_windows(samples, self.config.branches)
        inputs = torch.from_numpy(windows).to(self.compute.device, self.compute.panel_dtype)
        with self.compute.scope(), self.compute.autocast():
            whole = self.config.scores_whole_days
            size = _day_sizes(samples) if whole else self.compute.settings.predict_batch_size
            scores = score_rows(self.network, inputs, size)
        if self.config.loss == "projected":
            return project_scores(scores, exposures_of(samples), samples.day_offsets())
        return scores

    def save(self, folder: Path) -> None:
        """Write the network, and its features beside it."""
        super().save(folder)
        self.features.save(folder)


class AlphaNetModel(NetworkModel[Config]):
    """A model whose network reads sequences of time-series features."""

    def reading(
        self,
        train: Samples,
        valid: Samples,
        config: Config,
        seed: int,
        compute: Compute,
        label: str,
    ) -> PreparedReading:
        """Choose and scale the features on ``train``, and keep those of all rows resident."""
        features, resident = prepare_features(
            train, valid, config.branches, config.features, seed, compute.panel_dtype, label
        )
        resident = replace(resident, values=resident.values.to(compute.device))
        offsets = union_offsets(config.branches)

        def windows(samples: Samples, segment: str) -> Windows:  # noqa: ARG001
            return resident.windows(samples, offsets, compute.device)

        return PreparedReading(len(features.columns), windows, features)

    def objective(self, config: Config) -> Objective:
        """The loss of an output."""
        return _OBJECTIVES[config.loss]

    def weights(
        self, train: Samples, target: NDArray[np.float32], config: Config
    ) -> NDArray[np.float32] | None:
        """The long-weighted loss's weights, or those of the samples."""
        if config.long_weight == "off":
            return super().weights(train, target, config)
        offsets = train.day_offsets()
        return long_weights(target, offsets, config.long_weight, config.long_weight_power)

    def task(
        self,
        rows: RowBatch,
        train: Samples,
        validation: RowValidation,
        config: Config,
        compute: Compute,
    ) -> RowTask:
        """Shuffled days, whole or in part, or shuffled samples."""
        objective = self.objective(config)
        if config.batches == "samples":
            return RowTask(rows, validation, objective, config.batch_size)
        day = torch.from_numpy(train.date_index).to(compute.device)
        rows = replace(rows, day=day)
        if config.loss == "projected":
            rows = replace(rows, exposures=tensor_on(exposures_of(train), compute.device))
        return DayTask(
            rows,
            train.day_offsets(),
            validation,
            objective,
            config.batch_days,
            config.names_per_day,
        )

    def validation(
        self,
        valid: Samples,
        inputs: Inputs,
        scaling: TargetScaling,
        config: Config,
        compute: Compute,
    ) -> RowValidation:
        """Validation by error and IC, and by the Sharpe ratio of its best fifth."""
        plain = super().validation(valid, inputs, scaling, config, compute)
        final = None
        if config.loss == "projected":
            exposures, offsets = exposures_of(valid), valid.day_offsets()

            def final(scores: NDArray[np.float32]) -> NDArray[np.float32]:
                return project_scores(scores, exposures, offsets)

        size = _day_sizes(valid) if config.scores_whole_days else plain.batch_size
        return replace(plain, batch_size=size, final=final, further=validation_sharpe(valid))

    def plan(self, config: Config) -> FitPlan:
        """The paper's optimiser and schedule, and the chosen stopping rule."""
        first, last, epochs = config.learning_rate, config.last_learning_rate, config.max_epochs
        mode: Literal["min", "max"] = "min" if config.stop_on == "rmse" else "max"
        schedules = {
            "constant": None,
            "exponential": exponential_decay(first, last, epochs),
            "cosine": cosine_decay(first, last, epochs),
            "plateau": reduce_on_plateau(config.scheduler_factor, config.scheduler_patience, mode),
        }
        optimiser = adam if config.optimiser == "adam" else rmsprop
        return FitPlan(
            max_epochs=epochs,
            metric=config.stop_on,
            mode=mode,
            patience=config.patience,
            optimiser=optimiser(first, config.weight_decay),
            scheduler=schedules[config.schedule],
            clip_norm=config.clip_norm,
            min_epochs=config.min_epochs,
            identity=config.model_dump(mode="json"),
        )

    def fitted(
        self,
        network: nn.Module,
        description: Mapping[str, Any],
        compute: Compute,
        reading: Reading,
    ) -> FittedAlphaNet:
        """The network of the best epoch with the features it reads."""
        if not isinstance(reading, PreparedReading):
            raise TypeError("an AlphaNet is fitted on features that it has prepared")
        config = self._settings(description["config"])
        return FittedAlphaNet(network, description, compute, reading.features, config)

    def restored(
        self,
        network: nn.Module,
        description: Mapping[str, Any],
        folder: Path,
        context: FitContext,
    ) -> FittedAlphaNet:
        """A stored model, with its features."""
        compute = Compute.of(context)
        network = load_weights(network, folder, compute)
        features = PreparedFeatures.load(folder)
        config = self._settings(description["config"])
        return FittedAlphaNet(network, description, compute, features, config)


def _day_sizes(samples: Samples) -> list[int]:
    """Samples of each day."""
    sizes: list[int] = np.diff(samples.day_offsets()).tolist()
    return sizes
