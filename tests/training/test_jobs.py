"""A job is fitted once, kept whole, and repeated exactly when something it saw changed."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deep_alpha.errors import ConfigurationError, TrainingError
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import make_folds
from deep_alpha.labels import Labels
from deep_alpha.models.contract import FitContext
from deep_alpha.training.fingerprint import code_version
from deep_alpha.training.jobs import fit_fingerprint, run_job
from tests.training.scripted_models import CountingModel
from tests.training.small_walk import ASSETS, DAYS, FEATURES, FOLDS, jobs, lay

COUNTING = "tests.training.scripted_models.CountingModel"
LAST = "tests.training.scripted_models.LastRow"
JUNE, JULY, AUGUST, LIVE = range(4)


def position(stored, day):
    return int(stored.dates.get_loc(pd.Timestamp(day)))


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return lay(tmp_path_factory.mktemp("market"))


class Runs:
    """Runs the jobs of a walk, and tells which of them were fitted."""

    def __init__(self, root: Path):
        self.root, self.log = root / "artefacts", root / "fits.log"
        self.config = {"log": str(self.log)}

    def fitted(self, stored, model_class=COUNTING, config=None, **others):
        before = self._lines()
        for job in jobs(stored, self.root, model_class, self.config | (config or {}), **others):
            run_job(job)
        return [line.split(" · ")[1].removeprefix("fold ") for line in self._lines()[len(before) :]]

    def scores(self, fold, seed=0):
        return pd.read_parquet(self.root / fold / f"seed{seed}" / "scores.parquet")

    def _lines(self):
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def runs(tmp_path):
    return Runs(tmp_path)


EVERY_FOLD = ["2020-06", "2020-07", "2020-08", "live"]


def test_the_same_job_is_fitted_once(stored, runs):
    assert runs.fitted(stored) == EVERY_FOLD
    assert runs.fitted(stored) == []


def test_a_reused_job_says_so_and_gives_the_same_record_and_scores(stored, runs):
    job = jobs(stored, runs.root, COUNTING, runs.config)[JUNE]
    first, second = run_job(job), run_job(job)
    assert (first.reused, second.reused) == (False, True)
    assert first.record == second.record
    pd.testing.assert_frame_equal(first.scores(), second.scores())


def test_scores_have_one_row_for_each_name_of_each_test_position(stored, runs):
    result = run_job(jobs(stored, runs.root, COUNTING, runs.config)[JUNE])
    scores = result.scores()
    assert list(scores.columns) == ["date", "asset", "score"]
    assert scores["score"].dtype == np.float32
    assert scores["date"].min() == pd.Timestamp("2020-06-01")
    assert scores["date"].max() == pd.Timestamp("2020-06-30")
    assert not scores.duplicated(["date", "asset"]).any()
    assert result.record["test"]["samples"] == len(scores)


def test_the_record_holds_what_tables_and_the_ledger_need(stored, runs):
    record = run_job(jobs(stored, runs.root, COUNTING, runs.config)[JUNE]).record
    assert record["model"] == "model"
    assert record["model_class"] == COUNTING
    assert record["config"] == runs.config
    assert (record["fold"], record["seed"], record["horizon"]) == ("2020-06", 0, 5)
    assert set(record["fingerprints"]) == {"fit", "scores"}
    assert record["fit"]["seconds"] >= 0
    assert record["fit"]["summary"]["seen_by"] == 1.5
    assert record["fit"]["valid"]["ic"] > 0.3
    assert record["test"]["ic"] > 0.3
    assert record["test"]["days"] == 22
    assert record["test"]["degenerate"] is False


def test_rows_that_are_no_samples_are_neither_fitted_nor_scored(tmp_path, runs):
    """One name is young until the middle of June's test, another one for ever."""
    day = position(lay(tmp_path / "whole"), "2020-06-15")
    markets = [lay(tmp_path / "part", young={"A001": day, "A002": DAYS}), lay(tmp_path / "whole")]
    part, whole = (
        run_job(jobs(market, runs.root / str(number), COUNTING, runs.config)[JUNE])
        for number, market in enumerate(markets)
    )
    june = markets[0].folds[JUNE]
    table = FeatureTable.open(markets[0].table)
    for name in ("train", "valid"):
        segment = getattr(june, name)
        rows = table.rows_between(segment.first, segment.last)
        dropped = np.count_nonzero(~table.sample[rows])
        count = f"{name}_samples"
        assert part.record["fit"][count] == whole.record["fit"][count] - dropped
        assert dropped > 20
    scored = part.scores()
    assert "A002" not in set(scored["asset"])
    assert scored.loc[scored["asset"] == "A001", "date"].min() == pd.Timestamp("2020-06-15")
    assert part.record["test"]["samples"] == len(scored)


