"""Settings of a fit that all AlphaNets share (SPEC 2.9)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from deep_alpha.models.alphanet.branches import Branch
from deep_alpha.models.alphanet.feature_settings import FeatureSettings
from deep_alpha.models.network_config import NetworkConfig
from deep_alpha.models.target_scaling import TargetKind


class AlphaNetConfig(NetworkConfig):
    """What is read, what is fitted, and how long.

    The four neutralised losses of SPEC 001-F3 are two switches: labels that are residuals
    of the risk model or not (``target.kind`` of the model's labels), and ``loss``: with
    ``mse`` they are *target* and *none*, with ``projected`` *both* and *prediction*.

    Args:
        features: Which features, and how they are scaled.
        branches: Windows, steps and strides; the first branch is the main one.
        target: As in ``NetworkConfig``; ``zscore`` within the day is the papers' (001-F2).
        loss: ``mse``; ``projected``: squared error of what industries and styles leave of
            the score; ``ic``: minus the correlation within days.
        long_weight: Weights of the errors that depend on the target (001-H3).
        long_weight_power: Exponent γ of ``rank``.
        batches: ``days``: whole days, shuffled. ``samples``: shuffled samples.
        batch_days: Days of a batch.
        names_per_day: Names that are drawn of each day in each epoch; None for all.
        optimiser: ``adam`` or ``rmsprop``.
        schedule: The learning rate over the epochs; ``plateau`` watches ``stop_on``.
        last_learning_rate: Where ``exponential`` and ``cosine`` end.
        min_epochs: Epochs that are always run.
        stop_on: ``rmse`` of the target, its ``ic``, or the ``sharpe`` of the top fifth
            against the universe, mean of all rebalance offsets (001-H1).
    """

    features: FeatureSettings = FeatureSettings.model_validate({})
    branches: tuple[Branch, ...] = Field(min_length=1)
    target: TargetKind = "zscore"
    loss: Literal["mse", "projected", "ic"] = "mse"
    long_weight: Literal["off", "rank", "relu", "shift", "literal"] = "off"
    long_weight_power: float = Field(1.0, gt=0)
    batches: Literal["days", "samples"] = "days"
    batch_days: int = Field(1, ge=1)
    names_per_day: int | None = Field(None, ge=10)
    optimiser: Literal["adam", "rmsprop"] = "adam"
    schedule: Literal["exponential", "cosine", "plateau", "constant"] = "constant"
    last_learning_rate: float = Field(1e-7, gt=0)
    min_epochs: int = Field(3, ge=0)
    stop_on: Literal["rmse", "ic", "sharpe"] = "ic"  # type: ignore[assignment]  # one more
    max_epochs: int = Field(90, ge=1, le=10_000)
    patience: int = Field(10, ge=1)
    learning_rate: float = Field(1e-4, gt=0, le=1)
    weight_decay: float = Field(0.0, ge=0, le=1)
    clip_norm: float = Field(1.0, gt=0)

    @property
    def scores_whole_days(self) -> bool:
        """Whether a score depends on the other names of its day."""
        return False

    @model_validator(mode="after")
    def _losses_agree(self) -> AlphaNetConfig:
        if self.loss != "mse" and self.batches != "days":
            raise ValueError(f"loss={self.loss} compares the names of a day: set batches to days")
        if self.names_per_day is not None and self.batches != "days":
            raise ValueError("names_per_day is drawn of whole days: set batches to days")
        if self.loss == "projected" and self.names_per_day is not None:
            raise ValueError(
                "loss=projected needs the day's whole cross-section: set names_per_day to null"
            )
        if self.loss == "ic" and self.stop_on == "rmse":
            raise ValueError("loss=ic leaves the score's scale open: stop_on must not be rmse")
        if self.long_weight != "off" and self.loss != "mse":
            raise ValueError(f"long_weight={self.long_weight} weighs squared errors: loss is mse")
        return self
