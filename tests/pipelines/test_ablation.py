"""The ablation on a small simulated market: its nodes, called without Kedro."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from deep_alpha.errors import ConfigurationError, TrainingError
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import FoldSettings, make_folds, manifest
from deep_alpha.imports import load_object
from deep_alpha.labels import Labels
from deep_alpha.market.identity import MarketRecord
from deep_alpha.models.segments import segment_samples
from deep_alpha.pipelines.ablation.columns import COLUMNS, HISTORY
from deep_alpha.pipelines.ablation.judgement import judge_trials
from deep_alpha.pipelines.ablation.nodes import (
    fit_ablation,
    judge_ablation,
    plan_ablation,
    wide_labels,
)
from deep_alpha.pipelines.ablation.settings import AblationSettings
from deep_alpha.training import attempts, jobs
from tests.models.alphanet.images import market
from tests.training.small_walk import plan

HORIZON, FIRST = 5, 70
FOLDS = FoldSettings(test_start="2019-11-01", step_months=1)
TARGET = {"entry": "close", "kind": "raw", "max_suspended": 5}
_MEMBERS = "deep_alpha.models.alphanet.members.AlphaNet"
MODELS: dict[str, Any] = {
    f"v{k}": {
        "model_class": f"{_MEMBERS}V{k}Model",
        "features": "all",
        "lookback": 42,
        "max_gap": 0,
    }
    for k in (2, 4)
}
NINE = {"features": {"inputs": "paper13", "sampled_inputs": 9}}
SMALL = {"features": {"spearman": 0.4, "batches": 2, "batch_names": 20}}
AXES = {
    "sampling": {
        "model": "v2",
        "labels": "return",
        "figure": "4-5",
        "variants": {
            "full": {"note": "as it is"},
            "nine": {"config": NINE, "seeds": [0, 1]},
            "together": {"config": NINE, "seeds": [0, 1], "ensemble": True},
            "diverges": {"config": {"learning_rate": 0.5}, "note": "too fast"},
        },
    },
    "loss": {
        "model": "v4",
        "labels": "residual",
        "config": SMALL,
        "variants": {
            "target": {},
            "prediction": {"labels": "return", "config": {"loss": "projected"}},
            "literal": {
                "labels": "return",
                "config": {"target": "return", "long_weight": "literal"},
            },
        },
    },
    "again": {"model": "v2", "labels": "return", "variants": {"as ever": {}}},
}
SETTINGS = {"axes": AXES, "train_every": 4, "valid_every": 2, "model_settings": {"max_epochs": 2}}


@pytest.fixture(scope="module")
def stored(tmp_path_factory) -> SimpleNamespace:
    """What the nodes find in storage: images, labels of both kinds, folds, the market."""
    root = tmp_path_factory.mktemp("ablation")
    panel, images, labels = market()
    images.save(root / "images")
    labels.save(root / "raw")
    noise = np.random.default_rng(1).normal(size=len(images)).astype(np.float32)
    residual = Labels(labels.target, labels.forward_return + 0.02 * noise, labels.digests)
    residual.save(root / "residual")
    cut = make_folds(images.dates, HORIZON, FOLDS, FIRST)
    days = tuple(f"{day:%Y-%m-%d}" for day in pd.DatetimeIndex(images.dates))
    return SimpleNamespace(
        root=root,
        panel=panel,
        images=FeatureTable.open(root / "images"),
        raw={HORIZON: Labels.open(root / "raw")},
        residual={HORIZON: Labels.open(root / "residual")},
        folds={f"h{HORIZON}": manifest(cut, images.dates, HORIZON)},
        closed=[fold.name for fold in cut if not fold.is_live],
        record=MarketRecord("small", days, ("0",) * len(days)),
    )


def fit(
    stored,
    monkeypatch,
    settings: dict[str, Any],
    victim: str = "ablation/sampling/diverges",
    **changes: Any,
) -> SimpleNamespace:
    """All three nodes, one after the other; fits with the victim's label can not go on."""

    def diverging(job):
        if job.label.startswith(victim):
            raise TrainingError(f"{job.label}: the loss is nan in epoch 0")
        return jobs.run_job(job)

    monkeypatch.setattr(attempts, "run_job", diverging)
    asked = AblationSettings.model_validate({**settings, **changes})
    trials = plan_ablation(plan(), asked, MODELS)
    fits, records, looks = fit_ablation(
        plan(), asked, trials, stored.images, stored.raw, stored.residual, stored.folds,
        stored.record, TARGET, str(stored.root / "jobs"),
    )  # fmt: skip
    table, history = judge_ablation(
        plan(), trials, fits, stored.images, stored.residual, stored.panel, TARGET
    )
    return SimpleNamespace(fits=fits, jobs=records, looks=looks, table=table, history=history)


