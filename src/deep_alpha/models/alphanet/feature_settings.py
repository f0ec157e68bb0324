"""Which time-series features an AlphaNet reads, and how they are put on one scale."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from deep_alpha.factors.alphanet_inputs import INPUT_SETS


class FeatureSettings(BaseModel):
    """The features of one model (SPEC 2.1, 2.2, 2.4).

    Args:
        inputs: The daily inputs, a name of ``INPUT_SETS``.
        sampled_inputs: So many of them, drawn by the seed; None for all. This is the
            random sampling of AlphaNet-V3's sequel, that Spearman dropout replaces.
        mean: Whether V1's seventh operator, the mean, is among them.
        return_lag: How far ``ts_return`` looks back in a window of d days.
        spearman: Largest rank correlation of two kept features (001-D1); None keeps all.
        absolute: Whether a correlation near −1 counts as one near +1.
        flatten: What enters the correlation of a sample: ``all`` steps, or the ``last``.
        batches: Train days that are pooled for it; 1 is the paper's first batch.
        batch_names: Names that are drawn of each of these days.
        winsor: Train quantiles that ``ts_return`` and ``ts_zscore`` are clipped at: their
            denominators come near 0.
        clip: Standard deviations around the train mean that every feature is clipped at.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    inputs: Literal["paper13", "dedup11", "v1", "v2"] = "paper13"
    sampled_inputs: int | None = Field(None, ge=2)
    mean: bool = False
    return_lag: Literal["d", "d-1"] = "d"
    spearman: float | None = Field(0.8, gt=0, le=1)
    absolute: bool = True
    flatten: Literal["all", "last"] = "all"
    batches: int = Field(10, ge=1)
    batch_names: int = Field(500, ge=10)
    winsor: tuple[float, float] = (0.01, 0.99)
    clip: float = Field(20.0, gt=0)

    @model_validator(mode="after")
    def _settings_agree(self) -> FeatureSettings:
        low, high = self.winsor
        if not 0.0 <= low < high <= 1.0:
            raise ValueError(f"winsor {low}, {high} must rise within 0 and 1")
        known = len(INPUT_SETS[self.inputs])
        if self.sampled_inputs is not None and self.sampled_inputs > known:
            raise ValueError(
                f"sampled_inputs={self.sampled_inputs}, but inputs={self.inputs} has {known}"
            )
        return self
