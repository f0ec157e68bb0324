"""Networks that read one row of features, with or without a second head "up" (SPEC 1.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from deep_alpha.errors import ConfigurationError
from deep_alpha.models.chosen_loss import ChosenLossModel
from deep_alpha.models.row_network_config import RowNetworkConfig
from deep_alpha.models.samples import Samples
from deep_alpha.models.target_scaling import label_up
from deep_alpha.training.device import Compute
from deep_alpha.training.losses import DualTaskLoss
from deep_alpha.training.nonfinite import require_finite_features
from deep_alpha.training.rows import (
    Inputs,
    Objective,
    RowBatch,
    RowTask,
    RowValidation,
    tensor_on,
)

Config = TypeVar("Config", bound=RowNetworkConfig)


class RowNetworkModel(ChosenLossModel[Config]):
    """A model whose network maps a row of features to one score, or two heads."""

    def inputs(
        self,
        samples: Samples,
        config: Config,  # noqa: ARG002
        compute: Compute,
        label: str,
        segment: str,
    ) -> Inputs:
        """The segment's rows, without a copy on the CPU where they are contiguous.

        Raises:
            ConfigurationError: The samples are windows.
            TrainingError: A feature is not finite.
        """
        if samples.lookback != 1:
            raise ConfigurationError(
                f"{label or 'fit'}: a row network reads single rows, but the {segment} samples "
                f"are windows of {samples.lookback} traded days: set lookback to 1"
            )
        features = samples.all()
        require_finite_features(features, samples.feature_names, label, segment)
        return tensor_on(features, compute.device)

    def objective(self, config: Config) -> Objective:
        """Squared error plus weighted cross-entropy, or a loss of the score alone."""
        if config.loss == "dual":
            return DualTaskLoss(config.classification_weight)
        return super().objective(config)

    def task(
        self,
        rows: RowBatch,
        train: Samples,
        validation: RowValidation,
        config: Config,
        compute: Compute,
    ) -> RowTask:
        """Shuffled rows, with their "up" labels for two heads; or shuffled whole days."""
        if config.loss == "dual":
            up = tensor_on(label_up(train, config.label_up), compute.device)
            rows = replace(rows, up=up)
        return super().task(rows, train, validation, config, compute)