@pytest.fixture(scope="module")
def finished(stored) -> SimpleNamespace:
    with pytest.MonkeyPatch.context() as patch:
        return fit(stored, patch, SETTINGS)


def row(finished, variant: str) -> pd.Series:
    return finished.table.set_index("variant").loc[variant]


def folder(stored, job: str, seed: int = 0) -> Path:
    return stored.root / "jobs" / job / f"h{HORIZON}" / stored.closed[-1] / f"seed{seed}"


def record(stored, job: str, seed: int = 0) -> dict[str, Any]:
    return json.loads((folder(stored, job, seed) / "record.json").read_text())


def test_every_variant_has_a_row_and_every_epoch_of_a_fit(finished):
    assert tuple(finished.table.columns) == tuple(COLUMNS)
    assert tuple(finished.history.columns) == tuple(HISTORY)
    variants = [name for axis in AXES.values() for name in axis["variants"]]
    assert finished.table["variant"].tolist() == variants
    assert finished.table["base"].tolist() == [
        True, False, False, False, True, False, False, True,
    ]  # fmt: skip
    epochs = finished.history.groupby("variant", sort=False).size().to_dict()
    assert epochs == {
        "full": 2, "nine": 4, "target": 2, "prediction": 2, "literal": 2, "as ever": 2,
    }  # fmt: skip
    assert finished.history["epoch"].unique().tolist() == [1, 2]
    assert (finished.table["figure"] == ["4-5"] * 4 + [""] * 4).all()


def test_the_newest_closed_test_is_taken_and_every_fit_is_a_look(stored, finished):
    assert len(stored.closed) > 1
    assert set(finished.history["fold"]) == {stored.closed[-1]}
    # Two of V2 with two seeds, and what another axis shows again is no other fit.
    assert len(finished.jobs) == 6
    assert [look["model"] for look in finished.looks] == [
        "ablation/base/v2/return", "ablation/sampling/nine", "ablation/sampling/nine",
        "ablation/loss/target", "ablation/loss/prediction", "ablation/loss/literal",
    ]  # fmt: skip
    assert {look["fold"] for look in finished.looks} == {stored.closed[-1]}
    assert {look["fit"] for look in finished.looks} == {
        job["fingerprints"]["fit"] for job in finished.jobs
    }


def test_errors_are_those_of_the_kept_epoch_over_the_target_s_variance(stored, finished):
    summary = record(stored, "ablation/base/v2/return")["fit"]["summary"]
    best = summary["history"][summary["best_epoch"]]
    shown = row(finished, "full")
    # A z-score has unit variance on every day.
    assert shown["valid_error"] == pytest.approx(best["rmse"] ** 2)
    assert shown["train_error"] == pytest.approx(best["loss"])
    assert shown["valid_ic"] == pytest.approx(best["ic"])
    assert shown["valid_sharpe"] == pytest.approx(best["sharpe"])
    seconds = [epoch["seconds"] for epoch in summary["history"]]
    assert shown["seconds_per_epoch"] == pytest.approx(np.median(seconds))
    assert shown["parameters"] == summary["parameters"]


def test_returns_that_are_fitted_as_they_are_have_another_variance(stored, finished):
    job = record(stored, "ablation/loss/literal")
    summary = job["fit"]["summary"]
    samples = validation(stored, stored.raw)
    target = samples.forward_return / summary["target_scaling"]["scale"]
    best = summary["history"][summary["best_epoch"]]
    shown = row(finished, "literal")
    assert shown["valid_error"] == pytest.approx(best["rmse"] ** 2 / target.var(), rel=1e-5)
    assert target.var() != pytest.approx(1.0, abs=0.02)


def test_a_loss_that_is_no_plain_squared_error_has_no_train_error(finished):
    errors = finished.history.groupby("variant")["train_error"].apply(lambda own: own.notna().all())
    assert errors.to_dict() == {
        "full": True, "nine": True, "target": True, "as ever": True,
        "prediction": False, "literal": False,
    }  # fmt: skip
    assert finished.history["valid_error"].notna().all()


def test_features_are_those_that_the_fit_kept(stored, finished):
    content = json.loads(
        (folder(stored, "ablation/loss/target") / "model/features.json").read_text()
    )
    assert row(finished, "target")["features"] == len(content["names"]) < len(content["all_names"])
    assert row(finished, "nine")["features"] == 2 * 36 + 4 * 9
    assert row(finished, "full")["features"] == 2 * 105 + 4 * 15


def scores(stored, job: str, seed: int = 0) -> pd.DataFrame:
    stacked = pd.read_parquet(folder(stored, job, seed) / "scores.parquet")
    return stacked.pivot(index="date", columns="asset", values="score")


