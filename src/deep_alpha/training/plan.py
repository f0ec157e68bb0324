"""The run plan: scale, hardware and executor of one run, resolved and checked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

from deep_alpha.errors import ConfigurationError
from deep_alpha.folds import FoldSettings, lay_over
from deep_alpha.imports import load_object
from deep_alpha.training.device import DeviceSettings, resolve_device
from deep_alpha.training.executors import Executor, make_executor


class Reduction(BaseModel):
    """What a profile changes of one model, mostly to make it cheaper.

    Args:
        train_every: As in :class:`ModelSpec`; None leaves it.
        valid_every: Likewise.
        config: Settings laid over the model's own; those of nested groups one by one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    train_every: PositiveInt | None = None
    valid_every: PositiveInt | None = None
    config: dict[str, Any] = Field(default_factory=dict)


class Profile(BaseModel):
    """How large a run is; combines with any market and any hardware.

    Args:
        seeds: Seeds of every stochastic model.
        one_seed: Models that run with the first seed only, where a run has to be short.
        horizons: Label horizons in market days; the first one is the headline.
        train_every: Train on every n-th day of a training segment.
        model_settings: Settings laid over those of every model that has them, such as
            ``max_epochs``.
        models: What it changes of single models, by name.
        leaks_by_design: Take the papers' splits literally, validation = test included.
            Whatever comes out is watermarked and belongs into no comparison.
        folds: Fold settings laid over those of the market; only the fields that are named
            here count.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    seeds: tuple[int, ...] = Field(min_length=1)
    one_seed: tuple[str, ...] = ()
    horizons: tuple[PositiveInt, ...] = Field(min_length=1)
    train_every: PositiveInt = 1
    model_settings: dict[str, Any] = Field(default_factory=dict)
    models: dict[str, Reduction] = Field(default_factory=dict)
    leaks_by_design: bool = False
    folds: FoldSettings = FoldSettings()

    def seeds_of(self, model: str, *, seeded: bool = True) -> tuple[int, ...]:
        """The seeds that a model runs with.

        Args:
            model: Its name in the configuration.
            seeded: Whether a seed changes its result.
        """
        return self.seeds if seeded and model not in self.one_seed else self.seeds[:1]

    def reduced(self, model: str, spec: ModelSpec) -> ModelSpec:
        """A model's specification in this profile.

        Args:
            model: Its name in the configuration.
            spec: What the configuration says of it.

        Raises:
            pydantic.ValidationError: A setting of the profile is unknown or out of bounds.
        """
        change = self.models.get(model, Reduction())
        own = change.model_dump(include={"train_every", "valid_every"}, exclude_none=True)
        config = lay_over_nested(spec.config, change.config)
        return ModelSpec.model_validate({**spec.model_dump(), **own, "config": config})

    @property
    def fold_overlay(self) -> dict[str, Any]:
        """What the profile says of the folds, as JSON: kept with them, and compared."""
        return self._own_folds().model_dump(mode="json", exclude_unset=True)

    def fold_settings(self, market: FoldSettings) -> FoldSettings:
        """How the calendar is cut in this profile.

        Args:
            market: The settings of the market, ``params:folds``.

        Raises:
            ConfigurationError: Segments overlap, and the profile does not say so.
        """
        folds = lay_over(market, self._own_folds())
        if folds.split == "paper" and not self.leaks_by_design:
            raise ConfigurationError(
                "folds.split=paper validates on the test and leaks by design: "
                "it needs --params=profile=paper_literal"
            )
        return folds

    def _own_folds(self) -> FoldSettings:
        if not self.leaks_by_design:
            return self.folds
        return self.folds.model_copy(update={"split": "paper"})


class ExecutorSettings(BaseModel):
    """Where jobs run.

    Args:
        name: ``serial`` or ``processes``.
        workers: Processes of this machine; 0 is one for each core.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = "processes"
    workers: int = Field(0, ge=0)


