"""Jobs: fit one model on one fold with one seed, once, and keep what came out.

A job is described by values and paths only, so that it can run in any process. Its
artefact folder holds the fitted model, the scores of the test segment and a record;
the folder appears whole, by rename, or not at all.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from deep_alpha.digests import combine
from deep_alpha.errors import ConfigurationError
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Fold, Segment
from deep_alpha.imports import load_object
from deep_alpha.kernels.correlation import rank_ic_by_day
from deep_alpha.labels import Labels
from deep_alpha.models.contract import FitContext, Fitted, Model
from deep_alpha.models.samples import Samples
from deep_alpha.models.scoring import score_by_day
from deep_alpha.models.segments import segment_samples
from deep_alpha.staging import staged_folder
from deep_alpha.training.fingerprint import code_version, fingerprint

RECORD, SCORES = "record.json", "scores.parquet"


@dataclass(frozen=True)
class Job:
    """One fit: (model, fold, seed) and where its inputs and its artefact are.

    Args:
        model: The model's name in the configuration.
        model_class: Import path of the model's class.
        config: The model's own settings.
        features: Names of the features the model sees; empty for all.
        fold: The walk-forward step.
        seed: Source of all the fit's randomness.
        table: Folder of the feature table.
        labels: Folder of the labels.
        folder: Artefact folder.
        context: Device, threads, progress.
        every: Train on every n-th day.
        valid_every: Judge on every n-th day of the validation segment.
        lookback: Traded days the model sees at once.
        max_gap: Most market days without trading inside a window; None for any number.
    """

    model: str
    model_class: str
    config: Mapping[str, Any]
    features: tuple[str, ...]
    fold: Fold
    seed: int
    table: Path
    labels: Path
    folder: Path
    context: FitContext = field(default_factory=FitContext)
    every: int = 1
    valid_every: int = 1
    lookback: int = 1
    max_gap: int | None = None

    @property
    def label(self) -> str:
        """What progress bars, errors and logs call this job."""
        return f"{self.model} · fold {self.fold.name} · seed {self.seed}"


@dataclass(frozen=True)
class JobResult:
    """What a finished job left behind.

    Args:
        folder: Artefact folder, with scores and record.
        record: The record: fingerprints, segment sizes, metrics, the fit's summary.
        reused: Whether the fit was found in storage.
    """

    folder: Path
    record: Mapping[str, Any]
    reused: bool

    def scores(self) -> pd.DataFrame:
        """Scores of the test segment: columns date, asset, score."""
        return pd.read_parquet(self.folder / SCORES)


def run_job(job: Job) -> JobResult:
    """Fit and score, or find in storage what equals it.

    The fit is reused when its fingerprint is equal; the scores are renewed when only
    the test segment has grown, without a new fit.
    """
    # BLAS would start a thread for each core in each worker: slower by far on busy cores,
    # and the thread count changes bits.
    with threadpool_limits(job.context.threads):
        return _run(job)


def _run(job: Job) -> JobResult:
    table, labels = FeatureTable.open(job.table), Labels.open(job.labels)
    keys = {
        "fit": fit_fingerprint(job, table, labels),
        "scores": _test_fingerprint(job, table, labels),
    }
    stored = _stored_record(job.folder)
    if stored is not None and stored["fingerprints"] == keys:
        return JobResult(job.folder, stored, reused=True)

    model: Model = load_object(job.model_class)()
    _refuse_leaks(job, model)
    reused = stored is not None and stored["fingerprints"]["fit"] == keys["fit"]
    started = time.perf_counter()
    if reused and stored is not None:
        fitted = model.load(job.folder / "model")
        fit_record = stored["fit"]
    else:
        fitted, fit_record = _fit(job, model, table, labels, keys["fit"])
        fit_record["seconds"] = round(time.perf_counter() - started, 3)
    test = _samples(job, table, labels, job.fold.test, known_only=False)
    scores = score_by_day(fitted, test, job.label)
    record = {
        "model": job.model,
        "model_class": job.model_class,
        "config": dict(job.config),
        "fold": job.fold.name,
        "seed": job.seed,
        "horizon": labels.target.horizon,
        "fingerprints": keys,
        "fit": fit_record,
        "test": {
            "samples": len(test),
            "left_out": test.left_out._asdict(),
            **_score_metrics(scores, test),
        },
    }
    with staged_folder(job.folder) as staging:
        (staging / "model").mkdir()
        fitted.save(staging / "model")
        frame = pd.DataFrame(
            {
                "date": table.dates[test.date_index],
                "asset": table.assets[test.asset_index],
                "score": scores,
            }
        )
        frame.to_parquet(staging / SCORES, index=False)
        (staging / RECORD).write_text(json.dumps(record, indent=1, default=_plain))
    if job.context.checkpoint is not None:
        shutil.rmtree(job.context.checkpoint, ignore_errors=True)
    return JobResult(job.folder, json.loads((job.folder / RECORD).read_text()), reused)


def fit_fingerprint(job: Job, table: FeatureTable, labels: Labels) -> str:
    """Everything the fitted weights depend on: settings, code, and days up to the last label."""
    return fingerprint(
        {
            "model": job.model_class,
            "code": code_version(job.model_class),
            "config": dict(job.config),
            "features": list(job.features) or list(table.names),
            "seed": job.seed,
            "device": job.context.device,
            "threads": job.context.threads,
            "settings": _settings_of_a_fit(job.context),
            "every": job.every,
            "valid_every": job.valid_every,
            "lookback": job.lookback,
            "max_gap": job.max_gap,
            "target": labels.target.model_dump(),
            "train": _segment_digest(job, job.fold.train, table, labels),
            "valid": _segment_digest(job, job.fold.valid, table, labels),
            "until_known": _purge_digest(job, table),
        }
    )


def _settings_of_a_fit(context: FitContext) -> dict[str, Any]:
    """The device's settings without how often it checkpoints, which changes no result."""
    return {key: value for key, value in context.settings.items() if key != "checkpoint_seconds"}