def mean_ic(one: pd.DataFrame, labels: pd.DataFrame, known: pd.DataFrame) -> list[float]:
    """Daily rank correlations, name by name as it is written down."""
    found = []
    for day in one.index:
        left, right = one.loc[day][known.loc[day]], labels.loc[day, one.columns][known.loc[day]]
        both = right.notna()
        if both.sum() >= 10:
            found.append(spearmanr(left[both], right[both]).statistic)
    return found


JOBS = {
    "full": ("ablation/base/v2/return", (0,)),
    "nine": ("ablation/sampling/nine", (0, 1)),
    "target": ("ablation/loss/target", (0,)),
    "prediction": ("ablation/loss/prediction", (0,)),
}


def test_ics_are_of_returns_and_of_residuals_on_the_pairs_that_all_have(stored, finished):
    every = [scores(stored, job, seed) for job, seeds in JOBS.values() for seed in seeds]
    known = every[0].notna()
    for frame in every[1:]:
        known &= frame.notna()
    labels = {
        kind: wide_labels(stored.images, own[HORIZON])
        for kind, own in (("rank", stored.raw), ("residual", stored.residual))
    }
    for variant, (job, seeds) in JOBS.items():
        shown = row(finished, variant)
        for kind, frame in labels.items():
            by_seed = [mean_ic(scores(stored, job, seed), frame, known) for seed in seeds]
            assert shown[f"{kind}_ic"] == pytest.approx(np.mean(by_seed))
            ratios = [np.mean(days) / np.std(days, ddof=1) for days in by_seed]
            name = "icir" if kind == "rank" else "residual_icir"
            assert shown[name] == pytest.approx(np.mean(ratios))
        assert shown["days"] == len(by_seed[0])
    together = (scores(stored, JOBS["nine"][0], 0) + scores(stored, JOBS["nine"][0], 1)) / 2
    ensemble = row(finished, "together")
    assert ensemble["rank_ic"] == pytest.approx(
        np.mean(mean_ic(together, labels["rank"], known)), abs=1e-6
    )


def test_names_that_one_variant_lacks_count_for_none_and_one_without_scores_takes_none_away():
    random = np.random.default_rng(0)
    days = pd.bdate_range("2021-01-04", periods=30, name="date")
    names = [f"A{number:02d}" for number in range(25)]

    def frame(values: np.ndarray) -> pd.DataFrame:
        return pd.DataFrame(values, days, names)

    returns = frame(random.normal(size=(30, 25)))
    whole = frame(returns.to_numpy() + random.normal(size=(30, 25)))
    fewer = whole.iloc[3:, 4:]
    silent = frame(np.full((30, 25), np.nan))
    variants = {"variants": {name: {"seeds": [k]} for k, name in enumerate(("a", "b", "c"))}}
    asked = AblationSettings.model_validate({"axes": {"x": {**AXES["again"], **variants}}})
    trials = plan_ablation(plan(), asked, MODELS)
    fits: Any = {
        trial.job: SimpleNamespace(finished=[], failed="", scores=lambda own=own: {0: own})
        for trial, own in zip(trials, (whole, fewer, silent), strict=True)
    }
    table = judge_trials(trials, fits, returns, -returns, 5).table
    shared = mean_ic(fewer, returns, fewer.notna())
    assert table["rank_ic"].tolist() == pytest.approx([np.mean(shared)] * 2 + [np.nan], nan_ok=True)
    assert table["residual_ic"][0] == pytest.approx(-np.mean(shared))
    assert table["rank_ic_sd"][0] == pytest.approx(np.std(shared, ddof=1))
    assert table["days"].tolist() == [27, 27, 0]


def validation(stored, labels: dict[int, Labels]):
    (fold,) = (
        fold
        for fold in make_folds(stored.images.dates, HORIZON, FOLDS, FIRST)
        if fold.name == stored.closed[-1]
    )
    return segment_samples(
        stored.images, labels[HORIZON], fold.valid, known_only=True, every=2, lookback=42, max_gap=0
    )


