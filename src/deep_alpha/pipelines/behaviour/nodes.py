"""Nodes of the behaviour pipeline: fit and compose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.errors import ConfigurationError
from deep_alpha.factors import composite_score, factor_set
from deep_alpha.factors.features import FactorSettings
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import folds_by_horizon
from deep_alpha.labels import Labels
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.pipelines.behaviour.models import COMPOSITE, ORACLE
from deep_alpha.pipelines.factors.nodes import label_rows
from deep_alpha.pipelines.fitting import other_horizons, walk_folds
from deep_alpha.signals import Signal, grid_signal
from deep_alpha.training.plan import ModelSpec, RunPlan

PAPER = "000"


def label_residuals(
    features: FeatureTable,
    panel: xr.Dataset,
    risk_targets: Callable[[], xr.Dataset],
    target: dict[str, Any],
    run_plan: RunPlan,
) -> dict[int, Labels]:
    """What the risk model leaves of the returns, at the same rows (SPEC 001-F1)."""
    residual = {**target, "kind": "residual", "entry": "close"}
    return label_rows(features, panel, risk_targets, residual, run_plan)


def fit_own_models(
    reserved: tuple[str, ...],
    run_plan: RunPlan,
    features: FeatureTable,
    labels: dict[int, Labels],
    folds: dict[str, Any],
    signal_meta: dict[str, Any],
    own_models: dict[str, Any],
    factors: FactorSettings,
    models_folder: str,
) -> tuple[dict[str, Signal], list[dict[str, Any]]]:
    """Walk the user's own models, named in ``own_models``, through the same folds."""
    columns = factor_set(factors.set)
    signals: dict[str, Signal] = {}
    records: list[dict[str, Any]] = []
    for name, content in own_models.items():
        if name in reserved:
            raise ConfigurationError(
                f"own_models: '{name}' is the name of a built-in model; choose another one"
            )
        spec = ModelSpec.model_validate(content)
        walk = walk_folds(
            name, run_plan, features, labels, folds, signal_meta, spec, columns, models_folder
        )
        signals[name] = walk.signals[run_plan.horizon]
        records += [dict(record) for record in walk.records]
    return signals, records


def score_composite(
    run_plan: RunPlan,
    panel: xr.Dataset,
    folds: dict[str, Any],
    signal_meta: dict[str, Any],
    universe: UniversePolicy,
) -> tuple[Signal, dict[str, Signal]]:
    """The five-signal composite on the same test dates: what a learned signal must beat."""
    mask = eligible(panel, universe)
    return _grid_signals(COMPOSITE, composite_score(panel, mask), run_plan, folds, signal_meta)


def score_oracle(
    run_plan: RunPlan,
    panel: xr.Dataset,
    folds: dict[str, Any],
    signal_meta: dict[str, Any],
    universe: UniversePolicy,
    oracle_scores: pd.DataFrame,
) -> tuple[Signal, dict[str, Signal]]:
    """What a simulated market planted, as a signal; empty for a real market."""
    mask = eligible(panel, universe)
    grid = mask.copy(data=np.full(mask.shape, np.nan, dtype=np.float32))
    if len(oracle_scores):
        aligned = oracle_scores.reindex(
            index=pd.DatetimeIndex(panel["date"].to_numpy()), columns=panel["asset"].to_numpy()
        )
        grid = mask.copy(data=np.where(mask.to_numpy(), aligned.to_numpy(), np.nan))
    return _grid_signals(ORACLE, grid, run_plan, folds, signal_meta)


def _grid_signals(
    name: str,
    grid: xr.DataArray,
    run_plan: RunPlan,
    folds: dict[str, Any],
    signal_meta: dict[str, Any],
) -> tuple[Signal, dict[str, Signal]]:
    by_horizon = folds_by_horizon(folds)
    signals = {
        horizon: grid_signal(
            grid,
            by_horizon[horizon],
            {**signal_meta, "model": name, "horizon": horizon, "seeds": []},
        )
        for horizon in run_plan.profile.horizons
    }
    return signals[run_plan.horizon], other_horizons(signals, run_plan)
