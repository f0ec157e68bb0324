"""Nodes of the sensitivity pipeline: lay the tables, fit the trials, judge them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import xarray as xr

from deep_alpha.evaluation.ledger import ledger_rows, shared_columns
from deep_alpha.factors.features import FactorSettings
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Fold, FoldSettings, make_folds
from deep_alpha.labels import Labels
from deep_alpha.market.identity import MarketRecord
from deep_alpha.pipelines import axes
from deep_alpha.pipelines.factors.nodes import target_settings
from deep_alpha.pipelines.sensitivity.judgement import judge_trials, same_pairs
from deep_alpha.pipelines.sensitivity.settings import SensitivitySettings
from deep_alpha.pipelines.sensitivity.tables import lay_trial_tables
from deep_alpha.pipelines.sensitivity.trials import Trial, plan_trials
from deep_alpha.signals import wide_frame
from deep_alpha.targets import forward_return
from deep_alpha.training.plan import RunPlan
from deep_alpha.training.walk_forward import walk_forward

_log = logging.getLogger(__name__)


class TrialPlan(NamedTuple):
    """The trials, and where the feature table of each one's jobs lies."""

    trials: list[Trial]
    tables: dict[str, Path]


class TrialScores(NamedTuple):
    """What the fits left, by the name of the jobs."""

    wide: dict[str, pd.DataFrame]
    seconds: dict[str, float]


def plan_sensitivity(
    run_plan: RunPlan,
    sensitivity: SensitivitySettings,
    models: dict[str, Any],
    factors: FactorSettings,
    folds: FoldSettings,
    features: FeatureTable,
    panel: xr.Dataset,
) -> TrialPlan:
    """Resolve the variants and store the feature tables that the run does not have.

    There are none where ``sensitivity.enabled`` is false, and none in a profile that leaks
    by design: its folds are no base to differ from.
    """
    profile = run_plan.profile
    if not sensitivity.enabled or profile.leaks_by_design:
        return TrialPlan([], {})
    trials = plan_trials(sensitivity, models, factors, profile.fold_settings(folds))
    root = Path(sensitivity.tables)
    return TrialPlan(trials, lay_trial_tables(trials, features, panel, factors, root))


def fit_trials(
    run_plan: RunPlan,
    sensitivity: SensitivitySettings,
    trial_plan: TrialPlan,
    features: FeatureTable,
    labels: dict[int, Labels],
    market_record: MarketRecord,
    target: dict[str, Any],
    models_folder: str,
) -> tuple[TrialScores, list[dict[str, Any]], list[dict[str, Any]]]:
    """Walk every trial through its folds; variants that are the same fit once.

    Returns:
        Test scores and seconds, the jobs' records, and a ledger row for each look.
    """
    known = labels[run_plan.horizon]
    if known.folder is None:
        raise ValueError("labels must come from storage: jobs open them by path")
    plan = reduced_plan(run_plan, sensitivity)
    found = TrialScores({}, {})
    jobs: list[dict[str, Any]] = []
    looks: list[dict[str, Any]] = []
    for trial in trial_plan.trials:
        if trial.job in found.wide:
            continue
        folds = {plan.horizon: _closed_folds(features, known.target.reach, trial.folds)}
        walk = walk_forward(
            trial.job,
            trial.spec,
            plan,
            trial.columns,
            folds,
            trial_plan.tables[trial.job],
            {plan.horizon: known.folder.absolute()},
            Path(models_folder),
            {},
        )
        records = [dict(record) for record in walk.records]
        common = shared_columns(
            market_record, target["entry"], run_plan.profile_name, folds[plan.horizon]
        )
        looks += ledger_rows(records, folds, market_record.dates, common)
        jobs += records
        found.wide[trial.job] = walk.signals[plan.horizon].wide()
        found.seconds[trial.job] = sum(record["fit"]["seconds"] for record in records)
    return found, jobs, looks


def judge_sensitivity(
    run_plan: RunPlan,
    trial_plan: TrialPlan,
    trial_scores: TrialScores,
    panel: xr.Dataset,
    target: dict[str, Any],
) -> pd.DataFrame:
    """The table of the report: a row for each variant, all on the same names and days."""
    settings = target_settings(target, run_plan)[0]
    returns = wide_frame(forward_return(panel, settings))
    shared = same_pairs(trial_scores.wide)
    if shared:
        every = max(int(frame.count().sum()) for frame in trial_scores.wide.values())
        kept = int(next(iter(shared.values())).count().sum())
        _log.info("judged on the %d of %d scores that every variant has", kept, every)
    return judge_trials(trial_plan.trials, shared, trial_scores.seconds, returns, settings.horizon)


def reduced_plan(run_plan: RunPlan, sensitivity: SensitivitySettings) -> RunPlan:
    """The run's plan at its headline horizon, with the seeds and days of the trials."""
    return axes.reduced_plan(
        run_plan, sensitivity.seeds, sensitivity.train_every, sensitivity.model_settings
    )


def _closed_folds(features: FeatureTable, reach: int, folds: FoldSettings) -> list[Fold]:
    """The folds of a trial without the live one, whose test is open."""
    closed = folds.model_copy(update={"live": False})
    return make_folds(features.dates, reach, closed, features.first_day)