def test_samples_without_a_whole_window_are_counted(tmp_path, runs):
    """A name listed on the tenth training day has no window of eight rows for a week."""
    stored = lay(tmp_path / "market", listed={"A001": 10})
    long = jobs(stored, runs.root, COUNTING, runs.config)[JUNE]
    few, none = (
        run_job(replace(long, model_class=LAST, lookback=8, max_gap=gap)).record
        for gap in (None, 0)
    )
    rows = run_job(replace(long, folder=runs.root / "rows")).record
    assert rows["fit"]["left_out"]["train"] == {"short": 0, "interrupted": 0}
    left_out = few["fit"]["left_out"]["train"]
    assert left_out["short"] == len(ASSETS) * 7
    assert left_out["interrupted"] == 0
    assert few["fit"]["train_samples"] == rows["fit"]["train_samples"] - left_out["short"]
    assert few["test"]["left_out"] == {"short": 0, "interrupted": 0}
    # Three rows in a hundred are missing: many windows of eight have a gap.
    assert none["fit"]["left_out"]["train"]["interrupted"] > 300
    assert (
        none["test"]["samples"] == few["test"]["samples"] - none["test"]["left_out"]["interrupted"]
    )
    assert none["fingerprints"]["fit"] != few["fingerprints"]["fit"]


def test_train_and_validation_samples_are_those_with_a_known_label(tmp_path, runs):
    def unknown(_, returns):
        returns[3, :10] = np.nan

    whole, holes = lay(tmp_path / "whole"), lay(tmp_path / "holes", change=unknown)
    counts = [
        run_job(jobs(market, runs.root, COUNTING, runs.config)[JUNE]).record["fit"]["train_samples"]
        for market in (whole, holes)
    ]
    assert counts[0] - counts[1] == 10


def test_training_on_every_third_day_leaves_validation_whole(stored, runs):
    every = [
        run_job(jobs(stored, runs.root, COUNTING, runs.config, every=step)[JUNE]).record["fit"]
        for step in (1, 3)
    ]
    assert every[1]["train_samples"] == pytest.approx(every[0]["train_samples"] / 3, rel=0.05)
    assert every[1]["valid_samples"] == every[0]["valid_samples"]


def test_judging_on_every_third_day_leaves_training_whole(stored, runs):
    whole, some = (
        run_job(jobs(stored, runs.root, COUNTING, runs.config, valid_every=step)[JUNE]).record[
            "fit"
        ]
        for step in (1, 3)
    )
    assert some["valid_samples"] == pytest.approx(whole["valid_samples"] / 3, rel=0.1)
    assert some["train_samples"] == whole["train_samples"]


@pytest.mark.parametrize(
    "change",
    [
        {"config": {"anything": 1}},
        {"seeds": (1,)},
        {"features": FEATURES[:2]},
        {"every": 2},
        {"valid_every": 2},
        {"context": FitContext(threads=2)},
        {"context": FitContext(settings={"precision": "bf16"})},
    ],
)
def test_other_settings_are_another_fit(stored, runs, change):
    runs.fitted(stored)
    assert runs.fitted(stored, **change) == EVERY_FOLD


def test_how_often_a_fit_checkpoints_and_shows_itself_is_not_part_of_it(stored, runs):
    runs.fitted(stored, context=FitContext(settings={"checkpoint_seconds": 30.0}))
    context = FitContext(settings={"checkpoint_seconds": 0.0}, progress=True)
    assert runs.fitted(stored, context=context) == []


@pytest.mark.parametrize(
    ("day", "refitted"),
    [
        ("2020-01-15", EVERY_FOLD),
        # A test day of June, and a validation day of July.
        ("2020-06-10", ["2020-07", "2020-08", "live"]),
        # A test day of June, and in the purge before July's test.
        ("2020-06-29", ["2020-08", "live"]),
        ("2020-08-11", []),
    ],
)
@pytest.mark.parametrize("what", ["feature", "label"])
def test_a_changed_number_refits_the_folds_that_saw_it(stored, runs, tmp_path, day, refitted, what):
    def change(values, returns):
        target = values[..., 3] if what == "feature" else returns
        target[position(stored, day), 7] = 0.123

    runs.fitted(stored)
    assert runs.fitted(lay(tmp_path / "changed", change=change)) == refitted


