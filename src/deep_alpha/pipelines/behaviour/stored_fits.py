"""Nodes that look into the fits which the behaviour pipeline has stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import torch
import xarray as xr

from deep_alpha.backtest.exchange import ExchangeRules
from deep_alpha.backtest.with_training import (
    COLUMNS,
    score_with_training,
    with_training_table,
)
from deep_alpha.errors import ConfigurationError
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.explain import architecture, explain_walk, shap_map
from deep_alpha.explain.stored_networks import stored_network
from deep_alpha.factors import factor_set
from deep_alpha.factors.features import FactorSettings
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Fold, folds_by_horizon
from deep_alpha.imports import load_object
from deep_alpha.labels import Labels
from deep_alpha.models.network import NetworkModel
from deep_alpha.pipelines.behaviour.models import BEYOND, PAPER
from deep_alpha.pipelines.behaviour.paper_settings import PaperTableSettings, check_paper_models
from deep_alpha.training.plan import ModelSpec, RunPlan

Records = list[dict[str, Any]]


def describe_networks(
    run_plan: RunPlan,
    folds: dict[str, Any],
    job_records: Records,
    models: dict[str, Any],
    models_folder: str,
) -> pd.DataFrame:
    """Layers of every network of the paper and beyond it, as fitted on the newest test's fold."""
    fold = _closed(folds, run_plan)[-1]
    parts = []
    for name in (*PAPER, *BEYOND):
        spec = ModelSpec.model_validate(models[name])
        if not issubclass(load_object(spec.model_class), NetworkModel) or spec.lookback > 1:
            continue
        seed = _seeds(job_records, name, run_plan)[0]
        jobs = _jobs(models_folder, name, run_plan)
        stored = stored_network(jobs, fold.name, seed, run_plan.horizon)
        example = torch.zeros(1, len(stored.names))
        parts.append(architecture.describe(stored.network, example).assign(model=name))
    columns = ["model", *architecture.COLUMNS]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def explain_models(
    run_plan: RunPlan,
    features: FeatureTable,
    labels: dict[int, Labels],
    folds: dict[str, Any],
    job_records: Records,
    settings: PaperTableSettings,
    models_folder: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """SHAP values by factor, and by group."""
    check_paper_models("explained", settings.explained)
    most = 1 if settings.explained_seeds == "first" else None
    factors, groups = [], []
    for name in settings.explained:
        explanation = explain_walk(
            _jobs(models_folder, name, run_plan),
            folds_by_horizon(folds)[run_plan.horizon],
            features,
            labels[run_plan.horizon],
            settings.explanation,
            _seeds(job_records, name, run_plan)[:most],
        )
        found = shap_map(explanation.names, explanation.contributions, explanation.features)
        factors.append(found.factors.assign(model=name, rows=found.n))
        groups.append(found.groups.assign(model=name))
    by_factor = _joined(factors).rename(columns={"directed": "direction"})
    by_group = _joined(groups).rename(columns={"total": "mean_abs"})
    shown = ["factor", "group", "mean", "mean_abs", "direction", "rows", "row", "column"]
    return (
        by_factor.reindex(columns=["model", *shown]),
        by_group.reindex(columns=["model", "group", "mean_abs", "share"]),
    )


def replay_with_training(
    run_plan: RunPlan,
    features: FeatureTable,
    labels: dict[int, Labels],
    folds: dict[str, Any],
    job_records: Records,
    models: dict[str, Any],
    panel: xr.Dataset,
    evaluation: EvaluationSettings,
    factors: FactorSettings,
    rules: ExchangeRules,
    settings: PaperTableSettings,
    models_folder: str,
) -> pd.DataFrame:
    """The paper's sample, training included, by the newest test's fits of the first seed.

    For a table of its own: nothing of it becomes a metric record, a signal or a ledger row.
    """
    check_paper_models("with_training", settings.with_training)
    fold = _closed(folds, run_plan)[-1]
    parts = []
    for name in settings.with_training:
        spec = ModelSpec.model_validate(models[name])
        seed = _seeds(job_records, name, run_plan)[0]
        scores = score_with_training(
            _jobs(models_folder, name, run_plan) / fold.name / f"seed{seed}",
            fold,
            features,
            labels[run_plan.horizon],
            features=factor_set(factors.set) if spec.features == "paper" else features.names,
            lookback=spec.lookback,
            max_gap=spec.max_gap,
        )
        # One model after the other: the frames of all would fill memory.
        parts.append(
            with_training_table(
                {name: scores},
                panel,
                run_plan.horizon,
                evaluation,
                delisting_days=rules.delisting_days,
            )
        )
    return _joined(parts).reindex(columns=list(COLUMNS))


def _closed(folds: dict[str, Any], run_plan: RunPlan) -> list[Fold]:
    """The folds whose test has an end, in time order."""
    return [fold for fold in folds_by_horizon(folds)[run_plan.horizon] if not fold.is_live]


def _jobs(models_folder: str, name: str, run_plan: RunPlan) -> Path:
    return Path(models_folder) / name / f"h{run_plan.horizon}"


def _seeds(job_records: Records, name: str, run_plan: RunPlan) -> list[int]:
    """Seeds that the run has fitted a model with, ascending."""
    found = {
        int(record["seed"])
        for record in job_records
        if record["model"] == name and record["horizon"] == run_plan.horizon
    }
    if not found:
        raise ConfigurationError(
            f"there is no fit of {name} at a horizon of {run_plan.horizon} days: run the behaviour "
            "pipeline"
        )
    return sorted(found)


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