class ModelSpec(BaseModel):
    """One model of the configuration.

    Args:
        model_class: Import path of a class that follows the model contract.
        features: ``paper`` for the factor set alone, ``all`` to add your own factors.
        seeded: Whether the seed changes the result; others run once.
        lookback: Traded days the model sees at once.
        max_gap: Most market days without trading inside its window; samples whose window
            spans a longer suspension are left out. None keeps them.
        train_every: Train on every n-th day, of those that the profile takes.
        valid_every: Judge epochs on every n-th day of the validation segment, where labels of
            neighbouring days overlap and a network is slow.
        config: The model's own settings; checked against the class's ``config_type`` when
            it has one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model_class: str
    features: str = Field("paper", pattern="^(paper|all)$")
    seeded: bool = True
    lookback: PositiveInt = 1
    max_gap: int | None = Field(None, ge=0)
    train_every: PositiveInt = 1
    valid_every: PositiveInt = 1
    config: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_config(self) -> ModelSpec:
        """A misspelt setting fails before any node runs."""
        schema = getattr(load_object(self.model_class), "config_type", None)
        if schema is not None:
            schema.model_validate(self.config)
        return self

    def config_for(self, profile: Profile, name: str = "") -> dict[str, Any]:
        """The model's settings with the profile's laid over those it knows.

        Args:
            profile: What it says of all models gives way to what it says of one.
            name: The model's name, as the profile may have it.

        Raises:
            pydantic.ValidationError: A setting of the profile is out of bounds.
        """
        schema = getattr(load_object(self.model_class), "config_type", None)
        if schema is None:
            return dict(self.config)
        own = profile.models.get(name, Reduction()).config
        over = {key: value for key, value in profile.model_settings.items() if key not in own}
        settings = {
            **self.config,
            **{key: value for key, value in over.items() if key in schema.model_fields},
        }
        schema.model_validate(settings)
        return settings


def lay_over_nested(settings: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with others laid over them; nested groups are merged, not replaced."""
    merged = dict(settings)
    for name, value in over.items():
        known = merged.get(name)
        if isinstance(value, Mapping) and isinstance(known, Mapping):
            merged[name] = lay_over_nested(known, value)
        else:
            merged[name] = value
    return merged


@dataclass(frozen=True)
class RunPlan:
    """What a run's nodes share: scale, device and executor."""

    profile_name: str
    profile: Profile
    device: str
    device_settings: DeviceSettings
    executor_settings: ExecutorSettings

    @property
    def horizon(self) -> int:
        """The headline horizon."""
        return self.profile.horizons[0]

    @property
    def watermark(self) -> str:
        """What is laid over the pages of a run that leaks by design; empty for others."""
        return "leaks by design" if self.profile.leaks_by_design else ""

    def executor(self) -> Executor:
        """The executor that jobs are given to."""
        return make_executor(self.executor_settings.name, self.executor_settings.workers)


def plan_run(
    profile: str,
    profiles: Mapping[str, Profile],
    device: str,
    devices: Mapping[str, DeviceSettings],
    executor: str,
    workers: int,
) -> RunPlan:
    """Resolve the run's parameters.

    Raises:
        ConfigurationError: The profile, device or executor is not known or not here.
    """
    if profile not in profiles:
        raise ConfigurationError(
            f"profile '{profile}' is not known; choose one of: {', '.join(sorted(profiles))}"
        )
    make_executor(executor, workers)
    resolved = resolve_device(device).type
    if resolved not in devices:
        raise ConfigurationError(
            f"device '{resolved}' has no settings; add a section '{resolved}' under `devices` in "
            "parameters/device.yml"
        )
    return RunPlan(
        profile_name=profile,
        profile=Profile.model_validate(profiles[profile]),
        device=resolved,
        device_settings=DeviceSettings.model_validate(devices[resolved]),
        executor_settings=ExecutorSettings(name=executor, workers=workers),
    )
