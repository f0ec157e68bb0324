"""The nodes that fill paper 000's own tables, called without Kedro."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml
from pydantic import ValidationError

from deep_alpha.backtest.benchmark import Benchmark
from deep_alpha.backtest.exchange import ExchangeRules
from deep_alpha.backtest.with_training import COLUMNS
from deep_alpha.errors import ConfigurationError
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.explain import ExplanationSettings
from deep_alpha.factors.features import FactorSettings
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import manifest
from deep_alpha.labels import Labels
from deep_alpha.pipelines.behaviour.models import BEYOND, PAPER
from deep_alpha.pipelines.behaviour.paper_settings import PaperTableSettings
from deep_alpha.pipelines.behaviour.stored_fits import (
    describe_networks,
    explain_models,
    replay_with_training,
)
from deep_alpha.pipelines.behaviour.tables import find_crashes, tabulate_paper
from deep_alpha.reporting.behaviour_inputs import BehaviourTables
from deep_alpha.training.plan import ModelSpec
from deep_alpha.training.walk_forward import walk_forward
from tests.backtest.random_walks import random_walks
from tests.training.small_walk import HORIZON, lay, plan

CONF = Path(__file__).parents[2] / "conf/base/parameters/behaviour.yml"
TINY = {"max_epochs": 1, "batch_size": 1024}
MLP = {"model_class": "deep_alpha.models.mlp.MLP", "config": {**TINY, "hidden": [4]}}
CNN = {"model_class": "deep_alpha.models.cnn.CNN", "config": {**TINY, "hidden": 4}}
RIDGE = {"model_class": "deep_alpha.models.ridge.RidgeModel", "seeded": False}
MODELS = {
    name: {"features": "all", **{"mlp": MLP, "cnn": CNN}.get(name.partition("_")[0], RIDGE)}
    for name in (*PAPER, *BEYOND)
}
SETTINGS = PaperTableSettings(
    with_training=("svr",),
    explained=("mlp_rank",),
    explanation=ExplanationSettings(background_rows=20, explained_rows=30),
)
FACTORS = FactorSettings()


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return lay(tmp_path_factory.mktemp("market"))


@pytest.fixture(scope="module")
def fitted(stored, tmp_path_factory):
    """Jobs' folder and records: every model on the newest closed fold, mlp_rank on all."""
    root, records = tmp_path_factory.mktemp("jobs"), []
    for name, content in MODELS.items():
        folds = stored.folds if name == "mlp_rank" else stored.folds[2:3]
        walk = walk_forward(
            name,
            ModelSpec.model_validate(content),
            plan(seeds=(0, 1) if name == "mlp_rank" else (0,)),
            (),
            {HORIZON: folds},
            stored.table,
            {HORIZON: stored.labels},
            root,
            {},
        )
        records += walk.records
    return SimpleNamespace(folder=str(root), records=records)


@pytest.fixture(scope="module")
def table(stored):
    return FeatureTable.open(stored.table)


@pytest.fixture(scope="module")
def labels(stored):
    return {HORIZON: Labels.open(stored.labels)}


@pytest.fixture(scope="module")
def folds(stored, labels):
    dates = stored.dates.to_numpy()
    return {f"h{HORIZON}": manifest(stored.folds, dates, labels[HORIZON].target.reach)}


@pytest.fixture(scope="module")
def panel(stored, table):
    return random_walks(stored.dates, table.assets.astype(str))


def explain(fitted, table, labels, folds, settings):
    return explain_models(plan(), table, labels, folds, fitted.records, settings, fitted.folder)


def replay(fitted, table, labels, folds, panel, settings=SETTINGS, models=MODELS):
    return replay_with_training(
        plan(),
        table,
        labels,
        folds,
        fitted.records,
        models,
        panel,
        EvaluationSettings(top_k=3),
        FACTORS,
        ExchangeRules(),
        settings,
        fitted.folder,
    )


