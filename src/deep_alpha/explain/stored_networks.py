"""Networks from the job folders of a walk: ``<jobs>/<fold>/seed<k>``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from deep_alpha.errors import ConfigurationError
from deep_alpha.imports import load_object
from deep_alpha.models.contract import Fitted
from deep_alpha.models.fitted_network import FittedNetwork, read_description
from deep_alpha.training.jobs import RECORD


@dataclass(frozen=True)
class StoredNetwork:
    """A network in evaluation mode, and the factors it reads, in their order."""

    network: nn.Module
    names: tuple[str, ...]


def stored_network(jobs: Path, fold: str, seed: int, horizon: int) -> StoredNetwork:
    """The network of one job.

    Args:
        jobs: Folder of one model's jobs at one horizon.
        fold: Name of the fold.
        seed: Seed of the fit.
        horizon: Label horizon that the fit must have, in days.

    Raises:
        ConfigurationError: There is no such job, its record names another fold or horizon,
            or it holds no network of single rows.
    """
    folder = Path(jobs) / fold / f"seed{seed}"
    record = _finished(folder, fold, horizon, "behaviour_fits")
    fitted = _load(folder, record)
    if not isinstance(fitted, FittedNetwork):
        raise ConfigurationError(
            f"{folder} holds a {record['model_class']}, which is no network: SHAP maps are made of "
            "networks"
        )
    description = read_description(folder / "model")
    # Models stored by earlier versions read single rows.
    lookback = description.get("lookback", 1)
    if lookback != 1:
        raise ConfigurationError(
            f"{folder} holds a network that reads windows of {lookback} days: SHAP maps are made "
            "of networks that read single rows"
        )
    return StoredNetwork(fitted.network, tuple(description["feature_names"]))


def stored_fit(jobs: Path, fold: str, seed: int, horizon: int, pipeline: str) -> Fitted:
    """What one job fitted, of any class.

    Args:
        jobs: Folder of one model's jobs at one horizon.
        fold: Name of the fold.
        seed: Seed of the fit.
        horizon: Label horizon that the fit must have, in days.
        pipeline: What makes such jobs, for who has to run it.

    Raises:
        ConfigurationError: There is no such job, or its record names another fold or horizon.
    """
    folder = Path(jobs) / fold / f"seed{seed}"
    return _load(folder, _finished(folder, fold, horizon, pipeline))


def common_names(networks: Iterable[StoredNetwork]) -> tuple[str, ...]:
    """The factors that every network reads.

    Raises:
        ConfigurationError: They read different ones.
    """
    seen = {stored.names for stored in networks}
    if len(seen) != 1:
        raise ConfigurationError(
            f"the folds were fitted on {len(seen)} different factor sets, and SHAP values can be "
            "pooled over one set only: run `kedro run --pipeline=behaviour_fits` again"
        )
    return seen.pop()


def _finished(folder: Path, fold: str, horizon: int, pipeline: str) -> dict[str, Any]:
    """The record of a finished job, if it is that of the fold and horizon."""
    if not (folder / RECORD).exists():
        raise ConfigurationError(
            f"{folder} holds no finished job: run `kedro run --pipeline={pipeline}`, or name "
            "folds and seeds that were fitted"
        )
    record: dict[str, Any] = json.loads((folder / RECORD).read_text())
    if (record["fold"], record["horizon"]) != (fold, horizon):
        raise ConfigurationError(
            f"{folder} is the fit of fold {record['fold']} at a horizon of {record['horizon']} "
            f"days, not of fold {fold} at {horizon} days: name the folder of the labels' horizon"
        )
    return record


def _load(folder: Path, record: dict[str, Any]) -> Fitted:
    fitted: Fitted = load_object(record["model_class"])().load(folder / "model")
    return fitted
