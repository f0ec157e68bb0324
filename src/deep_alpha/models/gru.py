"""GRU-32: a small recurrent network over 20 traded days, the yardstick of sequence models.

It reads six daily inputs (``factors.sequence_inputs``) and is the model that a deep
architecture has to beat (SPEC 001-I3): minutes of CPU instead of hours.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal

import torch
from pydantic import Field, model_validator
from torch import Tensor, nn

from deep_alpha.errors import ConfigurationError
from deep_alpha.models.network import NetworkModel
from deep_alpha.models.network_config import NetworkConfig
from deep_alpha.models.samples import Samples
from deep_alpha.training.days import DayTask
from deep_alpha.training.device import Compute
from deep_alpha.training.losses import negative_ic, squared_error
from deep_alpha.training.nonfinite import require_finite_features
from deep_alpha.training.randomness import Dropout
from deep_alpha.training.rows import Inputs, Objective, RowBatch, RowTask, RowValidation
from deep_alpha.training.windows import Windows


class GRUConfig(NetworkConfig):
    """The GRU's settings.

    Args:
        hidden: Width of the hidden state.
        lookback: Traded days of a window; the model's ``lookback`` must be the same.
        dropout: Dropout probability of the last hidden state.
        loss: ``mse``: squared error of the target over shuffled samples. ``ic``: minus
            the mean of the days' correlations with the target, over whole days; it leaves
            the score's scale open.
        batch_days: Days of a batch where ``loss`` is ``ic``; ``batch_size`` is that of
            ``mse``.
    """

    hidden: int = Field(32, ge=1)
    lookback: int = Field(20, ge=2)
    dropout: float = Field(0.0, ge=0, lt=1)
    loss: Literal["mse", "ic"] = "mse"
    batch_days: int = Field(1, ge=1)
    learning_rate: float = Field(1e-3, gt=0, le=1)
    weight_decay: float = Field(0.0, ge=0, le=1)
    max_epochs: int = Field(20, ge=1, le=10_000)
    patience: int = Field(4, ge=1)
    scheduler_factor: float = Field(0.5, gt=0, lt=1)
    scheduler_patience: int = Field(1, ge=0)

    @model_validator(mode="after")
    def _a_score_without_scale_has_no_error(self) -> GRUConfig:
        if self.loss == "ic" and self.stop_on == "rmse":
            raise ValueError("loss=ic leaves the score's scale open: stop_on must be ic, not rmse")
        return self


class GRUNetwork(nn.Module):
    """One GRU layer; a linear head reads its last hidden state."""

    def __init__(
        self, features: int, hidden: int, dropout: float, generator: torch.Generator
    ) -> None:
        super().__init__()
        # The constructors fill weights from the process's generator, unless there are none.
        self.recurrent = nn.GRU(features, hidden, device="meta").to_empty(device="cpu")
        self.dropout = Dropout(dropout)
        self.head = nn.Linear(hidden, 1, device="meta").to_empty(device="cpu")
        bound = 1.0 / math.sqrt(hidden)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound, generator=generator)

    def forward(self, windows: Tensor) -> Tensor:
        """Scores, shape (n, 1), of windows (n, lookback, features), oldest day first."""
        _, last = self.recurrent(windows.transpose(0, 1))
        scores: Tensor = self.head(self.dropout(last[0]))
        return scores


class GRU32(NetworkModel[GRUConfig]):
    """A GRU over windows of traded days."""

    config_type = GRUConfig

    def build(self, features: int, config: GRUConfig, generator: torch.Generator) -> GRUNetwork:
        """The network with uniform weights within ±1/√hidden."""
        return GRUNetwork(features, config.hidden, config.dropout, generator)

    def objective(self, config: GRUConfig) -> Objective:
        """Squared error, or minus the correlation within days."""
        return squared_error if config.loss == "mse" else negative_ic

    def inputs(
        self, samples: Samples, config: GRUConfig, compute: Compute, label: str, segment: str
    ) -> Inputs:
        """The segment's windows, gathered batch by batch.

        Raises:
            ConfigurationError: The windows have another length than ``lookback``.
            TrainingError: A feature is not finite.
        """
        if samples.lookback != config.lookback:
            raise ConfigurationError(
                f"{label or 'fit'}: the config's lookback is {config.lookback} traded days, but "
                f"the {segment} samples have {samples.lookback}: set the model's lookback to the "
                "same number"
            )
        windows = Windows.of(samples, compute.device)
        rows = samples.features[: len(windows.previous_row)]
        require_finite_features(rows, samples.feature_names, label, segment, unit="window row")
        return windows

    def task(
        self,
        rows: RowBatch,
        train: Samples,
        validation: RowValidation,
        config: GRUConfig,
        compute: Compute,
    ) -> RowTask:
        """Shuffled samples, or shuffled whole days."""
        objective = self.objective(config)
        if config.loss == "mse":
            return RowTask(rows, validation, objective, config.batch_size)
        day = torch.from_numpy(train.date_index).to(compute.device)
        offsets = train.day_offsets()
        return DayTask(replace(rows, day=day), offsets, validation, objective, config.batch_days)
