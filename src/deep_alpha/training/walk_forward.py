"""Walk one model through all folds and seeds, and join its out-of-sample scores."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deep_alpha.errors import ConfigurationError
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Fold
from deep_alpha.models.contract import FitContext
from deep_alpha.signals import Signal, ensemble, make_signal
from deep_alpha.training.final_model import FinalModel, final_model
from deep_alpha.training.job_progress import JobProgress
from deep_alpha.training.jobs import Job, JobResult, plan_jobs, run_job
from deep_alpha.training.plan import ModelSpec, RunPlan


@dataclass(frozen=True)
class WalkForward:
    """What one model's walk leaves behind.

    Args:
        signals: By horizon, the mean over seeds.
        seed_signals: Headline horizon, one for each seed.
        records: Every job's record, all horizons.
        final: The newest fold's fits at the headline horizon.
    """

    signals: Mapping[int, Signal]
    seed_signals: Mapping[int, Signal]
    records: Sequence[Mapping[str, Any]]
    final: FinalModel


def walk_forward(
    name: str,
    spec: ModelSpec,
    plan: RunPlan,
    paper_features: Sequence[str],
    folds: Mapping[int, Sequence[Fold]],
    table: Path,
    labels: Mapping[int, Path],
    root: Path,
    meta: Mapping[str, Any],
) -> WalkForward:
    """Fit a model on every (horizon, fold, seed) and collect its test scores.

    Args:
        name: The model's name.
        spec: Its class and settings.
        plan: Scale, device and executor.
        paper_features: Names of the paper's factor set.
        folds: Folds by horizon.
        table: Folder of the feature table.
        labels: Folder of the labels by horizon.
        root: Folder for the artefacts of all models.
        meta: What every signal of this run has in common (market, universe, entry).

    Returns:
        Signals by horizon and seed, and the jobs' records.
    """
    seeds = plan.profile.seeds_of(name, seeded=spec.seeded)
    # By name, so that a final model finds its columns in a table that has got more since.
    names = paper_features if spec.features == "paper" else FeatureTable.open(table).names
    features = tuple(names)
    jobs = plan_walk(name, spec, plan, features, folds, table, labels, root)
    results = _run(name, jobs, plan)
    by_key = {
        (int(result.record["horizon"]), job.fold.name, job.seed): result
        for job, result in zip(jobs, results, strict=True)
    }
    signals, headline = {}, {}
    for horizon in plan.profile.horizons:
        common = {**meta, "model": name, "horizon": horizon, "seeds": list(seeds)}
        by_seed = {}
        for seed in seeds:
            found = [(fold.name, by_key[horizon, fold.name, seed]) for fold in folds[horizon]]
            fingerprints = {fold: result.record["fingerprints"]["fit"] for fold, result in found}
            by_seed[seed] = make_signal(
                [(fold, result.scores()) for fold, result in found],
                {**common, "seeds": [seed], "fingerprints": fingerprints},
            )
        everyone = {str(seed): by_seed[seed].meta["fingerprints"] for seed in seeds}
        signals[horizon] = ensemble(list(by_seed.values()), {**common, "fingerprints": everyone})
        if horizon == plan.horizon:
            headline = by_seed
    records = [result.record for result in results]
    final = final_model(
        records,
        [result.folder for result in results],
        features,
        spec.lookback,
        plan.horizon,
        folds[plan.horizon][-1].name,
        spec.max_gap,
    )
    return WalkForward(signals, headline, records, final)


def plan_walk(
    name: str,
    spec: ModelSpec,
    plan: RunPlan,
    features: tuple[str, ...],
    folds: Mapping[int, Sequence[Fold]],
    table: Path,
    labels: Mapping[int, Path],
    root: Path,
) -> list[Job]:
    """The jobs of a walk, one for each (horizon, fold, seed).

    Args:
        name: The model's name.
        spec: Its class and settings.
        plan: Scale, device and executor.
        features: Names of the features the model sees; empty for all.
        folds: Folds by horizon.
        table: Folder of the feature table.
        labels: Folder of the labels by horizon.
        root: Folder for the artefacts of all models.

    Raises:
        ConfigurationError: There are no folds or labels of a horizon.
    """
    device = plan.device_settings.of(spec.model_class)
    context = FitContext(
        device=plan.device,
        threads=device.threads,
        settings=device.model_dump(),
        progress=plan.executor_settings.name == "serial" and sys.stdout.isatty(),
    )
    jobs: list[Job] = []
    for horizon in plan.profile.horizons:
        if horizon not in folds or horizon not in labels:
            raise ConfigurationError(
                f"{name}: there are no labels for a horizon of {horizon} days; "
                "run the factors pipeline with the same profile first"
            )
        jobs += plan_jobs(
            model=name,
            model_class=spec.model_class,
            config=spec.config_for(plan.profile, name),
            folds=folds[horizon],
            seeds=plan.profile.seeds_of(name, seeded=spec.seeded),
            table=table,
            labels=labels[horizon],
            root=root / name / f"h{horizon}",
            context=context,
            features=features,
            every=spec.train_every * plan.profile.train_every,
            valid_every=spec.valid_every,
            lookback=spec.lookback,
            max_gap=spec.max_gap,
        )
    return jobs


def _run(name: str, jobs: Sequence[Job], plan: RunPlan) -> list[JobResult]:
    # The longest jobs first: the last one to end must not run alone for long.
    order = sorted(range(len(jobs)), key=lambda position: -len(jobs[position].fold.train))
    results: dict[int, JobResult] = {}
    with JobProgress(name, len(jobs)) as progress:
        for position, result in plan.executor().run(run_job, [jobs[place] for place in order]):
            results[order[position]] = result
            progress.done(result)
    return [results[position] for position in range(len(jobs))]