def test_a_changed_validation_label_refits(stored, runs, tmp_path):
    valid = stored.folds[JUNE].valid

    def change(_, returns):
        returns[valid.last, 7] = 0.123

    runs.fitted(stored)
    assert "2020-06" in runs.fitted(lay(tmp_path / "changed", change=change))


def test_a_day_in_the_purge_is_in_no_fold_before_its_test(stored, runs, tmp_path):
    june = stored.folds[JUNE]
    purged = june.valid.last + 1
    assert june.valid.last < purged < june.test.first

    def change(values, returns):
        values[purged], returns[purged] = 0.5, 0.5

    runs.fitted(stored)
    assert "2020-06" not in runs.fitted(lay(tmp_path / "changed", change=change))


def test_one_more_day_refits_only_live_and_renews_only_the_last_scores(stored, runs, tmp_path):
    runs.fitted(stored)
    before = {fold: runs.scores(fold) for fold in EVERY_FOLD}
    written = {fold: (runs.root / fold / "seed0" / "record.json").stat() for fold in EVERY_FOLD}

    longer = lay(tmp_path / "longer", days=DAYS + 1)
    assert runs.fitted(longer) == ["live"]

    for fold in ("2020-06", "2020-07"):
        record = (runs.root / fold / "seed0" / "record.json").stat()
        assert record.st_mtime_ns == written[fold].st_mtime_ns
    after = runs.scores("2020-08")
    assert after["date"].nunique() == before["2020-08"]["date"].nunique() + 1
    pd.testing.assert_frame_equal(after[: len(before["2020-08"])], before["2020-08"])


def test_a_label_that_becomes_known_renews_scores_without_a_fit(stored, runs, tmp_path):
    runs.fitted(stored)

    def known(_, returns):
        returns[DAYS - 5] = np.linspace(-0.1, 0.1, returns.shape[1])

    ready = lay(tmp_path / "ready", change=known)
    job = jobs(ready, runs.root, COUNTING, runs.config)[AUGUST]
    before = json.loads((job.folder / "record.json").read_text())
    result = run_job(job)
    assert result.reused
    assert result.record["test"]["days"] == before["test"]["days"] + 1
    assert result.record["fit"] == before["fit"]
    assert result.record["fingerprints"]["fit"] == before["fingerprints"]["fit"]


def test_a_new_asset_that_moves_every_position_refits_nothing_before_it(stored, runs, tmp_path):
    runs.fitted(stored)
    # Listed in August's purge: a day that only the live fold is fitted on.
    listed = {"A000_new": position(stored, "2020-07-29")}
    assert runs.fitted(lay(tmp_path / "new", assets=(*ASSETS, *listed), listed=listed)) == ["live"]
    assert "A000_new" in set(runs.scores("2020-08")["asset"])
    assert "A000_new" not in set(runs.scores("2020-06")["asset"])


def test_a_row_that_is_no_sample_any_more_refits_the_folds_that_saw_it(stored, runs, tmp_path):
    runs.fitted(stored)
    assert runs.fitted(lay(tmp_path / "young", young={"A001": 10})) == EVERY_FOLD


def test_a_window_model_is_refitted_when_a_day_before_its_segment_changes(runs, tmp_path):
    """Only a day before the segment differs; windows of four days reach back to it."""
    settings = FOLDS.model_copy(update={"first_train": date(2020, 2, 3)})

    def change(values, _):
        values[20, 5, 0] += 1.0

    old, new = lay(tmp_path / "old"), lay(tmp_path / "new", change=change)
    folds = make_folds(old.dates.to_numpy(), 5, settings)
    assert folds[JUNE].train.first == 23
    old, new = replace(old, folds=folds), replace(new, folds=folds)
    for lookback, changes in ((1, False), (4, True)):
        keys = [
            fit_fingerprint(
                jobs(market, runs.root, COUNTING, runs.config, lookback=lookback)[JUNE],
                FeatureTable.open(market.table),
                Labels.open(market.labels),
            )
            for market in (old, new)
        ]
        assert (keys[0] != keys[1]) == changes


