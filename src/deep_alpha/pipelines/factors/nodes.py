"""Nodes of the factors pipeline."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import xarray as xr

from deep_alpha.errors import ConfigurationError
from deep_alpha.evaluation.factor_summary import beside_other_version, summarise_factors
from deep_alpha.factors import behavioural_factors, factor_set
from deep_alpha.factors.extended import EXTENDED_TABLES, extended_columns, extended_inputs
from deep_alpha.factors.extended_catalogue import EXTENDED_NAMES, extended_summary
from deep_alpha.factors.features import FactorSettings, build_features, extend_features
from deep_alpha.factors.sequence_inputs import build_sequence_features
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import OVERLAY, FoldSettings, folds_from_manifest, make_folds, manifest
from deep_alpha.labels import Labels, make_labels
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.panel import proxies_of
from deep_alpha.risk.basis import make_basis
from deep_alpha.risk.settings import RiskSettings
from deep_alpha.targets import TargetSettings, forward_return, stored_target
from deep_alpha.training.plan import RunPlan

_log = logging.getLogger(__name__)


def compute_factors(panel: xr.Dataset, factors: FactorSettings) -> xr.DataArray:
    """All 44 behavioural factors, raw."""
    return behavioural_factors(panel, scale_free=factors.scale_free)


def lay_features(
    raw_factors: xr.DataArray, panel: xr.Dataset, universe: UniversePolicy, factors: FactorSettings
) -> FeatureTable:
    """Scaled rows of the eligible names."""
    return build_features(raw_factors, panel, eligible(panel, universe), factors)


def lay_sequences(panel: xr.Dataset, universe: UniversePolicy) -> FeatureTable:
    """Six daily inputs of every traded day, for models that see windows of them."""
    return build_sequence_features(panel, eligible(panel, universe))


def lay_extended(
    features: FeatureTable,
    panel: xr.Dataset,
    market_tables: Mapping[str, Callable[[], pd.DataFrame]],
    factors: FactorSettings,
    risk: RiskSettings,
) -> tuple[FeatureTable, pd.DataFrame]:
    """The set's factors with 36 columns of our own beside them, and what is known of these."""
    tables = {name: market_tables[name]() for name in EXTENDED_TABLES if name in market_tables}
    # Made again rather than shared with the risk pipeline: keeping the basis would hold half
    # a gigabyte through the peak of memory, to save a few seconds.
    inputs = extended_inputs(panel, make_basis(panel, tables, risk), tables, risk)
    table, known = extend_features(
        features,
        panel,
        factor_set(factors.set),
        EXTENDED_NAMES,
        extended_columns(panel, inputs),
        factors.winsor,
    )
    summary = extended_summary(known, proxies_of(panel))
    empty = summary.loc[summary["known"] == 0.0, "name"].tolist()
    if empty:
        _log.warning("no value in this market, 0 in every row: %s", ", ".join(empty))
    return table, summary


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

    What the profile lays over the market's settings is kept beside them: a data root
    belongs to one such overlay.

    Raises:
        ConfigurationError: Segments may overlap in a profile that says so only.
    """
    profile = run_plan.profile
    settings = profile.fold_settings(folds)
    manifests = {}
    for horizon, known in labels.items():
        reach = known.target.reach
        cut = make_folds(features.dates, reach, settings, features.first_day)
        manifests[f"h{horizon}"] = {
            **manifest(cut, features.dates, reach),
            OVERLAY: profile.fold_overlay,
        }
    return manifests


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


def tabulate_other_version(
    own_factor_summary: pd.DataFrame,
    panel: xr.Dataset,
    universe: UniversePolicy,
    factors: FactorSettings,
    target: dict[str, Any],
    run_plan: RunPlan,
    folds: dict[str, Any],
    features: FeatureTable,
) -> pd.DataFrame:
    """Put the own IC of the version that the run does not use beside it (000-P6).

    A node after all that read ``raw_factors``: these are released by then, and the two versions
    of a whole market, a gigabyte each, are never in memory together.
    """
    other = behavioural_factors(panel, scale_free=not factors.scale_free)
    found = tabulate_factors(other, panel, universe, factors, target, run_plan, folds, features)
    return beside_other_version(own_factor_summary, found)


def target_settings(target: dict[str, Any], run_plan: RunPlan) -> list[TargetSettings]:
    """The label's definition at each horizon of the profile, headline first."""
    return [TargetSettings(horizon=horizon, **target) for horizon in run_plan.profile.horizons]
