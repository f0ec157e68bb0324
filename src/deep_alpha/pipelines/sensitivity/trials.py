"""From the settings to trials: which model on which columns and folds, each fitted once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from deep_alpha.errors import ConfigurationError
from deep_alpha.factors.catalogue import factor_set
from deep_alpha.factors.features import FactorSettings
from deep_alpha.factors.scaling import Winsor
from deep_alpha.folds import FoldSettings, lay_over
from deep_alpha.pipelines.axes import chosen_axes, known_model, resolved_config
from deep_alpha.pipelines.sensitivity.settings import Axis, SensitivitySettings, Variant
from deep_alpha.training.plan import ModelSpec

ROOT = "sensitivity"


class Scaling(NamedTuple):
    """What makes one feature table differ from another at the same rows."""

    winsor: Winsor
    scale_free: bool

    @property
    def name(self) -> str:
        """As its folder is called."""
        return f"{self.winsor}_{'scale_free' if self.scale_free else 'literal'}"


@dataclass(frozen=True)
class Trial:
    """One variant of one axis, resolved.

    Args:
        axis: Its axis.
        variant: Its name on the axis.
        base: Whether it is the axis's model as the run fits it, but for days and epochs.
        model: The model of ``params:models`` that it starts from.
        job: What its jobs are called. Variants that are the same fit share it.
        spec: Class and settings.
        columns: Its factors.
        scaling: How they are scaled.
        folds: How the calendar is cut.
    """

    axis: str
    variant: str
    base: bool
    model: str
    job: str
    spec: ModelSpec
    columns: tuple[str, ...]
    scaling: Scaling
    folds: FoldSettings

    @property
    def leaks(self) -> bool:
        """Whether it selects on the test."""
        return self.folds.split == "paper"


def plan_trials(
    settings: SensitivitySettings,
    models: Mapping[str, Any],
    factors: FactorSettings,
    folds: FoldSettings,
) -> list[Trial]:
    """Resolve every variant of the chosen axes.

    Args:
        settings: The axes.
        models: ``params:models``.
        factors: The run's factor settings.
        folds: The run's fold settings.

    Raises:
        ConfigurationError: An axis or a model is not known, or a model reads more than the
            factor set.
    """
    jobs: dict[str, str] = {}
    trials = []
    for name in chosen_axes(ROOT, settings.axes, settings.only):
        axis = settings.axes[name]
        unchanged = _resolve(name, "", axis, Variant(), models, factors, folds)
        for variant, changes in axis.variants.items():
            trial = _resolve(name, variant, axis, changes, models, factors, folds)
            base = _content(trial) == _content(unchanged)
            first = f"base/{axis.model}" if base else f"{name}/{variant}"
            job = jobs.setdefault(_content(trial), f"{ROOT}/{first}")
            trials.append(Trial(**{**vars(trial), "base": base, "job": job}))
    return trials


def _resolve(
    axis_name: str,
    name: str,
    axis: Axis,
    changes: Variant,
    models: Mapping[str, Any],
    factors: FactorSettings,
    folds: FoldSettings,
) -> Trial:
    model = changes.model or axis.model
    base = known_model(ROOT, axis_name, model, models)
    if base.features != "paper":
        raise ConfigurationError(
            f"sensitivity, axis '{axis_name}': {model} reads features={base.features}; variants "
            "need a model that reads the factor set alone, features=paper"
        )
    over = {
        "model_class": changes.model_class,
        "lookback": changes.lookback,
        "max_gap": changes.max_gap,
        "config": {**base.config, **changes.config},
    }
    known = {key: value for key, value in over.items() if value is not None}
    chosen = factors.model_copy(update=changes.factors.model_dump(exclude_none=True))
    return Trial(
        axis=axis_name,
        variant=name,
        base=False,
        model=model,
        job="",
        spec=ModelSpec.model_validate({**base.model_dump(), **known}),
        columns=factor_set(chosen.set),
        scaling=Scaling(chosen.winsor, chosen.scale_free),
        folds=lay_over(folds, changes.folds),
    )


def _content(trial: Trial) -> str:
    """Everything that a fit depends on, with all defaults; not the names."""
    return json.dumps(
        [
            {**trial.spec.model_dump(mode="json"), "config": resolved_config(trial.spec)},
            trial.columns,
            trial.scaling,
            trial.folds.model_dump(mode="json"),
        ],
        sort_keys=True,
    )
