"""Nodes of the ablation pipeline: plan the trials, fit them, judge them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.errors import ConfigurationError
from deep_alpha.evaluation.ledger import ledger_rows, shared_columns
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import folds_by_horizon
from deep_alpha.labels import Labels
from deep_alpha.market.identity import MarketRecord
from deep_alpha.pipelines.ablation.fits import TrialFits, run_trials
from deep_alpha.pipelines.ablation.judgement import judge_trials
from deep_alpha.pipelines.ablation.settings import AblationSettings
from deep_alpha.pipelines.ablation.trials import Trial, plan_trials
from deep_alpha.pipelines.factors.nodes import target_settings
from deep_alpha.signals import wide_frame
from deep_alpha.targets import forward_return
from deep_alpha.training.plan import RunPlan

Records = list[dict[str, Any]]


def plan_ablation(
    run_plan: RunPlan, ablation: AblationSettings, models: dict[str, Any]
) -> list[Trial]:
    """Resolve the variants.

    There are none where ``ablation.enabled`` is false, and none in a profile that leaks by
    design: its folds are no base to differ from.
    """
    if not ablation.enabled or run_plan.profile.leaks_by_design:
        return []
    return plan_trials(ablation, models)


def fit_ablation(
    run_plan: RunPlan,
    ablation: AblationSettings,
    trials: list[Trial],
    images: FeatureTable | None,
    image_labels: dict[int, Labels],
    image_residual_labels: dict[int, Labels],
    folds: dict[str, Any],
    market_record: MarketRecord,
    target: dict[str, Any],
    models_folder: str,
) -> tuple[dict[str, TrialFits], Records, Records]:
    """Walk every trial through the newest folds that have an end; what is the same fits once.

    Returns:
        What became of the fits by what their jobs are called, the jobs' records, and a ledger
        row for each look.
    """
    if not trials:
        return {}, [], []
    if images is None:
        raise ConfigurationError(
            "there are no images to vary AlphaNets on: run `kedro run --pipelines=alphanet_fits` "
            "first, or `--pipelines=alphanet` for all of paper 001"
        )
    newest = {
        horizon: [fold for fold in own if not fold.is_live][-ablation.folds :]
        for horizon, own in folds_by_horizon(folds).items()
    }
    fits = run_trials(
        trials,
        ablation,
        run_plan,
        images,
        {"return": image_labels, "residual": image_residual_labels},
        newest,
        Path(models_folder),
    )
    records = [dict(result.record) for own in fits.values() for _, result in own.finished]
    common = shared_columns(
        market_record, target["entry"], run_plan.profile_name, newest[run_plan.horizon]
    )
    return fits, records, ledger_rows(records, newest, market_record.dates, common)


def judge_ablation(
    run_plan: RunPlan,
    trials: list[Trial],
    fits: dict[str, TrialFits],
    images: FeatureTable | None,
    image_residual_labels: dict[int, Labels],
    panel: xr.Dataset,
    target: dict[str, Any],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A row for each variant and one for each epoch, all on the same names and days."""
    residuals = pd.DataFrame()
    if images is not None and fits:
        residuals = wide_labels(images, image_residual_labels[run_plan.horizon])
    returns = wide_frame(forward_return(panel, target_settings(target, run_plan)[0]))
    return judge_trials(trials, fits, returns, residuals, run_plan.horizon)


def wide_labels(table: FeatureTable, labels: Labels) -> pd.DataFrame:
    """Labels as a date × asset frame; NaN where a pair is no row, or its label unknown."""
    grid = np.full((len(table.dates), len(table.assets)), np.nan, dtype=np.float32)
    grid[table.date_index, table.asset_index] = labels.forward_return
    return pd.DataFrame(
        grid, pd.DatetimeIndex(table.dates), pd.Index(np.asarray(table.assets).astype(str))
    )