def test_an_ensemble_is_judged_by_the_mean_of_its_members_scores(stored, finished):
    samples = validation(stored, stored.raw)
    members = []
    for seed in (0, 1):
        model = load_object(MODELS["v2"]["model_class"])()
        members.append(model.load(folder(stored, JOBS["nine"][0], seed) / "model").predict(samples))
    frame = pd.DataFrame(
        {"day": samples.date_index, "y": samples.forward_return, "score": np.mean(members, axis=0)}
    ).astype(float)

    def zscore(y: pd.Series) -> pd.Series:
        clipped = y.clip(y.mean() - 3 * y.std(ddof=0), y.mean() + 3 * y.std(ddof=0))
        return (clipped - clipped.mean()) / clipped.std(ddof=0)

    target = frame.groupby("day")["y"].transform(zscore)
    daily = [spearmanr(day["score"], day["y"]).statistic for _, day in frame.groupby("day")]
    shown, single = row(finished, "together"), row(finished, "nine")
    assert shown["valid_error"] == pytest.approx(((frame["score"] - target) ** 2).mean(), rel=1e-4)
    assert shown["valid_ic"] == pytest.approx(np.mean(daily), abs=1e-6)
    # The mean of two predictions is nearer than they are on average.
    assert shown["valid_error"] < single["valid_error"]
    assert shown["parameters"] == 2 * single["parameters"]
    assert np.isnan(shown[["train_error", "epochs", "seconds_per_epoch"]].astype(float)).all()


def test_a_fit_that_diverges_is_a_row_that_says_so_and_leaves_the_others_their_days(finished):
    shown = row(finished, "diverges")
    assert shown["note"] == "too fast; did not finish: the loss is nan in epoch 0"
    assert shown[["rank_ic", "valid_error", "features", "residual_ic"]].isna().all()
    assert (shown["days"], bool(shown["degenerate"])) == (0, True)
    assert row(finished, "full")["note"] == "as it is"
    others = finished.table[finished.table["variant"] != "diverges"]
    assert set(others["days"]) == {others["days"].max()}
    assert others["days"].max() > 5


def test_what_two_axes_show_is_one_fit(finished):
    shared = finished.table.drop(columns=["axis", "variant", "base", "note", "figure"])
    pd.testing.assert_series_equal(
        shared.loc[finished.table["variant"] == "full"].iloc[0],
        shared.loc[finished.table["variant"] == "as ever"].iloc[0],
        check_names=False,
    )


def test_a_second_run_fits_nothing_and_an_axis_alone_finds_its_fits(stored, finished, monkeypatch):
    files = sorted((stored.root / "jobs").rglob("record.json"))
    stamps = [file.stat().st_mtime_ns for file in files]
    again = fit(stored, monkeypatch, SETTINGS)
    pd.testing.assert_frame_equal(again.table, finished.table)
    alone = fit(stored, monkeypatch, SETTINGS, only=["loss"])
    assert alone.table["axis"].unique().tolist() == ["loss"]
    assert sorted((stored.root / "jobs").rglob("record.json")) == files
    assert [file.stat().st_mtime_ns for file in files] == stamps


def test_a_seed_counts_where_it_has_finished_every_fold(stored, finished, monkeypatch):
    older = stored.closed[-2]
    victim = f"ablation/sampling/nine · fold {older} · seed 1"
    two = fit(stored, monkeypatch, SETTINGS, victim, folds=2, only=["sampling"])
    shown = row(two, "nine")
    assert shown["note"] == "1 of 4 fits did not finish: the loss is nan in epoch 0"
    fits = two.history[two.history["variant"] == "nine"].groupby(["fold", "seed"]).size()
    assert list(fits.index) == [(older, 0), *((stored.closed[-1], seed) for seed in (0, 1))]
    # One seed is left, so that it is the ensemble's score, too.
    assert row(two, "together")["rank_ic"] == pytest.approx(shown["rank_ic"])
    own = two.history[(two.history["variant"] == "nine") & (two.history["seed"] == 0)]
    kept = own.loc[own.groupby("fold")["valid_ic"].idxmax()]
    assert row(two, "together")["valid_error"] == pytest.approx(
        kept["valid_error"].mean(), rel=1e-4
    )
    assert row(two, "full")["days"] == shown["days"] > row(finished, "full")["days"]
    folds = two.history[two.history["variant"] == "full"].groupby("fold")["valid_ic"].max()
    assert row(two, "full")["valid_ic"] == pytest.approx(folds.mean())


def test_it_can_be_switched_off(stored, monkeypatch):
    nothing = fit(stored, monkeypatch, SETTINGS, enabled=False)
    assert (nothing.jobs, nothing.looks) == ([], [])
    for table, columns in ((nothing.table, COLUMNS), (nothing.history, HISTORY)):
        assert table.empty
        assert {name: str(kind) for name, kind in table.dtypes.items()} == dict(columns)


def test_without_images_it_says_what_to_run(stored):
    asked = AblationSettings.model_validate(SETTINGS)
    trials = plan_ablation(plan(), asked, MODELS)
    with pytest.raises(ConfigurationError, match="run `kedro run --pipelines=alphanet_fits` first"):
        fit_ablation(
            plan(), asked, trials, None, {}, {}, stored.folds, stored.record, TARGET, "unused"
        )
