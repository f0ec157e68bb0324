"""Nodes of the factors pipeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import xarray as xr

from deep_alpha.errors import ConfigurationError
from deep_alpha.evaluation.factor_summary import summarise_factors
from deep_alpha.factors import behavioural_factors, factor_set
from deep_alpha.factors.features import FactorSettings, build_features
from deep_alpha.factors.sequence_inputs import build_sequence_features
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import FoldSettings, folds_from_manifest, make_folds, manifest
from deep_alpha.labels import Labels, make_labels
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.targets import TargetSettings, forward_return, stored_target
from deep_alpha.training.plan import RunPlan


def compute_factors(panel: xr.Dataset) -> xr.DataArray:
    """All 44 behavioural factors, raw."""
    return behavioural_factors(panel)


def lay_features(
    raw_factors: xr.DataArray, panel: xr.Dataset, universe: UniversePolicy, factors: FactorSettings
) -> FeatureTable:
    """Scaled rows of the eligible names."""
    return build_features(raw_factors, panel, eligible(panel, universe), factors)


def lay_sequences(panel: xr.Dataset, universe: UniversePolicy) -> FeatureTable:
    """Six daily inputs of every traded day, for models that see windows of them."""
    return build_sequence_features(panel, eligible(panel, universe))


def label_rows(
    features: FeatureTable,
    panel: xr.Dataset,
    risk_targets: Callable[[], xr.Dataset],
    target: dict[str, Any],
    run_plan: RunPlan,
) -> dict[int, Labels]:
    """Targets at every feature row, for each horizon of the profile."""
    return {
        settings.horizon: make_labels(
            features, panel, settings, _risk_target(risk_targets, settings)
        )
        for settings in target_settings(target, run_plan)
    }


def _risk_target(
    risk_targets: Callable[[], xr.Dataset], settings: TargetSettings
) -> xr.DataArray | None:
    """The target that the risk pipeline made; None for the raw one, which needs none."""
    if settings.kind == "raw":
        return None
    if settings.entry != "close":
        raise ConfigurationError(
            f"target.kind={settings.kind} is made by the risk pipeline with target.entry=close, "
            f"not {settings.entry}"
        )
    return stored_target(risk_targets(), settings)


def cut_folds(
    features: FeatureTable, labels: dict[int, Labels], folds: FoldSettings, run_plan: RunPlan
) -> dict[str, Any]:
    """Walk-forward folds of each horizon, as the manifest of ``folds.json``.

    Raises:
        ConfigurationError: Segments may overlap in a profile that says so only.
    """
    literal = run_plan.profile.leaks_by_design
    if folds.split == "paper" and not literal:
        raise ConfigurationError(
            "folds.split=paper validates on the test and leaks by design: "
            "it needs --params=profile=paper_literal"
        )
    if literal:
        folds = folds.model_copy(update={"split": "paper"})
    return {
        f"h{horizon}": manifest(
            make_folds(features.dates, known.target.reach, folds, features.first_day),
            features.dates,
            known.target.reach,
        )
        for horizon, known in labels.items()
    }


def tabulate_factors(
    raw_factors: xr.DataArray,
    panel: xr.Dataset,
    universe: UniversePolicy,
    factors: FactorSettings,
    target: dict[str, Any],
    run_plan: RunPlan,
    folds: dict[str, Any],
    features: FeatureTable,
) -> pd.DataFrame:
    """Coverage and own IC of every factor at the headline horizon."""
    settings = target_settings(target, run_plan)[0]
    first_test = folds_from_manifest(folds[f"h{settings.horizon}"])[0].test.first
    return summarise_factors(
        raw_factors,
        eligible(panel, universe),
        forward_return(panel, settings),
        factor_set(factors.set),
        features.first_day,
        first_test,
        settings.reach,
    )


def target_settings(target: dict[str, Any], run_plan: RunPlan) -> list[TargetSettings]:
    """The label's definition at each horizon of the profile, headline first."""
    return [TargetSettings(horizon=horizon, **target) for horizon in run_plan.profile.horizons]