def test_a_save_that_fails_half_way_leaves_the_old_artefact(stored, runs, tmp_path):
    fail_when = tmp_path / "disk_full"
    config = runs.config | {"fail_when": str(fail_when)}
    job = jobs(stored, runs.root, COUNTING, config)[JUNE]
    old = run_job(job)
    files = {path: path.read_bytes() for path in job.folder.rglob("*") if path.is_file()}

    fail_when.touch()
    changed = jobs(stored, runs.root, COUNTING, config | {"more": 1})[JUNE]
    with pytest.raises(OSError, match="no space left on device"):
        run_job(changed)
    assert {path: path.read_bytes() for path in job.folder.rglob("*") if path.is_file()} == files
    assert [path.name for path in job.folder.parent.iterdir()] == ["seed0"]
    assert run_job(job).reused

    fail_when.unlink()
    assert not run_job(changed).reused
    assert run_job(changed).record["config"] != old.record["config"]


def test_a_first_save_that_fails_leaves_nothing_to_read(stored, runs, tmp_path):
    fail_when = tmp_path / "disk_full"
    fail_when.touch()
    job = jobs(stored, runs.root, COUNTING, runs.config | {"fail_when": str(fail_when)})[JUNE]
    with pytest.raises(OSError, match="no space left on device"):
        run_job(job)
    assert not job.folder.exists()


def test_the_checkpoints_of_a_finished_job_are_removed(stored, runs):
    job = jobs(stored, runs.root, COUNTING, runs.config)[JUNE]
    assert job.context.checkpoint == job.folder.with_name(".seed0.epochs")
    (job.context.checkpoint / "of another configuration").mkdir(parents=True)
    run_job(job)
    assert not job.context.checkpoint.exists()


def test_another_configuration_gets_another_checkpoint_folder(stored, runs, monkeypatch):
    seen = []

    def fit(self, train, valid, config, seed, context):
        seen.append(context.checkpoint)
        return original(self, train, valid, config, seed, context)

    original = CountingModel.fit
    monkeypatch.setattr(CountingModel, "fit", fit)
    for more in (0, 1):
        run_job(jobs(stored, runs.root, COUNTING, runs.config | {"more": more})[JUNE])
    assert seen[0] != seen[1]
    assert seen[0].parent == seen[1].parent


def test_changed_code_of_the_users_own_module_refits(stored, runs, tmp_path, monkeypatch):
    module = tmp_path / "my_slope_model.py"
    module.write_text(
        "from tests.training.scripted_models import CountingModel\n\n"
        "class Mine(CountingModel):\n    pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    # Code is read once in a process: each cleared cache stands for a new run.
    code_version.cache_clear()
    assert runs.fitted(stored, "my_slope_model.Mine") == EVERY_FOLD
    code_version.cache_clear()
    assert runs.fitted(stored, "my_slope_model.Mine") == []
    module.write_text(module.read_text() + "# another idea\n")
    code_version.cache_clear()
    assert runs.fitted(stored, "my_slope_model.Mine") == EVERY_FOLD


@pytest.mark.parametrize("segment", ["train", "valid"])
def test_a_segment_without_samples_is_refused(tmp_path, runs, segment):
    def forget(_, returns):
        chosen = getattr(stored.folds[JUNE], segment)
        returns[chosen.first : chosen.last + 1] = np.nan

    stored = lay(tmp_path / "whole")
    empty = lay(tmp_path / "empty", change=forget)
    with pytest.raises(ConfigurationError) as error:
        run_job(jobs(empty, runs.root, COUNTING, runs.config)[JUNE])
    assert str(error.value) == (
        f"model · fold 2020-06 · seed 0: the {segment} segment holds no sample; the universe "
        "policy or the dates leave nothing to fit"
    )


def test_scores_of_the_wrong_shape_are_refused(stored, runs):
    job = jobs(stored, runs.root, "tests.training.scripted_models.TwoColumns", runs.config)[JUNE]
    with pytest.raises(TrainingError) as error:
        run_job(job)
    count = str(error.value).split("(")[1].split(",")[0]
    assert str(error.value) == (
        f"model · fold 2020-06 · seed 0: predict gave scores of shape ({count}, 2) for {count} "
        "samples; it must give one score for each sample"
    )


@pytest.mark.parametrize("model", ["Mute", "SameForAll"])
def test_a_model_that_ranks_nothing_is_called_degenerate(stored, runs, model):
    job = jobs(stored, runs.root, f"tests.training.scripted_models.{model}", runs.config)[JUNE]
    test = run_job(job).record["test"]
    assert test["degenerate"] is True
    assert (test["ic"], test["days"]) == (None, 0)
