"""What is taken away or put in, axis by axis: ``params:ablation``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

LabelKind = Literal["return", "residual"]


class Variant(BaseModel):
    """What differs from the axis's model; what is not named is as it is there.

    Args:
        model: Another model of ``params:alphanet_models`` to start from.
        labels: Other labels: forward returns, or what the risk model leaves of them.
        config: Settings laid over the model's; those of nested groups one by one.
        seeds: Seeds of its fits; None for those of all variants.
        ensemble: Whether the mean of all seeds' scores is judged as one score. Else the
            figures of single seeds are averaged.
        note: What a reader should know of it; by default the axis's note.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    model: str | None = None
    labels: LabelKind | None = None
    config: dict[str, Any] = Field(default_factory=dict)
    seeds: tuple[int, ...] | None = Field(None, min_length=1)
    ensemble: bool = False
    note: str = ""


class Axis(BaseModel):
    """One part of the paper's model, with and without it.

    Args:
        model: Which of ``params:alphanet_models`` the variants start from.
        labels: What they are fitted to.
        config: Settings laid over the model's in every variant: with them it is the base.
        figure: The paper's figure, as ``4-6``; empty for none.
        note: What a reader should know of every variant that has no note of its own.
        variants: By name; an empty one is the axis's model as it is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    model: str
    labels: LabelKind
    config: dict[str, Any] = Field(default_factory=dict)
    figure: str = ""
    note: str = ""
    variants: dict[str, Variant] = Field(min_length=1)


class AblationSettings(BaseModel):
    """All axes, and how much is spent on them.

    Args:
        enabled: Whether anything is fitted.
        only: Names of the axes to run; none for all.
        seeds: Seeds of every fit.
        folds: How many of the run's newest tests with an end are taken.
        train_every: Train on every n-th day, whatever the models say.
        valid_every: Judge epochs on every n-th day, likewise.
        model_settings: Laid over the settings of every variant, below what the profile lays
            over: a cap of the epochs, mostly.
        axes: By name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    enabled: bool = True
    only: tuple[str, ...] = ()
    seeds: tuple[int, ...] = Field((0,), min_length=1)
    folds: PositiveInt = 1
    train_every: PositiveInt = 5
    valid_every: PositiveInt = 5
    model_settings: dict[str, Any] = Field(default_factory=dict)
    axes: dict[str, Axis]

    @model_validator(mode="after")
    def _ensembles_have_members(self) -> AblationSettings:
        for name, axis in self.axes.items():
            for variant, changes in axis.variants.items():
                if changes.ensemble and len(changes.seeds or self.seeds) < 2:
                    raise ValueError(
                        f"ablation, axis '{name}': the ensemble '{variant}' has one seed; give it "
                        "two or more"
                    )
        return self
