"""A sample with training: scored by one stored fit, held in both accountings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.backtest.with_training import COLUMNS, score_with_training, with_training_table
from deep_alpha.errors import ConfigurationError
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.feature_table import FeatureTable
from deep_alpha.labels import Labels
from deep_alpha.models.ridge import RidgeModel
from deep_alpha.training.jobs import run_job
from tests.backtest.random_walks import random_walks
from tests.backtest.tranche_oracle import tranches
from tests.training.small_walk import FEATURES, jobs, lay

SETTINGS = EvaluationSettings(top_k=3, costs_bps=(10,), annual_days=250)
SEEN = FEATURES[:3]
HORIZON = 5


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return lay(tmp_path_factory.mktemp("market"))


@pytest.fixture(scope="module")
def job(stored, tmp_path_factory):
    """The newest closed fold's."""
    root = tmp_path_factory.mktemp("jobs")
    made = jobs(stored, root, "deep_alpha.models.ridge.RidgeModel", features=SEEN)[2]
    run_job(made)
    return made


@pytest.fixture(scope="module")
def scores(stored, job):
    table, labels = FeatureTable.open(stored.table), Labels.open(stored.labels)
    return score_with_training(job.folder, job.fold, table, labels, features=SEEN)


@pytest.fixture(scope="module")
def panel(stored):
    assets = FeatureTable.open(stored.table).assets.astype(str)
    return random_walks(stored.dates, assets)


def test_all_days_from_the_first_of_training_to_the_last_of_the_test_are_scored(
    stored, job, scores
):
    fold = job.fold
    assert list(scores.index) == list(stored.dates[fold.train.first : fold.test.last + 1])
    assert scores.notna().any(axis=1).all()
    assert fold.train.last + 1 < fold.valid.first  # days between segments are scored too


def test_scores_are_the_stored_fit_s(stored, job, scores):
    table = FeatureTable.open(stored.table)
    line = RidgeModel().load(job.folder / "model").line
    days = pd.DatetimeIndex(table.dates[table.date_index])
    direct = pd.Series(
        np.load(stored.table / "values.npy")[:, :3] @ line.coefficients + line.intercept,
        [days, table.assets[table.asset_index]],
    ).unstack()
    direct = direct.reindex(index=scores.index)
    np.testing.assert_allclose(scores, direct[scores.columns], rtol=1e-5, atol=1e-7)


def test_test_dates_have_the_scores_that_the_job_stored(job, scores):
    tested = pd.read_parquet(job.folder / "scores.parquet")
    wide = tested.pivot(index="date", columns="asset", values="score")
    np.testing.assert_allclose(scores.loc[wide.index, wide.columns], wide, rtol=1e-6)


def test_the_blocks_of_days_leave_no_trace(stored, job, scores, monkeypatch):
    monkeypatch.setattr("deep_alpha.backtest.with_training._DAYS_AT_ONCE", 7)
    table, labels = FeatureTable.open(stored.table), Labels.open(stored.labels)
    again = score_with_training(job.folder, job.fold, table, labels, features=SEEN)
    pd.testing.assert_frame_equal(again, scores)


def tabulated(scores, panel):
    return with_training_table(scores, panel, HORIZON, SETTINGS, delisting_days=60)


def test_the_naive_rows_are_a_direct_computation(scores, panel):
    table = tabulated({"ridge": scores}, panel).set_index("leg")
    close = panel["close"].to_pandas()
    daily = []
    for date in scores.index:
        place = close.index.get_loc(date)
        if place + HORIZON >= len(close):
            break
        ahead = close.iloc[place + HORIZON] / close.iloc[place] - 1
        ranked = scores.loc[date].dropna().sort_values()
        top, bottom = (ahead[names.index].mean() for names in (ranked[-3:], ranked[:3]))
        daily.append((top, bottom, top - bottom))
    for leg, returns in zip(("top", "bottom", "long_short"), zip(*daily, strict=True), strict=True):
        own, returns = table.loc[f"naive_{leg}"], np.array(returns)
        growth = np.prod(1 + returns)
        assert own["days"] == len(returns)
        assert own["final_value"] == pytest.approx(growth)
        assert own["annual_return"] == pytest.approx(growth ** (250 / len(returns)) - 1)
        assert own["volatility"] == pytest.approx(returns.std(ddof=1) * np.sqrt(250))
        assert own["sharpe"] == pytest.approx(returns.mean() / returns.std(ddof=1) * np.sqrt(250))


def test_the_tranche_rows_are_a_direct_computation(scores, panel):
    table = tabulated({"ridge": scores}, panel).set_index("leg")
    first = panel.indexes["date"].get_loc(scores.index[0])
    span = slice(first, first + len(scores) + HORIZON + 1)
    opened, close, traded = (panel[name].to_pandas()[span] for name in ("open", "close", "traded"))
    wide = scores.astype(float).reindex(index=close.index, columns=close.columns)
    returns, _, _ = tranches(wide, opened, close, traded, k=3, horizon=HORIZON)
    settled = returns.iloc[HORIZON:]
    for leg in ("top", "bottom", "long_short"):
        own = table.loc[leg]
        assert own["days"] == len(settled) > 100
        assert own["final_value"] == pytest.approx(np.prod(1 + settled[leg]))
        assert own["sharpe"] == pytest.approx(
            settled[leg].mean() / settled[leg].std() * np.sqrt(250)
        )


def test_days_after_the_last_score_are_held_and_not_naive(scores, panel):
    early = scores.iloc[:60]
    table = tabulated({"ridge": early}, panel).set_index("leg")
    assert table.loc["naive_top", "days"] == 60
    assert table.loc["top", "days"] == 60 + HORIZON + 1 - HORIZON


def test_every_model_has_both_accountings(scores, panel):
    table = tabulated({"a": scores, "b": -scores}, panel)
    assert tuple(table.columns) == COLUMNS
    legs = ["naive_top", "naive_bottom", "naive_long_short", "top", "bottom", "long_short"]
    assert table.groupby("model")["leg"].agg(list).to_dict() == {"a": legs, "b": legs}
    by_model = table.set_index(["model", "leg"])["final_value"]
    assert by_model["a", "top"] == pytest.approx(by_model["b", "bottom"])


def test_a_job_that_is_not_there_is_an_error(stored, job, tmp_path):
    table, labels = FeatureTable.open(stored.table), Labels.open(stored.labels)
    with pytest.raises(ConfigurationError, match="holds no finished job"):
        score_with_training(tmp_path, job.fold, table, labels)


def test_a_job_of_another_fold_is_an_error(stored, job):
    table, labels = FeatureTable.open(stored.table), Labels.open(stored.labels)
    with pytest.raises(ConfigurationError, match="not of fold 2020-06"):
        score_with_training(job.folder, stored.folds[0], table, labels, features=SEEN)
