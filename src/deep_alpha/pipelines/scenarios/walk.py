"""Walk one scenario's model through the folds that have events enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.factors.scenarios import ScenarioSettings
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Fold
from deep_alpha.imports import load_object
from deep_alpha.labels import Labels
from deep_alpha.models.scenario_mlp import up_logits
from deep_alpha.models.segments import segment_samples
from deep_alpha.training.plan import ModelSpec, RunPlan
from deep_alpha.training.walk_forward import walk_forward

_KEYS = ["fold", "date", "asset"]


def scenario_plan(plan: RunPlan, settings: ScenarioSettings, horizon: int) -> RunPlan:
    """The run's plan at the scenario's own horizon, with the seeds that it asks for."""
    seeds = plan.profile.seeds if settings.seeds == "profile" else plan.profile.seeds[:1]
    profile = plan.profile.model_copy(update={"horizons": (horizon,), "seeds": seeds})
    return replace(plan, profile=profile)


def walk_scenario(
    name: str,
    spec: ModelSpec,
    plan: RunPlan,
    folds: Sequence[Fold],
    table: FeatureTable,
    labels: Labels,
    today: str | None,
    root: Path,
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Fit on every fold and seed.

    Args:
        name: What the jobs' artefacts are called.
        spec: The model's class and settings.
        plan: Of :func:`scenario_plan`: one horizon.
        folds: Folds with events enough; there may be none.
        table: The stored rows.
        labels: Their stored labels.
        today: The indicator whose value today is a yardstick; None for none.
        root: Folder for the artefacts of all models.

    Returns:
        Columns fold, date, asset, day (calendar position), label, score and a column for
        each seed (``score_0`` …), for a hybrid model also those of its class head (``up``,
        ``up_0`` …), and ``today``, 0 or 1, where it is asked for; and the jobs' records.
        Without a fold there is no row and no score column.
    """
    if not folds:
        return pd.DataFrame(columns=[*_KEYS, "day", "label"]), []
    rows = pd.concat([_test_rows(fold, table, labels, today) for fold in folds], ignore_index=True)
    walk = walk_forward(
        name,
        spec,
        plan,
        table.names,
        {plan.horizon: folds},
        _stored(table.folder),
        {plan.horizon: _stored(labels.folder)},
        root,
        {},
    )
    signals = {f"score_{seed}": signal for seed, signal in walk.seed_signals.items()}
    for column, signal in {"score": walk.signals[plan.horizon], **signals}.items():
        rows = rows.merge(
            signal.scores.rename(columns={"score": column}), on=_KEYS, validate="one_to_one"
        )
    if spec.config.get("task") == "hybrid":
        folder = root / name / f"h{plan.horizon}"
        heads = {
            f"up_{seed}": _class_head(spec, folder, f"seed{seed}", folds, table, labels)
            for seed in walk.seed_signals
        }
        rows = rows.assign(up=np.mean(list(heads.values()), axis=0), **heads)
    return rows, [dict(record) for record in walk.records]


def _class_head(
    spec: ModelSpec,
    folder: Path,
    seed: str,
    folds: Sequence[Fold],
    table: FeatureTable,
    labels: Labels,
) -> NDArray[np.float32]:
    """What the stored fits' class heads say of all tests: a signal holds one score only."""
    model = load_object(spec.model_class)()
    return np.concatenate(
        [
            up_logits(
                model.load(folder / fold.name / seed / "model"),
                segment_samples(table, labels, fold.test, known_only=False),
            )
            for fold in folds
        ]
    )


def _test_rows(fold: Fold, table: FeatureTable, labels: Labels, today: str | None) -> pd.DataFrame:
    own = table.samples_between(fold.test.first, fold.test.last)
    day = table.date_index[own]
    rows = pd.DataFrame(
        {
            "fold": fold.name,
            "date": table.dates[day],
            "asset": table.assets[table.asset_index[own]],
            "day": day,
            "label": labels.forward_return[own],
        }
    )
    if today is None:
        return rows
    return rows.assign(today=np.abs(table.values[own, table.names.index(today)]))  # noqa: PD011


def _stored(folder: Path | None) -> Path:
    if folder is None:
        raise ValueError("rows and labels must come from storage: jobs open them by path")
    return folder.absolute()
