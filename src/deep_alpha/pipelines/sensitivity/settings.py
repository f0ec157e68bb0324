"""What is varied, axis by axis: ``params:sensitivity``."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt

from deep_alpha.factors.scaling import Winsor
from deep_alpha.folds import FoldSettings


class FactorChanges(BaseModel):
    """What a variant changes of ``params:factors``; its rows stay those of the run's features.

    Args:
        set: Another factor set (000-F1).
        winsor: Another clip of the raw factors (000-P3).
        scale_free: Whether prices are measured in the day's close (000-P5, P6).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    set: str | None = None
    winsor: Winsor | None = None
    scale_free: bool | None = None


class Variant(BaseModel):
    """What differs from the axis's model; what is not named is as it is there.

    Args:
        model: Another model of ``params:models`` to start from.
        model_class: Another class.
        config: Settings laid over the model's.
        factors: Changes of its features.
        folds: Fold settings laid over the run's; ``split: paper`` leaks by design.
        lookback: Rows that the model sees at once. They are the rows of the feature table:
            days on which the name was eligible, not all days on which it traded.
        max_gap: Most market days without a row inside such a window.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    model: str | None = None
    model_class: str | None = None
    config: dict[str, Any] = Field(default_factory=dict)
    factors: FactorChanges = FactorChanges()
    folds: FoldSettings = FoldSettings()
    lookback: PositiveInt | None = None
    max_gap: NonNegativeInt | None = None


class Axis(BaseModel):
    """One question that the paper leaves open, and its answers.

    Args:
        model: Which of ``params:models`` the variants start from.
        variants: By name; an empty one is the model as it is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    variants: dict[str, Variant]


class SensitivitySettings(BaseModel):
    """All axes, and how much is spent on them.

    Args:
        enabled: Whether anything is fitted.
        only: Names of the axes to run; none for all.
        seeds: Seeds of every fit.
        train_every: Train on every n-th day.
        model_settings: Laid over the settings of every model that has them, below what the
            profile lays over: a cap of the epochs, mostly.
        axes: By name.
        tables: Folder for the feature tables that differ from the run's own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    enabled: bool = True
    only: tuple[str, ...] = ()
    seeds: tuple[int, ...] = Field((0,), min_length=1)
    train_every: PositiveInt = 5
    model_settings: dict[str, Any] = Field(default_factory=dict)
    axes: dict[str, Axis]
    tables: str
