"""Networks whose loss is a setting: squared error over rows, or the IC of whole days."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import Literal, TypeVar

import torch
from pydantic import Field, model_validator

from deep_alpha.models.network import NetworkModel, Reading
from deep_alpha.models.network_config import NetworkConfig
from deep_alpha.models.samples import Samples
from deep_alpha.training.days import DayTask
from deep_alpha.training.device import Compute
from deep_alpha.training.losses import negative_ic, squared_error
from deep_alpha.training.rows import Inputs, Objective, RowBatch, RowTask, RowValidation


class ChosenLossConfig(NetworkConfig):
    """A network's settings, and what its score is fitted by.

    Args:
        loss: ``mse``: squared error of the target over shuffled samples. ``ic``: minus
            the mean of the days' correlations with the target, over whole days; it leaves
            the score's scale open. ``dual``: squared error and the cross-entropy of an
            "up" head; only row networks have one.
        batch_days: Days of a batch where ``loss`` is ``ic``; ``batch_size`` is that of
            the others.
    """

    loss: Literal["dual", "mse", "ic"] = "mse"
    batch_days: int = Field(1, ge=1)

    @model_validator(mode="after")
    def _a_score_without_scale_has_no_error(self) -> ChosenLossConfig:
        if self.loss == "ic" and self.stop_on == "rmse":
            raise ValueError("loss=ic leaves the score's scale open: stop_on must be ic, not rmse")
        return self


Config = TypeVar("Config", bound=ChosenLossConfig)


class ChosenLossModel(NetworkModel[Config]):
    """A network model that is fitted to the error or to the IC of its first column."""

    @abstractmethod
    def inputs(
        self, samples: Samples, config: Config, compute: Compute, label: str, segment: str
    ) -> Inputs:
        """What the network reads of a segment, on the device.

        Args:
            samples: The segment.
            config: The model's settings.
            compute: The device.
            label: What errors call the fit.
            segment: What they call the segment.

        Raises:
            ConfigurationError: The samples have another shape than the network reads.
            TrainingError: A feature is not finite.
        """

    def reading(
        self,
        train: Samples,
        valid: Samples,  # noqa: ARG002 - nothing is learned of the features
        config: Config,
        seed: int,  # noqa: ARG002
        compute: Compute,
        label: str,
    ) -> Reading:
        """Every feature as it is."""
        return Reading(
            len(train.feature_names),
            lambda samples, segment: self.inputs(samples, config, compute, label, segment),
        )

    def objective(self, config: Config) -> Objective:
        """Squared error, or minus the correlation within days."""
        return negative_ic if config.loss == "ic" else squared_error

    def task(
        self,
        rows: RowBatch,
        train: Samples,
        validation: RowValidation,
        config: Config,
        compute: Compute,
    ) -> RowTask:
        """Shuffled samples, or shuffled whole days."""
        objective = self.objective(config)
        if config.loss != "ic":
            return RowTask(rows, validation, objective, config.batch_size)
        day = torch.from_numpy(train.date_index).to(compute.device)
        offsets = train.day_offsets()
        return DayTask(replace(rows, day=day), offsets, validation, objective, config.batch_days)