def test_every_network_is_described_and_nothing_else(fitted, folds):
    layers = describe_networks(plan(), folds, fitted.records, MODELS, fitted.folder)
    named = layers["model"].unique().tolist()
    assert named == [name for name in MODELS if not name.startswith("svr")]
    own = layers[layers["model"] == "mlp_rank"]
    assert own["parameters"].sum() == (5 + 1) * 4 + (4 + 1) * 2
    assert tuple(own["shape_in"].iloc[0]) == (5,)


def test_scores_are_explained_by_factor_and_group(fitted, table, labels, folds):
    factors, groups = explain(fitted, table, labels, folds, SETTINGS)
    expected = [
        "model",
        "factor",
        "group",
        "mean",
        "mean_abs",
        "direction",
        "rows",
        "row",
        "column",
    ]
    assert factors.columns.tolist() == expected
    assert set(factors["factor"]) == set(table.names)
    assert (factors["rows"] == 30).all()
    assert groups.columns.tolist() == ["model", "group", "mean_abs", "share"]
    assert groups["mean_abs"].sum() == pytest.approx(factors["mean_abs"].sum())


def test_the_seeds_that_are_explained_are_a_setting(fitted, table, labels, folds):
    every = SETTINGS.model_copy(update={"explained_seeds": "profile"})
    first, mean = (
        explain(fitted, table, labels, folds, settings)[0].sort_values("factor")["mean"]
        for settings in (SETTINGS, every)
    )
    assert not np.allclose(first, mean)


def test_nothing_to_explain_is_an_empty_table(fitted, table, labels, folds):
    none = SETTINGS.model_copy(update={"explained": ()})
    factors, groups = explain(fitted, table, labels, folds, none)
    assert factors.empty
    assert "mean_abs" in factors.columns
    assert groups.empty


def test_only_the_paper_s_models_can_be_named(fitted, table, labels, folds, panel):
    with pytest.raises(ConfigurationError, match=r"paper_tables\.explained: 'gru32'"):
        explain(fitted, table, labels, folds, PaperTableSettings(explained=("gru32",)))
    with pytest.raises(ConfigurationError, match=r"paper_tables\.with_training: 'oracle'"):
        replay(fitted, table, labels, folds, panel, PaperTableSettings(with_training=("oracle",)))
    with pytest.raises(ValidationError):
        PaperTableSettings.model_validate({"with_trainig": []})


def test_the_sample_with_training_begins_with_training(fitted, stored, table, labels, folds, panel):
    found = replay(fitted, table, labels, folds, panel)
    assert set(found["model"]) == {"svr"}
    fold = stored.folds[2]
    days = fold.test.last - fold.train.first + 1
    naive = found[found["leg"] == "naive_top"].iloc[0]
    assert naive["days"] == days - HORIZON  # the calendar ends with the test


def test_without_models_the_columns_are_there(fitted, table, labels, folds, panel):
    none = SETTINGS.model_copy(update={"with_training": ()})
    found = replay(fitted, table, labels, folds, panel, none)
    assert found.empty
    assert tuple(found.columns) == COLUMNS


def test_a_model_that_was_not_fitted_is_an_error(fitted, table, labels, folds, panel):
    without = SimpleNamespace(folder=fitted.folder, records=[])
    with pytest.raises(ConfigurationError, match="there is no fit of svr"):
        replay(without, table, labels, folds, panel)


def test_the_benchmark_s_worst_month_is_found(panel):
    dates = pd.DatetimeIndex(panel["date"].to_numpy())
    assets = panel["asset"].to_numpy().astype(str)
    close = panel["close"].copy()
    march = dates.strftime("%Y-%m") == "2020-03"
    close[:] = np.exp(np.cumsum(np.where(march, -0.01, 0.002)))[:, None]
    falling = panel.assign(close=close)
    weights = pd.DataFrame(1 / len(assets), dates, assets)
    benchmark = Benchmark(weights, pd.DataFrame(index=dates), {}, "all, alike")
    ic = pd.DataFrame({"date": dates, "model": "a", "horizon": HORIZON, "rank_ic": 0.1})
    held = pd.DataFrame({"date": dates, "model": "a", "top": 0, "bottom": 0, "long_short": 0})
    settings = PaperTableSettings.model_validate({"crash": {"months": 1}})
    found = find_crashes(falling, benchmark, ic, held, plan(), settings).iloc[0]
    assert (found["month"], found["market"]) == ("2020-03", "all, alike")
    assert found["market_return"] == pytest.approx(np.exp(-0.01 * march.sum()) - 1)