def _test_fingerprint(job: Job, table: FeatureTable, labels: Labels) -> str:
    return _segment_digest(job, job.fold.test, table, labels)


def _segment_digest(job: Job, segment: Segment, table: FeatureTable, labels: Labels) -> str:
    days = slice(segment.first, segment.last + 1)
    # Windows of own rows may begin any number of market days before the segment.
    seen = days if job.lookback == 1 else slice(0, segment.last + 1)
    return combine(
        table.dates[seen].astype("datetime64[D]").astype(np.int64),
        table.digests[seen],
        labels.digests[days],
    )


def _purge_digest(job: Job, table: FeatureTable) -> str:
    """Days after validation: a back-test of it goes on until its last label is known."""
    valid = job.fold.valid
    days = slice(valid.last + 1, valid.last_label + 1) if job.lookback > 1 else slice(0)
    return combine(table.digests[days])


def _fit(
    job: Job, model: Model, table: FeatureTable, labels: Labels, key: str
) -> tuple[Fitted, dict[str, Any]]:
    train = _samples(job, table, labels, job.fold.train, known_only=True, every=job.every)
    valid = _samples(job, table, labels, job.fold.valid, known_only=True, every=job.valid_every)
    for name, samples in (("train", train), ("valid", valid)):
        if not len(samples):
            raise ConfigurationError(
                f"{job.label}: the {name} segment holds no sample; the universe policy or the "
                "dates leave nothing to fit"
            )
    context = replace(job.context, label=job.label)
    if context.checkpoint is not None:
        # A checkpoint of another configuration must never be resumed.
        context = replace(context, checkpoint=context.checkpoint / key)
    fitted = model.fit(train, valid, job.config, job.seed, context)
    record = {
        "train_samples": len(train),
        "valid_samples": len(valid),
        "left_out": {"train": train.left_out._asdict(), "valid": valid.left_out._asdict()},
        "valid": _score_metrics(score_by_day(fitted, valid, job.label), valid),
        "summary": dict(fitted.summary()),
    }
    return fitted, record


def _refuse_leaks(job: Job, model: Model) -> None:
    schema = getattr(model, "config_type", None)
    if schema is None or job.fold.leaks_by_design:
        return
    if getattr(schema.model_validate(dict(job.config)), "leaks_by_design", False):
        raise ConfigurationError(
            f"{job.label}: clip=all takes quantiles of validation labels and leaks by design; "
            "choose train, per_day or none, or a profile with leaks_by_design such as "
            "--params=profile=paper_literal"
        )


def _samples(
    job: Job,
    table: FeatureTable,
    labels: Labels,
    segment: Segment,
    *,
    known_only: bool,
    every: int = 1,
) -> Samples:
    """The samples that the job's model sees of a segment."""
    return segment_samples(
        table,
        labels,
        segment,
        known_only=known_only,
        features=job.features,
        every=every,
        lookback=job.lookback,
        max_gap=job.max_gap,
    )


def _score_metrics(scores: NDArray[np.float32], samples: Samples) -> dict[str, Any]:
    """Mean daily rank IC of a segment, and whether the model says anything at all."""
    if not len(samples):
        return {"ic": None, "days": 0, "degenerate": True}
    offsets = samples.day_offsets()
    daily = rank_ic_by_day(scores, samples.forward_return, offsets)
    known = daily[np.isfinite(daily)]
    # Only a difference between names of one day ranks anything. NaN is no opinion.
    highest, lowest = (extreme.reduceat(scores, offsets[:-1]) for extreme in (np.fmax, np.fmin))
    speaks = highest - lowest > 1e-9
    return {
        "ic": float(known.mean()) if len(known) else None,
        "days": len(known),
        "degenerate": bool(speaks.mean() < 0.5),
    }


def _stored_record(folder: Path) -> dict[str, Any] | None:
    path = folder / RECORD
    if not path.exists():
        return None
    record: dict[str, Any] = json.loads(path.read_text())
    return record


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    return str(value)


def plan_jobs(
    model: str,
    model_class: str,
    config: Mapping[str, Any],
    folds: Sequence[Fold],
    seeds: Sequence[int],
    table: Path,
    labels: Path,
    root: Path,
    context: FitContext,
    features: tuple[str, ...] = (),
    every: int = 1,
    valid_every: int = 1,
    lookback: int = 1,
    max_gap: int | None = None,
) -> list[Job]:
    """One job for each fold and seed, with its artefact folder under ``root``."""
    jobs = []
    for fold in folds:
        for seed in seeds:
            folder = root / fold.name / f"seed{seed}"
            jobs.append(
                Job(
                    model=model,
                    model_class=model_class,
                    config=config,
                    features=features,
                    fold=fold,
                    seed=seed,
                    table=table,
                    labels=labels,
                    folder=folder,
                    context=replace(context, checkpoint=folder.with_name(f".{folder.name}.epochs")),
                    every=every,
                    valid_every=valid_every,
                    lookback=lookback,
                    max_gap=max_gap,
                )
            )
    return jobs
