"""A model walked through folds and seeds, by any executor, to out-of-sample signals."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load_file

from deep_alpha.errors import ConfigurationError, TrainingError
from deep_alpha.training.jobs import run_job
from deep_alpha.training.plan import ModelSpec
from deep_alpha.training.walk_forward import walk_forward
from tests.training.small_walk import (
    FEATURES,
    HORIZON,
    jobs,
    lay,
    plan,
    scores_and_weights,
    walk,
)

KILLING = "tests.training.scripted_models.KillingModel"
COUNTING = "tests.training.scripted_models.CountingModel"
RIDGE = ModelSpec(model_class="deep_alpha.models.ridge.RidgeModel", seeded=False)
OWN = ModelSpec(model_class="tests.examples.own_model.ICWeighted", features="all", seeded=False)
TREES = ModelSpec(
    model_class="deep_alpha.models.xgb.XGBoostModel",
    config={"max_rounds": 5, "min_child_weight": 5, "max_depth": 3},
)
MLP = ModelSpec(
    model_class="deep_alpha.models.mlp.MLP",
    config={"max_epochs": 2, "batch_size": 512, "hidden": [8]},
)
TESTS = ["2020-06", "2020-07", "2020-08", "live"]
LONGEST_FIRST = TESTS[::-1]


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return lay(tmp_path_factory.mktemp("market"))


@pytest.fixture(scope="module")
def trees(stored, tmp_path_factory):
    """A seeded model with two seeds."""
    return walk(stored, tmp_path_factory.mktemp("trees"), TREES, plan(seeds=(0, 1)))


def test_one_record_for_each_fold_and_seed(trees):
    found = [(record["fold"], record["seed"]) for record in trees.records]
    assert found == [(fold, seed) for fold in TESTS for seed in (0, 1)]


def test_the_signal_covers_the_test_windows_once_and_live_apart(stored, trees):
    scores = trees.signals[HORIZON].scores
    assert list(scores.columns) == ["date", "asset", "score", "fold"]
    assert sorted(scores["fold"].unique()) == TESTS
    tested = scores[scores["fold"] != "live"]
    assert not tested.duplicated(["date", "asset"]).any()
    assert tested["date"].min() == pd.Timestamp("2020-06-01")
    assert tested["date"].max() == stored.dates[-1]
    assert set(scores.loc[scores["fold"] == "live", "date"]) == {stored.dates[-1]}


def test_the_signal_is_the_mean_of_its_seeds(trees):
    keys = ["fold", "date", "asset"]
    seeds = [signal.scores.set_index(keys)["score"] for signal in trees.seed_signals.values()]
    assert not seeds[0].equals(seeds[1])
    mean = trees.signals[HORIZON].scores.set_index(keys)["score"]
    np.testing.assert_allclose(mean, (seeds[0] + seeds[1]) / 2, rtol=1e-6)


def test_the_signal_says_where_it_comes_from(trees):
    fits = {
        str(seed): {
            record["fold"]: record["fingerprints"]["fit"]
            for record in trees.records
            if record["seed"] == seed
        }
        for seed in (0, 1)
    }
    assert trees.signals[HORIZON].meta == {
        "market": "small",
        "universe": "all",
        "entry": "close",
        "model": "model",
        "horizon": HORIZON,
        "seeds": [0, 1],
        "fingerprints": fits,
    }
    assert trees.seed_signals[1].meta["seeds"] == [1]
    assert trees.seed_signals[1].meta["fingerprints"] == fits["1"]


def test_a_planted_signal_is_found(trees):
    assert np.mean([record["test"]["ic"] for record in trees.records[:-2]]) > 0.3


def test_a_model_without_randomness_is_fitted_with_one_seed(stored, tmp_path):
    result = walk(stored, tmp_path, RIDGE, plan(seeds=(3, 4)))
    assert [record["seed"] for record in result.records] == [3, 3, 3, 3]
    assert list(result.seed_signals) == [3]


@pytest.mark.parametrize(("features", "names"), [("paper", FEATURES[:3]), ("all", FEATURES)])
def test_which_features_a_model_sees(stored, tmp_path, features, names):
    spec = RIDGE.model_copy(update={"features": features})
    final = walk(stored, tmp_path, spec, plan()).final
    assert final.features == names
    weights = {len(_coefficients(file)) for file in tmp_path.rglob("ridge.safetensors")}
    assert weights == {len(names)}


def _coefficients(file):
    return load_file(file)["coefficients"]


def test_the_profile_thins_out_training_days(stored, tmp_path):
    every, third = (
        walk(stored, tmp_path, RIDGE, plan(train_every=step)).records[0]["fit"]["train_samples"]
        for step in (1, 3)
    )
    assert third == pytest.approx(every / 3, rel=0.05)


def test_a_model_thins_out_the_profile_s_days_further(stored, tmp_path):
    spec = RIDGE.model_copy(update={"train_every": 2})
    plain, thinned = (
        walk(stored, tmp_path / str(each.train_every), each, plan()).records[0]["fit"]
        for each in (RIDGE, spec)
    )
    assert thinned["train_samples"] == pytest.approx(plain["train_samples"] / 2, rel=0.05)
    assert thinned["valid_samples"] == plain["valid_samples"]


def test_a_users_own_model_by_its_import_path(stored, tmp_path):
    result = walk(stored, tmp_path, OWN, plan())
    first = result.records[0]
    assert first["model_class"] == "tests.examples.own_model.ICWeighted"
    assert first["fit"]["summary"]["largest_weight"] == pytest.approx(0.5, abs=0.1)
    assert first["test"]["ic"] > 0.4
    assert (tmp_path / "model/h5/2020-06/seed0/model/weights.safetensors").exists()


def test_a_horizon_without_labels(stored, tmp_path):
    with pytest.raises(ConfigurationError) as error:
        walk_forward(
            "mine", RIDGE, plan(), FEATURES, {10: stored.folds}, stored.table, {}, tmp_path, {}
        )
    assert str(error.value) == (
        "mine: there are no labels for a horizon of 5 days; run the factors pipeline with the "
        "same profile first"
    )


@pytest.mark.parametrize("spec", [MLP, TREES, RIDGE], ids=["mlp", "xgboost", "ridge"])
def test_every_executor_gives_the_same_bytes(stored, tmp_path, spec):
    seeds = (0, 1)
    serial = walk(stored, tmp_path / "serial", spec, plan(seeds))
    spread = walk(stored, tmp_path / "spread", spec, plan(seeds, executor="processes", workers=2))
    one, other = (scores_and_weights(tmp_path / name) for name in ("serial", "spread"))
    assert len(one) == len(serial.records) * 2
    assert one == other
    pd.testing.assert_frame_equal(serial.signals[HORIZON].scores, spread.signals[HORIZON].scores)
    assert [_name(record) for record in serial.records] == [_name(r) for r in spread.records]


def _name(record):
    return record["fold"], record["seed"], record["fingerprints"]


def _scripted(tmp_path, model_class, **config):
    log = tmp_path / "fits.log"
    return log, ModelSpec(model_class=model_class, config={"log": str(log), **config})


def _folds(log):
    return [line.split(" · ")[1].removeprefix("fold ") for line in log.read_text().splitlines()]


def test_a_killed_worker_repeats_its_unfinished_jobs_only(stored, tmp_path):
    log, spec = _scripted(tmp_path, KILLING, victim="2020-08", times=1)
    result = walk(stored, tmp_path, spec, plan(executor="processes"))
    assert _folds(log) == LONGEST_FIRST
    assert len(result.records) == len(TESTS)


def test_two_kills_end_the_run_and_the_same_command_goes_on(stored, tmp_path):
    log, spec = _scripted(tmp_path, KILLING, victim="2020-08", times=2)
    with pytest.raises(TrainingError) as error:
        walk(stored, tmp_path, spec, plan(executor="processes"))
    assert str(error.value) == (
        "a worker process died 2 times (out of memory?); 3 jobs are unfinished. Finished jobs "
        "are kept: type the same command again, with executor=serial if memory is short"
    )
    assert _folds(log) == ["live"]
    walk(stored, tmp_path, spec, plan())
    assert _folds(log) == LONGEST_FIRST


def test_the_log_says_how_many_jobs_were_reused(stored, tmp_path, caplog):
    with caplog.at_level("INFO", logger="deep_alpha.training.job_progress"):
        for _ in range(2):
            records = walk(stored, tmp_path, RIDGE, plan()).records
    tested = [record for record in records if record["fold"] != "live"]
    ic = np.mean([record["fit"]["valid"]["ic"] for record in tested])
    lines = [line.rpartition(",")[0] for line in caplog.messages]
    assert lines == [f"model: 4 jobs, {reused} reused, validation IC {ic:.4f}" for reused in (0, 4)]


class Weights:
    """Weights of one fold's fit, for markets that differ in a part of the calendar."""

    def __init__(self, root: Path, spec: ModelSpec, fold: int = 0):
        self.root, self.spec, self.fold = root, spec, fold
        self.runs = 0

    def of(self, change=None):
        self.runs += 1
        market = self.root / f"market{self.runs}"
        stored = lay(market, change=change)
        job = jobs(stored, market / "fits", self.spec.model_class, self.spec.config)[self.fold]
        run_job(job)
        return {
            name: content
            for name, content in scores_and_weights(market / "fits").items()
            if not name.endswith(".parquet")
        }