@pytest.fixture(scope="module")
def tables(fitted):
    """All tables, of a run whose support vectors alone are real."""
    results = {"scenario": "divergence", "variant": "outcome", "task": "classification"}
    results |= {"fold": "2020-01", "status": "not enough events"}
    results |= {"train_rows": 10, "valid_rows": 2, "test_rows": 3}
    years = ["name", "year", "rows", "events", "share", "days", "hit_rate"]
    board = pd.DataFrame({"signal": [*PAPER, *BEYOND, "gru32"], "rank_ic": 0.05})
    fits = [
        {
            **record,
            "fit": {
                **record["fit"],
                "summary": {**dict.fromkeys(SUMMARY, 1), "degenerate": True},
            },
        }
        for record in fitted.records
    ]
    sensitivity = pd.DataFrame(columns=["axis", "variant", "rank_ic", "degenerate", "leaks"])
    shap = pd.DataFrame(columns=["model", "mean", "mean_abs"])
    return tabulate_paper(
        plan(),
        pd.DataFrame({"model": ["mlp_rank"]}),
        shap,
        pd.DataFrame(),
        sensitivity,
        pd.DataFrame(),
        pd.DataFrame(columns=["model", "leg", "annual_return"]),
        {
            "results": lambda: pd.DataFrame([results]),
            "events_by_year": lambda: pd.DataFrame(columns=years),
        },
        {"board": lambda: board.assign(tradable_ic=0.04)},
        fits,
        [{"table": "ic", "row": "svr_raw", "column": "degenerate", "value": 1.0}],
        yaml.safe_load(CONF.read_text())["models"],
        FACTORS,
        "mlp_rank",
    )


SUMMARY = ("rows", "solver", "gap", "support_share", "seconds")


def test_all_tables_of_the_page_are_there(tables):
    assert tuple(tables) == BehaviourTables.names()
    BehaviourTables(**tables)


def test_tables_can_be_stored(tables, tmp_path, fitted, folds):
    layers = describe_networks(plan(), folds, fitted.records, MODELS, fitted.folder)
    for name, found in {**tables, "architectures": layers}.items():
        found.to_parquet(tmp_path / f"{name}.parquet")
    again = pd.read_parquet(tmp_path / "architectures.parquet")
    assert tuple(again["shape_in"].iloc[0]) == (5,)


def test_all_support_vector_regressions_are_told(tables):
    found = tables["support_vectors"]["model"].tolist()
    assert found == ["svr", "svr_subsample", "svr_raw"]
    conformance = tables["conformance"].set_index("id")["difference"]
    assert conformance["000-M10"].startswith("1 of 1 fit of svr_raw")
    assert "0.050 from close to close, 0.040" in conformance["000-M7"]


def test_scenarios_say_label_as_the_page_does(tables):
    assert tables["scenarios"]["variant"].tolist() == ["label"]


def test_configurations_are_described_as_they_are_set(tables):
    words = tables["beyond"].set_index("model")[["inputs", "target", "loss"]]
    # A constant prediction has no row, whatever its few other days say.
    assert words.index.tolist() == [name for name in (*PAPER, *BEYOND) if name != "svr_raw"]
    expected = {
        "mlp_rank": ("40 factors", "rank of the return", "MSE and cross-entropy"),
        "mlp_literal": ("40 factors", "return", "MSE and cross-entropy"),
        "cnn": ("40 factors", "rank of the return", "MSE"),
        "svr": ("40 factors", "return ÷ train sd", "ε-insensitive"),
        "svr_subsample": ("40 factors", "return ÷ train sd", "ε-insensitive"),
        "mlp_extended_residual": (
            "40 factors, 36 columns of our own",
            "rank of the residual return",
            "IC",
        ),
    }
    for model, row in expected.items():
        assert tuple(words.loc[model]) == row
