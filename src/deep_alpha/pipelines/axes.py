"""What pipelines of axes and variants share: one question an axis, one answer a variant."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from deep_alpha.errors import ConfigurationError
from deep_alpha.imports import load_object
from deep_alpha.training.plan import ModelSpec, RunPlan

Key = TypeVar("Key", bound=Hashable)


def chosen_axes(pipeline: str, axes: Collection[str], only: Sequence[str]) -> tuple[str, ...]:
    """The axes to run: those of ``only``, in its order, or all.

    Raises:
        ConfigurationError: One of them is not known.
    """
    unknown = [name for name in only if name not in axes]
    if unknown:
        raise ConfigurationError(
            f"{pipeline}.only: there is no axis '{unknown[0]}'; choose among {', '.join(axes)}"
        )
    return tuple(only) or tuple(axes)


def known_model(pipeline: str, axis: str, model: str, models: Mapping[str, Any]) -> ModelSpec:
    """A model that a variant starts from.

    Raises:
        ConfigurationError: There is none of that name.
    """
    if model not in models:
        raise ConfigurationError(
            f"{pipeline}, axis '{axis}': there is no model '{model}'; choose one of: "
            f"{', '.join(sorted(models))}"
        )
    return ModelSpec.model_validate(models[model])


def resolved_config(spec: ModelSpec) -> dict[str, Any]:
    """A model's settings with all defaults, so that equal ones compare equal."""
    schema = getattr(load_object(spec.model_class), "config_type", None)
    if schema is None:
        return dict(spec.config)
    resolved: dict[str, Any] = schema.model_validate(spec.config).model_dump(mode="json")
    return resolved


def reduced_plan(
    run_plan: RunPlan, seeds: tuple[int, ...], train_every: int, settings: Mapping[str, Any]
) -> RunPlan:
    """The run's plan at its headline horizon, with the seeds and days of the variants.

    Args:
        run_plan: The run's plan.
        seeds: Seeds of every fit.
        train_every: Train on every n-th day.
        settings: Laid over the models' settings, below what the profile lays over.
    """
    profile = run_plan.profile
    changes = {
        "horizons": (run_plan.horizon,),
        "seeds": seeds,
        "train_every": train_every,
        "model_settings": {**settings, **profile.model_settings},
    }
    return replace(run_plan, profile=profile.model_copy(update=changes))


def same_pairs(scores: Mapping[Key, pd.DataFrame]) -> dict[Key, pd.DataFrame]:
    """The scores of the dates and assets that all frames score; NaN elsewhere.

    A window model has no score where a name's window is not whole. Such names and days are
    left out for all variants, so that no row of the table has easier days than another.
    """
    if not scores:
        return {}
    frames = list(scores.values())
    dates, assets = frames[0].index, frames[0].columns
    for frame in frames[1:]:
        dates, assets = dates.intersection(frame.index), assets.intersection(frame.columns)
    known = np.ones((len(dates), len(assets)), dtype=np.bool_)
    for frame in frames:
        known &= frame.reindex(index=dates, columns=assets).notna().to_numpy()
    return {
        key: frame.reindex(index=dates, columns=assets).where(known)
        for key, frame in scores.items()
    }
