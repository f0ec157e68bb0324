"""The fits of all trials: planned together, run together, kept by what their jobs are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Fold
from deep_alpha.labels import Labels
from deep_alpha.pipelines.ablation.settings import AblationSettings, LabelKind
from deep_alpha.pipelines.ablation.trials import ROOT, Trial
from deep_alpha.pipelines.axes import reduced_plan
from deep_alpha.pipelines.fitting import stored
from deep_alpha.signals import make_signal
from deep_alpha.training.attempts import Attempt, attempt_jobs
from deep_alpha.training.jobs import Job, JobResult
from deep_alpha.training.plan import RunPlan
from deep_alpha.training.walk_forward import plan_walk

Known = Mapping[LabelKind, Mapping[int, Labels]]


@dataclass(frozen=True)
class TrialFits:
    """The fits that trials of one content share.

    Args:
        finished: Jobs, and what they left behind.
        failures: Why the others could not go on.
        folds: How many folds each seed has.
    """

    finished: Sequence[tuple[Job, JobResult]]
    failures: Sequence[str]
    folds: int

    @classmethod
    def of(cls, attempts: Iterable[Attempt]) -> TrialFits:
        """Sort attempts by what became of them."""
        attempts = list(attempts)
        return cls(
            [(one.job, one.result) for one in attempts if one.result is not None],
            [
                one.failure.removeprefix(f"{one.job.label}: ")
                for one in attempts
                if one.result is None
            ],
            len({one.job.fold.name for one in attempts}),
        )

    @property
    def failed(self) -> str:
        """What did not finish, in words; empty where everything did."""
        if not self.failures:
            return ""
        count = len(self.failures) + len(self.finished)
        which = "" if count == 1 else f"{len(self.failures)} of {count} fits "
        return f"{which}did not finish: {self.failures[0]}"

    def scores(self) -> dict[int, pd.DataFrame]:
        """Date × asset test scores of each seed that has finished every fold."""
        by_seed: dict[int, list[tuple[str, pd.DataFrame]]] = {}
        for job, result in self.finished:
            by_seed.setdefault(job.seed, []).append((job.fold.name, result.scores()))
        return {
            seed: make_signal(parts, {}).wide()
            for seed, parts in by_seed.items()
            if len(parts) == self.folds
        }


def run_trials(
    trials: Sequence[Trial],
    settings: AblationSettings,
    run_plan: RunPlan,
    images: FeatureTable,
    labels: Known,
    folds: Mapping[int, Sequence[Fold]],
    root: Path,
) -> dict[str, TrialFits]:
    """Fit every trial once, all jobs in one queue.

    Args:
        trials: The trials; those of one ``job`` are the same fits.
        settings: How much is spent.
        run_plan: Scale, device and executor.
        images: The stored table.
        labels: The stored labels by kind and horizon.
        folds: The folds by horizon.
        root: Folder for the artefacts of all models.

    Returns:
        What became of them, by what their jobs are called.
    """
    jobs: list[Job] = []
    for trial in {trial.job: trial for trial in trials}.values():
        folders = {horizon: stored(own.folder) for horizon, own in labels[trial.labels].items()}
        plan = reduced_plan(run_plan, trial.seeds, 1, settings.model_settings)
        jobs += plan_walk(
            trial.job, trial.spec, plan, images.names, folds, stored(images.folder), folders, root
        )
    attempts = attempt_jobs(ROOT, jobs, run_plan.executor())
    return {
        trial.job: TrialFits.of(one for one in attempts if one.job.model == trial.job)
        for trial in trials
    }
