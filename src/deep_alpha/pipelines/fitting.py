"""Fitting one model in a node, whatever its family: walk, signals, records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kedro.pipeline import Node

from deep_alpha.evaluation.fit_records import fit_records
from deep_alpha.evaluation.ledger import ledger_rows, shared_columns
from deep_alpha.factors import factor_set
from deep_alpha.factors.features import FactorSettings
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import folds_by_horizon
from deep_alpha.labels import Labels
from deep_alpha.market.identity import MarketRecord
from deep_alpha.market.universe import UniversePolicy
from deep_alpha.pipelines.binding import bind
from deep_alpha.pipelines.sources import Source
from deep_alpha.signals import Signal
from deep_alpha.training.final_model import FinalModel
from deep_alpha.training.plan import ModelSpec, RunPlan
from deep_alpha.training.walk_forward import WalkForward, walk_forward


def meta_node() -> Node:
    """The same node in every family's pipeline, so that joined pipelines run it once."""
    return Node(
        describe_signals,
        inputs=["market_record", "params:universe", "params:target"],
        outputs="signal_meta",
        name="describe_signals",
    )


def describe_signals(
    market_record: MarketRecord, universe: UniversePolicy, target: dict[str, Any]
) -> dict[str, Any]:
    """What all signals of this run have in common, and the scoreboard compares."""
    return {
        "market": market_record.digest,
        "universe": universe.describe(),
        "entry": target["entry"],
    }


def fit_node(model: str, source: Source, tag: str, models: str = "models") -> Node:
    """The node of one model, in a namespace of its own.

    Args:
        model: Its name.
        source: What it is fitted on.
        tag: Its family.
        models: The parameters that hold the family's models.
    """
    return Node(
        bind(fit_model, model),
        inputs=[
            "run_plan",
            source.table,
            source.labels,
            "folds",
            "signal_meta",
            f"params:{models}.{model}",
            "params:factors",
            "params:storage.models",
        ],
        outputs=[
            f"{model}_signal",
            f"{model}_seed_signals",
            f"{model}_other_signals",
            f"{model}_jobs",
            f"{model}_final",
        ],
        name="fit",
        namespace=model,
        tags=tag,
    )


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
    walk = walk_folds(
        name,
        run_plan,
        features,
        labels,
        folds,
        signal_meta,
        model,
        factor_set(factors.set),
        models_folder,
    )
    return (
        walk.signals[run_plan.horizon],
        {str(seed): signal for seed, signal in walk.seed_signals.items()},
        other_horizons(walk.signals, run_plan),
        [dict(record) for record in walk.records],
        walk.final,
    )


def keep_records(
    paper: str,
    run_plan: RunPlan,
    folds: dict[str, Any],
    market_record: MarketRecord,
    target: dict[str, Any],
    *parts: list[dict[str, Any]],
) -> tuple[list[dict[str, Any]], dict[str, Any], list[dict[str, Any]]]:
    """Join all models' job records, and write every look to the ledger.

    Args:
        paper: The family's number, as metric records name it.
        run_plan: The headline horizon, and the profile's name.
        folds: The manifests.
        market_record: The market's digest and dates.
        target: How labels are defined.
        parts: Each model's job records.

    Returns:
        The records, metric records by table, ledger rows.
    """
    records = [record for part in parts for record in part]
    by_horizon = folds_by_horizon(folds)
    common = shared_columns(
        market_record, target["entry"], run_plan.profile_name, by_horizon[run_plan.horizon]
    )
    rows = ledger_rows(records, by_horizon, market_record.dates, common)
    return records, {"fit": fit_records(records, paper)}, rows


def walk_folds(
    name: str,
    run_plan: RunPlan,
    features: FeatureTable,
    labels: dict[int, Labels],
    folds: dict[str, Any],
    signal_meta: dict[str, Any],
    spec: ModelSpec,
    columns: tuple[str, ...],
    models_folder: str,
) -> WalkForward:
    """Walk a model through all folds and seeds on stored features and labels."""
    folders = {horizon: known.folder for horizon, known in labels.items()}
    return walk_forward(
        name,
        run_plan.profile.reduced(name, spec),
        run_plan,
        columns,
        folds_by_horizon(folds),
        stored(features.folder),
        {horizon: stored(folder) for horizon, folder in folders.items()},
        Path(models_folder),
        signal_meta,
    )


def stored(folder: Path | None) -> Path:
    """Where a table lies for jobs of other processes."""
    if folder is None:
        raise ValueError("features and labels must come from storage: jobs open them by path")
    return folder.absolute()


def other_horizons(signals: Mapping[int, Signal], run_plan: RunPlan) -> dict[str, Signal]:
    """Signals beside the headline horizon's, by the name of their horizon."""
    return {
        f"h{horizon}": signal for horizon, signal in signals.items() if horizon != run_plan.horizon
    }