ONE_PENALTY = RIDGE.model_copy(update={"config": {"penalties": [0.01]}})


@pytest.mark.parametrize("spec", [MLP, TREES, ONE_PENALTY], ids=["mlp", "xgboost", "ridge"])
def test_nothing_that_is_fitted_sees_the_test_or_the_purge(stored, tmp_path, spec):
    valid = stored.folds[0].valid

    def noise(values, returns):
        random = np.random.default_rng(1)
        values[valid.last + 1 :] = random.normal(size=values[valid.last + 1 :].shape)
        returns[valid.last + 1 :] = random.normal(size=returns[valid.last + 1 :].shape)

    weights = Weights(tmp_path, spec)
    assert weights.of() == weights.of(noise)


@pytest.mark.parametrize("spec", [MLP, TREES, ONE_PENALTY], ids=["mlp", "xgboost", "ridge"])
def test_training_data_do_change_the_weights(stored, tmp_path, spec):
    """The test above could not fail if nothing ever changed."""

    def swap(_, returns):
        last = stored.folds[0].train.last
        returns[: last + 1] = returns[last::-1].copy()

    weights = Weights(tmp_path, spec)
    assert weights.of() != weights.of(swap)


def test_ridge_of_one_penalty_does_not_see_validation(stored, tmp_path):
    def swap(_, returns):
        valid = stored.folds[0].valid
        returns[valid.first : valid.last + 1] *= -1

    weights = Weights(tmp_path, ONE_PENALTY)
    assert weights.of() == weights.of(swap)


def test_counting_models_are_what_they_say(stored, tmp_path):
    log, spec = _scripted(tmp_path, COUNTING)
    for _ in range(2):
        walk(stored, tmp_path, spec, plan(seeds=(0, 1)))
    assert _folds(log) == [fold for fold in LONGEST_FIRST for _ in (0, 1)]
