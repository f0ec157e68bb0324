"""A walk explained: each fold's test rows, by its own networks, against its own train rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from deep_alpha.errors import ConfigurationError
from deep_alpha.explain import ExplanationSettings, explain_walk, shap_values
from deep_alpha.explain.explained_rows import background_rows, explained_rows, factor_values
from deep_alpha.feature_table import FeatureTable
from deep_alpha.labels import Labels
from deep_alpha.models.mlp import MLP
from deep_alpha.targets import TargetSettings
from deep_alpha.training.plan import ModelSpec
from tests.training.small_walk import FEATURES, HORIZON, lay, plan, walk

NETWORK = ModelSpec(
    model_class="deep_alpha.models.mlp.MLP",
    config={"max_epochs": 2, "batch_size": 512, "hidden": [8]},
)
SEEN = FEATURES[:3]
TESTS = ["2020-06", "2020-07", "2020-08"]
FEW = ExplanationSettings(background_rows=40, explained_rows=60)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return lay(tmp_path_factory.mktemp("market"))


@pytest.fixture(scope="module")
def jobs(stored, tmp_path_factory):
    root = tmp_path_factory.mktemp("walk")
    walk(stored, root, NETWORK, plan(seeds=(0, 1)))
    return root / f"model/h{HORIZON}"


@pytest.fixture(scope="module")
def table(stored):
    return FeatureTable.open(stored.table)


@pytest.fixture(scope="module")
def labels(stored):
    return Labels.open(stored.labels)


@pytest.fixture(scope="module")
def explanation(stored, jobs, table, labels):
    return explain_walk(jobs, stored.folds, table, labels, FEW)


def noisy(table, spared):
    """The table with noise in all rows that are not spared, samples and windows alike."""
    known = factor_values(table, np.arange(len(table)), table.names)
    values = np.random.default_rng(7).normal(5.0, 9.0, known.shape).astype(np.float32)
    values[spared] = known[spared]
    return replace(table, values=values)


def test_every_closed_fold_is_explained_and_the_live_one_is_not(explanation):
    counts = explanation.rows["fold"].value_counts(sort=False)
    assert counts.to_dict() == dict.fromkeys(TESTS, 20)
    assert explanation.names == SEEN
    assert explanation.contributions.shape == explanation.features.shape == (60, 3)


def test_explained_rows_are_different_samples_of_the_fold_s_test(stored, table, explanation):
    rows = explanation.rows
    assert not rows.duplicated(["date", "asset"]).any()
    for fold in stored.folds[:-1]:
        dates = rows.loc[rows["fold"] == fold.name, "date"]
        first, last = table.dates[[fold.test.first, fold.test.last]]
        assert dates.between(first, last).all()
        assert dates.nunique() > 5


def test_features_are_those_of_the_rows(stored, table, explanation):
    place = {
        (table.dates[day], table.assets[asset]): row
        for row, (day, asset) in enumerate(zip(table.date_index, table.asset_index, strict=True))
    }
    rows = explanation.rows
    found = [
        place[np.datetime64(date), asset]
        for date, asset in zip(rows["date"], rows["asset"], strict=True)
    ]
    known = np.load(stored.table / "values.npy")
    np.testing.assert_array_equal(explanation.features, known[found][:, :3])


def test_the_fold_s_own_network_explains_its_rows(stored, table, labels, jobs, explanation):
    for fold in stored.folds[:-1]:
        network = MLP().load(jobs / fold.name / "seed0/model").network
        mine = (explanation.rows["fold"] == fold.name).to_numpy()
        background = factor_values(table, background_rows(table, labels, fold, FEW), SEEN)
        expected = shap_values(network, explanation.features[mine], background)
        np.testing.assert_array_equal(explanation.contributions[mine], expected.contributions)
        np.testing.assert_allclose(explanation.rows.loc[mine, "base"], expected.base)


def test_scores_are_those_of_the_walk(jobs, explanation):
    rows = explanation.rows
    stored = pd.concat([pd.read_parquet(jobs / fold / "seed0/scores.parquet") for fold in TESTS])
    merged = rows.merge(stored, on=["date", "asset"], suffixes=("", "_stored"))
    assert len(merged) == len(rows)
    np.testing.assert_allclose(merged["score"], merged["score_stored"], rtol=1e-5)
    total = rows["base"] + explanation.contributions.sum(axis=1)
    np.testing.assert_allclose(total, rows["score"], atol=1e-5)
    assert explanation.additivity_error < 1e-5


def test_several_seeds_explain_the_mean_score(stored, table, labels, jobs, explanation):
    both, second = (
        explain_walk(jobs, stored.folds, table, labels, FEW, seeds) for seeds in ((0, 1), (1,))
    )
    for column in ("score", "base"):
        mean = (explanation.rows[column] + second.rows[column]) / 2
        np.testing.assert_allclose(both.rows[column], mean)
    mean = (explanation.contributions + second.contributions) / 2
    np.testing.assert_allclose(both.contributions, mean)
    assert not np.allclose(explanation.contributions, second.contributions)


def test_the_background_is_drawn_from_train_alone(stored, table, labels):
    for fold in stored.folds:
        rows = background_rows(table, labels, fold, FEW)
        days = table.date_index[rows]
        assert len(np.unique(rows)) == 40
        assert days.min() >= fold.train.first
        assert days.max() <= fold.train.last
        assert np.isfinite(labels.forward_return[rows]).all()


def test_no_row_but_train_and_the_explained_ones_matters(stored, table, labels, jobs, explanation):
    """Noise in validation, in other test rows and in all that follows changes nothing."""
    fold = stored.folds[0]
    spared = np.zeros(len(table), dtype=bool)
    spared[table.rows_between(fold.train.first, fold.train.last)] = True
    spared[explained_rows(table, labels, fold, 20, FEW)] = True
    assert 0.4 < 1 - spared.mean() < 0.9
    few = FEW.model_copy(update={"explained_rows": 20})
    again = explain_walk(jobs, [fold], noisy(table, spared), labels, few)
    np.testing.assert_array_equal(again.contributions, explanation.contributions[:20])


def test_a_test_row_needs_no_label(stored, table, labels):
    fold = stored.folds[-2]
    days = table.date_index[explained_rows(table, labels, fold, 10_000, FEW)]
    unknown = np.isnan(
        labels.forward_return[table.samples_between(fold.test.first, fold.test.last)]
    )
    assert unknown.any()
    assert len(days) == len(unknown)


def test_the_same_seed_draws_the_same_rows_and_another_one_does_not(stored, table, labels):
    fold = stored.folds[0]
    other = FEW.model_copy(update={"seed": 1})
    for draw in (
        lambda settings: background_rows(table, labels, fold, settings),
        lambda settings: explained_rows(table, labels, fold, 40, settings),
    ):
        np.testing.assert_array_equal(draw(FEW), draw(FEW))
        assert not np.array_equal(draw(FEW), draw(other))


def test_a_fold_s_draw_does_not_depend_on_other_folds(stored, table, labels, jobs, explanation):
    few = FEW.model_copy(update={"explained_rows": 20})
    alone = explain_walk(jobs, stored.folds[1:2], table, labels, few)
    np.testing.assert_array_equal(alone.contributions, explanation.contributions[20:40])


def test_a_small_fold_gives_all_it_has(stored, table, labels, jobs):
    fold = stored.folds[0]
    many = FEW.model_copy(update={"explained_rows": 10_000, "background_rows": 5})
    rows = explain_walk(jobs, [fold], table, labels, many).rows
    assert len(rows) == len(table.samples_between(fold.test.first, fold.test.last))


def test_what_can_not_be_explained(stored, table, labels, jobs, tmp_path):
    def explain(root=jobs, folds=stored.folds, labels=labels, seeds=(0,)):
        return explain_walk(root, folds, table, labels, FEW, seeds)

    with pytest.raises(ConfigurationError, match="holds no finished job: run `kedro run"):
        explain(seeds=(2,))
    with pytest.raises(ConfigurationError, match="nothing to explain with 0 closed folds"):
        explain(folds=stored.folds[-1:])
    other = replace(labels, target=TargetSettings(horizon=10))
    with pytest.raises(ConfigurationError, match="2020-06 at a horizon of 5 days, not of fold"):
        explain(labels=other)
    ridge = ModelSpec(model_class="deep_alpha.models.ridge.RidgeModel", seeded=False)
    walk(stored, tmp_path, ridge, plan())
    with pytest.raises(ConfigurationError, match="RidgeModel, which is no network"):
        explain(root=tmp_path / f"model/h{HORIZON}")


def test_folds_must_have_seen_the_same_factors(stored, table, labels, jobs, tmp_path):
    everything = NETWORK.model_copy(update={"features": "all"})
    walk(stored, tmp_path, everything, plan())
    mixed = tmp_path / f"model/h{HORIZON}"
    (mixed / TESTS[0]).rename(tmp_path / "moved")
    (mixed / TESTS[0]).symlink_to(jobs / TESTS[0])
    with pytest.raises(ConfigurationError, match="fitted on 2 different factor sets"):
        explain_walk(mixed, stored.folds, table, labels, FEW)


def test_a_network_of_windows_is_refused(stored, table, labels, tmp_path):
    gru = ModelSpec(
        model_class="deep_alpha.models.gru.GRU32",
        config={"max_epochs": 1, "hidden": 4, "lookback": 3},
        lookback=3,
    )
    walk(stored, tmp_path, gru, plan())
    with pytest.raises(ConfigurationError, match="reads windows of 3 days"):
        explain_walk(tmp_path / f"model/h{HORIZON}", stored.folds, table, labels, FEW)


def test_a_fold_without_train_rows_has_nothing_to_compare_with(stored, table, labels):
    unknown = replace(labels, forward_return=np.full(len(table), np.nan, dtype=np.float32))
    with pytest.raises(ConfigurationError, match="fold 2020-06: the train segment holds no sample"):
        background_rows(table, unknown, stored.folds[0], FEW)
