"""From the settings to trials: which model on which labels with which seeds, each fitted once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from deep_alpha.errors import ConfigurationError
from deep_alpha.imports import load_object
from deep_alpha.models.alphanet.config import AlphaNetConfig
from deep_alpha.pipelines.ablation.settings import AblationSettings, Axis, LabelKind, Variant
from deep_alpha.pipelines.axes import chosen_axes, known_model, resolved_config
from deep_alpha.training.plan import ModelSpec, lay_over_nested

ROOT = "ablation"


@dataclass(frozen=True)
class Trial:
    """One variant of one axis, resolved.

    Args:
        axis: Its axis.
        variant: Its name on the axis.
        base: Whether it is the axis's model as it stands.
        model: The model of ``params:alphanet_models`` that it starts from.
        labels: What it is fitted to.
        job: What its jobs are called. Variants that are the same fits share it.
        spec: Class, and settings with all defaults.
        seeds: Seeds of its fits.
        ensemble: Whether the mean of the seeds' scores is judged.
        figure: The paper's figure.
        note: What a reader should know of it.
    """

    axis: str
    variant: str
    base: bool
    model: str
    labels: LabelKind
    job: str
    spec: ModelSpec
    seeds: tuple[int, ...]
    ensemble: bool
    figure: str
    note: str


def plan_trials(settings: AblationSettings, models: Mapping[str, Any]) -> list[Trial]:
    """Resolve every variant of the chosen axes.

    Jobs are named over all axes, the chosen ones and the others: a fit has the same name
    whichever axes are run, and is found again.

    Args:
        settings: The axes.
        models: ``params:alphanet_models``.

    Raises:
        ConfigurationError: An axis or a model is not known, or a model is no AlphaNet.
    """
    chosen = chosen_axes(ROOT, settings.axes, settings.only)
    found = {name: _resolved(name, axis, settings, models) for name, axis in settings.axes.items()}
    everyone = [trial for trials in found.values() for trial in trials]
    jobs: dict[str, str] = {}
    # Bases first: they are what several axes share.
    for trial in sorted(everyone, key=lambda trial: not trial.base):
        own = trial.base and not settings.axes[trial.axis].config
        name = f"base/{trial.model}/{trial.labels}" if own else f"{trial.axis}/{trial.variant}"
        jobs.setdefault(_content(trial), f"{ROOT}/{name}")
    return [replace(trial, job=jobs[_content(trial)]) for name in chosen for trial in found[name]]


def _resolved(
    name: str, axis: Axis, settings: AblationSettings, models: Mapping[str, Any]
) -> list[Trial]:
    unchanged = _content(_resolve(name, "", axis, Variant(seeds=None), settings, models))
    trials = [
        _resolve(name, variant, axis, changes, settings, models)
        for variant, changes in axis.variants.items()
    ]
    return [
        replace(trial, base=not trial.ensemble and _content(trial) == unchanged) for trial in trials
    ]


def _resolve(
    axis_name: str,
    name: str,
    axis: Axis,
    changes: Variant,
    settings: AblationSettings,
    models: Mapping[str, Any],
) -> Trial:
    model = changes.model or axis.model
    spec = known_model(ROOT, axis_name, model, models)
    schema = getattr(load_object(spec.model_class), "config_type", None)
    if schema is None or not issubclass(schema, AlphaNetConfig):
        raise ConfigurationError(
            f"ablation, axis '{axis_name}': {model} is no AlphaNet, and has no epochs, features "
            "and branches to vary; start from another model"
        )
    # Over all defaults: a group that is named in part would else take the class's own for
    # the rest of it, and not this model's.
    config = lay_over_nested(lay_over_nested(resolved_config(spec), axis.config), changes.config)
    own = {
        "config": config,
        "train_every": settings.train_every,
        "valid_every": settings.valid_every,
    }
    return Trial(
        axis=axis_name,
        variant=name,
        base=False,
        model=model,
        labels=changes.labels or axis.labels,
        job="",
        spec=ModelSpec.model_validate({**spec.model_dump(), **own}),
        seeds=changes.seeds or settings.seeds,
        ensemble=changes.ensemble,
        figure=axis.figure,
        note=changes.note or axis.note,
    )


def _content(trial: Trial) -> str:
    """Everything that the fits depend on, with all defaults; not the names."""
    spec = {**trial.spec.model_dump(mode="json"), "config": resolved_config(trial.spec)}
    return json.dumps([spec, trial.labels, trial.seeds], sort_keys=True)
