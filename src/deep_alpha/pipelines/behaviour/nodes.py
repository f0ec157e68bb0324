"""Nodes of the behaviour pipeline: fit, compose, judge."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.backtest.judge import judge_portfolios
from deep_alpha.errors import ConfigurationError
from deep_alpha.evaluation.fit_records import fit_records
from deep_alpha.evaluation.judge import judge_ic
from deep_alpha.evaluation.ledger import ledger_rows
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.factors import composite_score, factor_set
from deep_alpha.factors.features import FactorSettings
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Fold, folds_from_manifest
from deep_alpha.labels import Labels
from deep_alpha.market.identity import MarketRecord
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.pipelines.factors.nodes import target_settings
from deep_alpha.signals import Signal, check_comparable, grid_signal, wide_frame
from deep_alpha.targets import forward_return
from deep_alpha.training.final_model import FinalModel
from deep_alpha.training.plan import ModelSpec, RunPlan
from deep_alpha.training.walk_forward import WalkForward, walk_forward

PAPER = "000"
ORACLE = "oracle"
COMPOSITE = "composite"


def describe_signals(
    market_record: MarketRecord, universe: UniversePolicy, target: dict[str, Any]
) -> dict[str, Any]:
    """What all signals of this run have in common, and the scoreboard compares."""
    return {
        "market": market_record.digest,
        "universe": universe.describe(),
        "entry": target["entry"],
    }


def fit_model(
    name: str,
    run_plan: RunPlan,
    features: FeatureTable,
    labels: dict[int, Labels],
    folds: dict[str, Any],
    signal_meta: dict[str, Any],
    model: ModelSpec,
    factors: FactorSettings,
    models_folder: str,
) -> tuple[Signal, dict[str, Signal], dict[str, Signal], list[dict[str, Any]], FinalModel]:
    """Walk one model through all folds and seeds.

    Returns:
        The headline signal, single seeds' signals, other horizons' signals, the jobs'
        records and the final model.
    """
    walk = _walk(
        name, run_plan, features, labels, folds, signal_meta, model, factors, models_folder
    )
    return (
        walk.signals[run_plan.horizon],
        {str(seed): signal for seed, signal in walk.seed_signals.items()},
        _other_horizons(walk.signals, run_plan),
        [dict(record) for record in walk.records],
        walk.final,
    )


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
    signals: dict[str, Signal] = {}
    records: list[dict[str, Any]] = []
    for name, content in own_models.items():
        if name in reserved:
            raise ConfigurationError(
                f"own_models: '{name}' is the name of a built-in model; choose another one"
            )
        spec = ModelSpec.model_validate(content)
        walk = _walk(
            name, run_plan, features, labels, folds, signal_meta, spec, factors, models_folder
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


def judge(
    run_plan: RunPlan,
    panel: xr.Dataset,
    folds: dict[str, Any],
    market_record: MarketRecord,
    target: dict[str, Any],
    evaluation: EvaluationSettings,
    signals: Mapping[str, Signal],
    seed_signals: Mapping[str, Mapping[str, Signal]],
    other_signals: Mapping[str, Mapping[str, Signal]],
    records: list[dict[str, Any]],
) -> tuple[dict[str, Any], pd.DataFrame, pd.DataFrame, list[dict[str, Any]]]:
    """Judge every signal on the same labels, and write every look to the ledger.

    Returns:
        Metric records by table, daily ICs, daily portfolio returns, ledger rows.
    """
    present = {name: signal for name, signal in signals.items() if len(signal.scores)}
    check_comparable(present)
    ic: list[dict[str, Any]] = []
    portfolio: list[dict[str, Any]] = []
    daily_ic, daily_portfolio = [], []
    for settings in target_settings(target, run_plan):
        horizon = settings.horizon
        returns = wide_frame(forward_return(panel, settings))
        for name, signal in present.items():
            headline = horizon == run_plan.horizon
            if headline:
                scores, seeds = signal.wide(), seed_signals.get(name, {})
            else:
                other = other_signals.get(name, {}).get(f"h{horizon}")
                if other is None:
                    continue
                scores, seeds = other.wide(), {}
            judged = judge_ic(
                name,
                scores,
                returns,
                horizon,
                evaluation,
                [seed.wide() for seed in seeds.values()],
                PAPER,
            )
            ic += judged.records
            daily_ic.append(judged.daily.assign(model=name, horizon=horizon))
            if headline:
                held = judge_portfolios(name, scores, panel, horizon, evaluation, PAPER)
                portfolio += held.records
                daily_portfolio.append(held.daily.assign(model=name))
    tables = {"ic": ic, "portfolio": portfolio, "fit": fit_records(records, PAPER)}
    by_horizon = _read_folds(folds)
    common = {
        "market": market_record.source,
        "digest": market_record.digest,
        "entry": target["entry"],
        "profile": run_plan.profile_name,
        "leaks_by_design": any(fold.leaks_by_design for fold in by_horizon[run_plan.horizon]),
    }
    rows = ledger_rows(records, by_horizon, market_record.dates, common)
    return tables, _stack(daily_ic), _stack(daily_portfolio), rows


def gather(names: tuple[str, ...], *parts: Any) -> dict[str, Any]:
    """Put several models' outputs under their names."""
    return dict(zip(names, parts, strict=True))


def join_records(*parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All models' job records in one list."""
    return [record for part in parts for record in part]


def add_own(signals: dict[str, Signal], own: dict[str, Signal]) -> dict[str, Signal]:
    """The user's own signals beside the built-in ones."""
    return {**signals, **own}


def _walk(
    name: str,
    run_plan: RunPlan,
    features: FeatureTable,
    labels: dict[int, Labels],
    folds: dict[str, Any],
    signal_meta: dict[str, Any],
    spec: ModelSpec,
    factors: FactorSettings,
    models_folder: str,
) -> WalkForward:
    folders = {horizon: known.folder for horizon, known in labels.items()}
    return walk_forward(
        name,
        spec,
        run_plan,
        factor_set(factors.set),
        _read_folds(folds),
        _stored(features.folder),
        {horizon: _stored(folder) for horizon, folder in folders.items()},
        Path(models_folder),
        signal_meta,
    )


def _read_folds(folds: dict[str, Any]) -> dict[int, list[Fold]]:
    return {int(key[1:]): folds_from_manifest(content) for key, content in folds.items()}


def _stored(folder: Path | None) -> Path:
    if folder is None:
        raise ValueError("features and labels must come from storage: jobs open them by path")
    return folder.absolute()


def _other_horizons(signals: Mapping[int, Signal], run_plan: RunPlan) -> dict[str, Signal]:
    return {
        f"h{horizon}": signal for horizon, signal in signals.items() if horizon != run_plan.horizon
    }


def _grid_signals(
    name: str,
    grid: xr.DataArray,
    run_plan: RunPlan,
    folds: dict[str, Any],
    signal_meta: dict[str, Any],
) -> tuple[Signal, dict[str, Signal]]:
    by_horizon = _read_folds(folds)
    signals = {
        horizon: grid_signal(
            grid,
            by_horizon[horizon],
            {**signal_meta, "model": name, "horizon": horizon, "seeds": []},
        )
        for horizon in run_plan.profile.horizons
    }
    return signals[run_plan.horizon], _other_horizons(signals, run_plan)


def _stack(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames).rename_axis("date").reset_index()
