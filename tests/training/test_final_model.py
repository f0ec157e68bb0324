"""The newest fold's fits, stored apart, rank the newest day as the walk did."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from deep_alpha.errors import DeepAlphaError
from deep_alpha.feature_table import FeatureTable
from deep_alpha.labels import Labels
from deep_alpha.training.final_model import FinalModel, final_model
from deep_alpha.training.plan import ModelSpec
from tests.training.small_walk import DAYS, FEATURES, HORIZON, lay, plan, walk

LAST = "tests.training.scripted_models.LastRow"

TREES = ModelSpec(
    model_class="deep_alpha.models.xgb.XGBoostModel",
    config={"max_rounds": 5, "min_child_weight": 5, "max_depth": 3},
)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return lay(tmp_path_factory.mktemp("market"))


@pytest.fixture(scope="module")
def walked(stored, tmp_path_factory):
    return walk(stored, tmp_path_factory.mktemp("models"), TREES, plan(seeds=(0, 1)))


@pytest.fixture
def market(stored):
    return FeatureTable.open(stored.table), Labels.open(stored.labels)


def test_it_is_the_last_fold_of_all_seeds(walked):
    final = walked.final
    assert (final.name, final.fold, final.horizon) == ("model", "live", HORIZON)
    assert final.features == FEATURES[:3]
    assert list(final.seeds) == [0, 1]
    assert all(
        folder.parts[-3:-1] == ("live", f"seed{seed}") for seed, folder in final.seeds.items()
    )


def test_the_newest_day_gets_the_live_folds_scores(walked, market, stored):
    table, labels = market
    day = len(table.dates) - 1
    live = walked.signals[HORIZON].wide(live=True)
    assert list(live.index) == [stored.dates[day]]
    assets = table.assets[table.asset_index[table.rows_between(day, day)]]
    found = pd.Series(walked.final.score_day(table, labels, day), index=assets)
    np.testing.assert_allclose(live.iloc[0].dropna().loc[assets], found, rtol=1e-6)


def test_what_is_saved_ranks_the_same_without_the_jobs(walked, market, tmp_path):
    final = walked.final
    folder = tmp_path / "final"
    folder.mkdir()
    final.save(folder)
    stored = FinalModel.open(folder)
    assert stored == replace(final, seeds={seed: folder / f"seed{seed}" for seed in final.seeds})
    table, labels = market
    day = len(table.dates) - 1
    np.testing.assert_array_equal(
        stored.score_day(table, labels, day), final.score_day(table, labels, day)
    )


def test_a_name_without_a_whole_window_has_no_score(tmp_path):
    """A001 is listed on the fourth day before the last, A002 is no sample."""
    market = lay(tmp_path / "market", listed={"A001": DAYS - 4}, young={"A002": DAYS})
    spec = ModelSpec(model_class=LAST, lookback=5)
    log = {"log": str(tmp_path / "fits.log")}
    final = walk(market, tmp_path / "models", spec.model_copy(update={"config": log}), plan()).final
    table, labels = FeatureTable.open(market.table), Labels.open(market.labels)
    day = len(table.dates) - 1
    assets = table.assets[table.asset_index[table.samples_between(day, day)]]
    scores = pd.Series(final.score_day(table, labels, day), index=assets)
    assert "A002" not in scores
    assert scores.index[scores.isna()].tolist() == ["A001"]
    at_once = replace(final, max_gap=0).score_day(table, labels, day)
    assert np.isnan(at_once).sum() > 1
    known = ~np.isnan(at_once)
    np.testing.assert_array_equal(at_once[known], scores[known])


def test_windows_over_gaps_are_as_the_walk_had_them(tmp_path):
    market = lay(tmp_path / "market")
    log = {"log": str(tmp_path / "fits.log")}
    spec = ModelSpec(model_class=LAST, lookback=5, config=log)
    walks = [
        walk(market, tmp_path / str(gap), spec.model_copy(update={"max_gap": gap}), plan())
        for gap in (None, 0)
    ]
    assert [each.final.max_gap for each in walks] == [None, 0]
    everyone, unbroken = (len(each.signals[HORIZON].scores) for each in walks)
    assert 0.6 * everyone < unbroken < 0.95 * everyone


def test_a_final_model_of_an_earlier_version_is_read(walked, tmp_path):
    final = walked.final
    final.save(tmp_path)
    content = json.loads((tmp_path / "final.json").read_text())
    del content["max_gap"]
    (tmp_path / "final.json").write_text(json.dumps(content))
    assert FinalModel.open(tmp_path).max_gap is None


def test_a_table_with_more_features_finds_the_ones_it_was_fitted_on(walked, market):
    table, labels = market
    day = len(table.dates) - 1
    more = replace(
        table,
        values=np.pad(table.values, ((0, 0), (1, 0))),
        names=("another", *table.names),
    )
    np.testing.assert_array_equal(
        walked.final.score_day(more, labels, day), walked.final.score_day(table, labels, day)
    )


def test_a_day_without_eligible_names(walked, market):
    table, labels = market
    dates = np.append(table.dates, table.dates[-1] + np.timedelta64(1, "D"))
    holiday = replace(table, dates=dates)
    with pytest.raises(DeepAlphaError) as error:
        walked.final.score_day(holiday, labels, len(dates) - 1)
    assert str(error.value) == "no asset is eligible on 2020-08-12; there is nothing to rank"


def test_only_the_headline_horizon_is_taken(walked, tmp_path):
    other = [{**record, "horizon": 10} for record in walked.records]
    records = [*walked.records, *other]
    folders = [tmp_path / str(number) for number in range(len(records))]
    for horizon, numbers in ((5, (6, 7)), (10, (14, 15))):
        final = final_model(records, folders, FEATURES, 1, horizon, "live")
        assert list(final.seeds.values()) == [tmp_path / f"{number}/model" for number in numbers]
