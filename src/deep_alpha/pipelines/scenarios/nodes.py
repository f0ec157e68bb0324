"""Nodes of the scenarios pipeline."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import xarray as xr

from deep_alpha.evaluation.fit_records import training_history
from deep_alpha.evaluation.ledger import ledger_rows
from deep_alpha.evaluation.scenario_events import events_by_year
from deep_alpha.evaluation.scenario_folds import FITTED, FoldRows, fold_rows
from deep_alpha.evaluation.scenarios import judge_scenario
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.factors.behaviours import BehaviourSettings, behaviour_indicators
from deep_alpha.factors.features import FactorSettings
from deep_alpha.factors.scenarios import (
    SCENARIOS,
    ScenarioSettings,
    Variant,
    scenario_labels,
    scenario_table,
)
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Fold, FoldSettings, make_folds
from deep_alpha.labels import Labels
from deep_alpha.market.identity import MarketRecord
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.pipelines.scenarios.walk import scenario_plan, walk_scenario
from deep_alpha.targets import forward_return
from deep_alpha.training.plan import ModelSpec, RunPlan


class Study(NamedTuple):
    """A scenario in one of its variants: one table, one walk, some rows of results."""

    scenario: str
    variant: Variant

    @property
    def name(self) -> str:
        """As in datasets and folders."""
        return f"{self.scenario}_{self.variant}"


def detect_behaviours(panel: xr.Dataset, indicators: BehaviourSettings) -> xr.DataArray:
    """The four behavioural indicators of every asset and day."""
    return behaviour_indicators(panel, indicators)


def lay_study(
    study: Study,
    features: FeatureTable,
    behaviours: xr.DataArray,
    panel: xr.Dataset,
    universe: UniversePolicy,
    factors: FactorSettings,
    rules: ScenarioSettings,
) -> tuple[FeatureTable, dict[int, Labels]]:
    """The rows of a study and their labels."""
    scenario = SCENARIOS[study.scenario]
    table = scenario_table(scenario, study.variant, features, behaviours, factors.set)
    labels = scenario_labels(
        scenario, study.variant, table, panel, eligible(panel, universe), behaviours, rules
    )
    return table, {labels.target.horizon: labels}


def fit_study(
    study: Study,
    run_plan: RunPlan,
    features: FeatureTable,
    rows: FeatureTable,
    labels: dict[int, Labels],
    folds: FoldSettings,
    rules: ScenarioSettings,
    model: ModelSpec,
    market_record: MarketRecord,
    models_folder: str,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Walk a study's model through the folds that have events enough.

    Folds are those of all names, cut for the reach of the study's own label.

    Returns:
        Scores of the tests, and the record: task, horizon, what each fold had, the jobs.
    """
    (horizon,) = labels
    plan = scenario_plan(run_plan, rules, horizon)
    cut = _closed_folds(features, labels[horizon].target.reach, folds, plan)
    had = [fold_rows(fold, rows, labels[horizon], rules) for fold in cut]
    fitted = [fold for fold, note in zip(cut, had, strict=True) if note.status == FITTED]
    scores, jobs = walk_scenario(
        f"scenario_{study.name}",
        model,
        plan,
        fitted,
        rows,
        labels[horizon],
        SCENARIOS[study.scenario].indicator if study.variant == "occurrence" else None,
        Path(models_folder),
    )
    common = {
        "market": market_record.source,
        "digest": market_record.digest,
        "entry": labels[horizon].target.entry,
        "profile": run_plan.profile_name,
        "leaks_by_design": any(fold.leaks_by_design for fold in cut),
    }
    record = {
        "task": model.config["task"],
        "horizon": horizon,
        "leaks_by_design": common["leaks_by_design"],
        "folds": [asdict(note) for note in had],
        "scales": {job["fold"]: job["fit"]["summary"]["target_scaling"]["scale"] for job in jobs},
        "last_test_day": max(fold.test.last for fold in cut),
        "looks": ledger_rows(jobs, {horizon: fitted}, market_record.dates, common),
        "jobs": jobs,
    }
    return scores, record


def judge_study(
    study: Study,
    scores: pd.DataFrame,
    record: dict[str, Any],
    evaluation: EvaluationSettings,
) -> pd.DataFrame:
    """All figures of a study."""
    found = judge_scenario(
        scores,
        [FoldRows(**note) for note in record["folds"]],
        record["scales"],
        record["task"],
        record["horizon"],
        evaluation.draws,
    )
    place = {
        "scenario": study.scenario,
        "variant": study.variant,
        "task": record["task"],
        "leaks_by_design": record["leaks_by_design"],
    }
    for position, (name, value) in enumerate(place.items()):
        found.insert(position, name, value)
    return found


def count_events(
    scenarios: tuple[str, ...],
    features: FeatureTable,
    behaviours: xr.DataArray,
    panel: xr.Dataset,
    rules: ScenarioSettings,
    record: dict[str, Any],
    *parts: Any,
) -> pd.DataFrame:
    """Indicators and events by year, up to the last test day of a study.

    Args:
        scenarios: Names of the scenarios.
        features: Rows of the eligible names.
        behaviours: The indicators.
        panel: The market panel.
        rules: What the scenarios have in common.
        record: A study's record.
        parts: The rows of each scenario's outcome, then their labels.
    """
    tables, labels = parts[: len(scenarios)], parts[len(scenarios) :]
    events = {
        name: (table, known[rules.horizon])
        for name, table, known in zip(scenarios, tables, labels, strict=True)
    }
    returns = forward_return(panel, rules.target("outcome"))
    return events_by_year(features, behaviours, events, returns, record["last_test_day"])


def keep_tables(
    studies: tuple[Study, ...], events: pd.DataFrame, *parts: Any
) -> tuple[dict[str, pd.DataFrame], list[dict[str, Any]]]:
    """Join all studies: the tables of the report's section, and every look at a test.

    Args:
        studies: In the order of ``parts``.
        events: Of :func:`count_events`.
        parts: Each study's results, then each study's record.
    """
    results, records = parts[: len(studies)], parts[len(studies) :]
    learning = [
        training_history(record["jobs"], record["horizon"]).assign(
            scenario=study.scenario, variant=study.variant
        )
        for study, record in zip(studies, records, strict=True)
    ]
    tables = {
        "results": pd.concat(results, ignore_index=True),
        "events_by_year": events,
        "learning": pd.concat(learning, ignore_index=True),
    }
    return tables, [look for record in records for look in record["looks"]]


def _closed_folds(
    features: FeatureTable, reach: int, folds: FoldSettings, plan: RunPlan
) -> list[Fold]:
    """The run's folds without the live one: no event of today can be judged."""
    settings = plan.profile.fold_settings(folds).model_copy(update={"live": False})
    return make_folds(features.dates, reach, settings, features.first_day)
