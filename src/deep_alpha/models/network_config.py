"""Settings that all networks share: what is fitted, how, and when to stop (SPEC 1.4)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from deep_alpha.models.target_scaling import Clip, Scale, TargetKind


class NetworkConfig(BaseModel):
    """Target and optimisation, common to all networks; the defaults are SPEC's.

    Args:
        target: ``return``, its ``rank`` within the day (000-M1b, recommended), or its
            ``zscore`` within the day, winsorised at 3 sd (001-F2).
        y_scale: Returns as decimals (``raw``, literal) or divided by their train
            standard deviation (000-M1). A rank or z-score is always scaled.
        clip: Where returns are clipped before they are fitted (000-M5): at quantiles
            pooled over ``train``, ``per_day``, or not (``none``). ``all`` pools train and
            validation, which leaks: only folds that leak by design take it. A rank or
            z-score needs none.
        clip_quantiles: The two quantiles.
        stop_on: Validation metric for early stopping and the schedule: ``rmse``
            against the target (literal) or ``ic`` against the forward return.
        learning_rate: Adam's learning rate.
        weight_decay: Adam's coupled L2 term.
        batch_size: Samples of a batch (000-M3).
        max_epochs: Most epochs (000-M3).
        patience: Epochs without improvement before the fit ends.
        scheduler_factor: The learning rate is multiplied by this on a plateau.
        scheduler_patience: Epochs without improvement that make a plateau.
        clip_norm: Largest norm of a batch's gradient.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: TargetKind = "rank"
    y_scale: Scale = "train_std"
    clip: Clip = "none"
    clip_quantiles: tuple[float, float] = (0.05, 0.95)
    stop_on: Literal["rmse", "ic"] = "ic"
    learning_rate: float = Field(5e-4, gt=0, le=1)
    weight_decay: float = Field(1e-3, ge=0, le=1)
    batch_size: int = Field(1024, ge=1)
    max_epochs: int = Field(200, ge=1, le=10_000)
    patience: int = Field(15, ge=1)
    scheduler_factor: float = Field(0.7, gt=0, lt=1)
    scheduler_patience: int = Field(5, ge=0)
    clip_norm: float = Field(0.5, gt=0)

    @property
    def leaks_by_design(self) -> bool:
        """Whether the fit learns from validation labels: only folds that say so allow it."""
        return self.clip == "all"

    @model_validator(mode="after")
    def _settings_agree(self) -> NetworkConfig:
        low, high = self.clip_quantiles
        if not 0.0 <= low < high <= 1.0:
            raise ValueError(f"clip_quantiles {low}, {high} must rise within 0 and 1")
        within_day = self.target != "return"
        if within_day and (self.clip != "none" or self.y_scale != "train_std"):
            raise ValueError(
                f"target={self.target} needs clip=none and y_scale=train_std: a rank or z-score "
                "has no outliers left to clip and is always scaled to unit variance"
            )
        return self
