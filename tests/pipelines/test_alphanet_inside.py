"""The node that looks into stored AlphaNets, called without Kedro."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from deep_alpha.errors import ConfigurationError
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import FoldSettings, make_folds, manifest
from deep_alpha.labels import Labels
from deep_alpha.market.universe import UniversePolicy
from deep_alpha.pipelines.alphanet.models import PAPER
from deep_alpha.pipelines.alphanet.pipeline import create_pipeline
from deep_alpha.pipelines.alphanet.stored_fits import look_into_alphanets
from deep_alpha.reporting.alphanet_inputs import AlphaNetTables
from deep_alpha.targets import TargetSettings
from deep_alpha.training.plan import ModelSpec, Reduction
from deep_alpha.training.walk_forward import walk_forward
from tests.models.alphanet.images import REACH, market
from tests.training.small_walk import plan

MEMBERS = "deep_alpha.models.alphanet.members"
BRANCHES = [{"window": window, "steps": 6, "stride": 1} for window in (10, 5)]
V4 = {
    "branches": BRANCHES,
    "features": {"spearman": 0.3, "batches": 1},
    "names_per_day": 10,
    "network": {"attention_size": 8},
}
MODELS = {
    f"alphanet_v{number}": {
        "model_class": f"{MEMBERS}.AlphaNetV{number}Model",
        "features": "all",
        "lookback": 42,
        "max_gap": 0,
        "train_every": 4,
        "config": {"max_epochs": 1, **(V4 if number == 4 else {})},
    }
    for number in (1, 2, 3, 4)
}
RESIDUAL = TargetSettings(horizon=REACH, kind="residual")
INSIDE = AlphaNetTables.names()[: AlphaNetTables.names().index("styles") + 1]


def columns_of(name: str) -> set[str]:
    """The column names that the contract's line of a table lists."""
    doc = AlphaNetTables.__doc__.split("Args:")[1]
    line = re.search(rf"^ +{name}: (.*?)(?=^ {{8}}\w)", doc, re.MULTILINE | re.DOTALL).group(1)
    listed = re.sub(r"\([^()]*\)", "", line).partition(":")[2].partition(";")[0]
    return set(re.findall(r"[a-z_0-9]+", listed.split(".")[0]))


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """V3 and V4 as they were fitted; V1 and V2 never were."""
    folder = tmp_path_factory.mktemp("market")
    panel, images, labels = market()
    images.save(folder / "images")
    labels.save(folder / "labels")
    images, labels = FeatureTable.open(folder / "images"), Labels.open(folder / "labels")
    settings = FoldSettings(test_start="2019-11-01", step_months=1, test_end="2019-12-31")
    folds = make_folds(images.dates, REACH, settings, images.first_day)
    assert [fold.name for fold in folds] == ["2019-11", "2019-12", "live"]
    walks = {
        name: walk_forward(
            name,
            ModelSpec.model_validate(MODELS[name]),
            plan(seeds=seeds),
            (),
            {REACH: folds},
            folder / "images",
            {REACH: folder / "labels"},
            folder / "jobs",
            {},
        )
        for name, seeds in (("alphanet_v3", (0,)), ("alphanet_v4", (0, 1)))
    }
    return SimpleNamespace(
        panel=panel,
        images=images,
        labels={REACH: labels},
        residuals={REACH: replace(labels, target=RESIDUAL)},
        folds=folds,
        jobs=str(folder / "jobs"),
        records=[record for walk in walks.values() for record in walk.records],
        signals={name: walk.signals[REACH] for name, walk in walks.items()},
    )


@pytest.fixture(scope="module")
def exposures(stored):
    dates, assets = stored.panel["date"].to_numpy(), stored.panel["asset"].to_numpy()
    values = np.random.default_rng(2).normal(size=(len(dates), 2, len(assets)))
    return xr.Dataset(
        {"exposure": (("date", "style", "asset"), values)},
        coords={"date": dates, "style": ["SIZE", "BETA"], "asset": assets},
    )


def look(stored, exposures, **changes):
    parts = SimpleNamespace(**{**vars(stored), **changes})
    return look_into_alphanets(
        plan(seeds=(0, 1), models={"alphanet_v4": Reduction(train_every=3)}),
        parts.panel,
        UniversePolicy(),
        parts.images,
        parts.labels,
        parts.residuals,
        {f"h{REACH}": manifest(parts.folds, parts.images.dates, REACH)},
        parts.records,
        MODELS,
        parts.jobs,
        exposures,
        *(parts.signals.get(name) for name in PAPER),
    )


@pytest.fixture(scope="module")
def tables(stored, exposures):
    return look(stored, exposures)


@pytest.fixture(scope="module")
def untouched(stored, exposures):
    """The tables of a market on which nothing was fitted."""
    return look(stored, exposures, records=[], signals={})


@pytest.mark.parametrize("name", INSIDE)
def test_every_table_has_the_columns_of_the_page_s_contract(tables, untouched, name):
    shown = {"configuration": {"setting"}, "feature_correlation": {"name"}}
    expected = shown.get(name) or columns_of(name)
    for found in (tables, untouched):
        assert set(found) == set(INSIDE)
        assert expected <= set(found[name].columns)
    assert len(expected) > 2 or name in shown
    assert len(tables[name])


def test_the_tables_are_stored_and_read_back(tables, tmp_path):
    for name, table in tables.items():
        table.to_parquet(tmp_path / f"{name}.parquet")
        again = pd.read_parquet(tmp_path / f"{name}.parquet")
        assert again.shape == table.shape


def test_only_fitted_models_have_rows(tables):
    for name in ("architectures", "kept", "branch_weights", "importance", "styles"):
        assert tables[name]["model"].unique().tolist() == ["alphanet_v3", "alphanet_v4"]
    assert tables["configuration"].columns.tolist() == ["setting", "alphanet_v3", "alphanet_v4"]
    for name in ("attention", "diagnostics"):
        assert set(tables[name]["model"]) == {"alphanet_v4"}


def test_a_market_without_fits_has_its_inputs(untouched):
    filled = {name for name, table in untouched.items() if len(table)}
    assert filled == {"inputs", "sample", "operators", "input_correlation"}


def test_every_fit_is_counted_and_closed_tests_are_diagnosed(tables):
    kept, found = tables["kept"], tables["diagnostics"]
    own = kept[kept["model"] == "alphanet_v4"]
    everyone = [(fold, seed) for fold in ("2019-11", "2019-12", "live") for seed in (0, 1)]
    assert list(zip(own["fold"], own["seed"], strict=True)) == everyone
    assert list(zip(found["fold"], found["seed"], strict=True)) == everyone[:4]
    assert own["jaccard"].iloc[0] == 1.0
    assert own["jaccard"].min() < 1.0


def test_the_newest_test_s_fits_are_shown(tables):
    features, kept = tables["features"], tables["kept"].set_index(["model", "fold", "seed"])
    assert features["kept"].sum() == kept.loc[("alphanet_v4", "2019-12", 0), "kept"]
    assert tables["operators"]["kept"].sum() == features["kept"].sum()
    for _, own in tables["importance"].groupby("model"):
        assert own[["weight", "gradient"]].sum().tolist() == pytest.approx([1.0, 1.0])
    shown = tables["configuration"].set_index("setting")
    assert shown.loc["seeds"].tolist() == ["0", "0, 1"]
    assert shown.loc["days"].str.partition(" of ")[0].tolist() == ["every 4th day", "every 3rd day"]
    assert shown.loc["target"].str.partition(" ")[0].tolist() == ["return", "sum"]
    assert tables["sample"]["date"].between("2019-12-01", "2019-12-31").all()


def test_scores_are_correlated_on_closed_tests(tables, stored):
    signal, panel = stored.signals["alphanet_v4"], stored.panel
    styles = tables["styles"].set_index(["model", "style"])
    assert styles.loc["alphanet_v4"].index.tolist() == ["SIZE", "BETA", "VOLATILITY"]
    assert "live" in set(signal.scores["fold"])
    closed = replace(signal, scores=signal.scores[signal.scores["fold"] != "live"])
    again = look(stored, made_up(panel), signals={"alphanet_v4": closed})["styles"]
    assert (again["style"] == "VOLATILITY").sum() == 1
    own = again.set_index("style").loc["VOLATILITY"]
    assert own["correlation"] == styles.loc[("alphanet_v4", "VOLATILITY"), "correlation"]


def made_up(panel: xr.Dataset) -> xr.Dataset:
    zeros = np.zeros((panel.sizes["date"], 1, panel.sizes["asset"]))
    return xr.Dataset(
        {"exposure": (("date", "style", "asset"), zeros)},
        coords={"date": panel["date"], "style": ["NONE"], "asset": panel["asset"]},
    )


def test_nothing_after_the_tests_matters(tables, stored, exposures):
    """Noise in all images after the newest closed test changes nothing; a second look agrees."""
    values = np.array(stored.images.values)
    after = stored.images.date_index > stored.folds[1].test.last
    values[after] = np.random.default_rng(0).normal(size=(int(after.sum()), values.shape[1]))
    found = look(stored, exposures, images=replace(stored.images, values=values))
    for name, table in found.items():
        pd.testing.assert_frame_equal(table, tables[name])


def test_a_run_of_live_folds_alone_is_refused(stored, exposures):
    with pytest.raises(ConfigurationError, match="every fold is live"):
        look(stored, exposures, folds=stored.folds[2:])


def test_the_node_is_wired_into_the_pipeline():
    node = next(node for node in create_pipeline().nodes if node.name == "look_into_alphanets")
    assert node.outputs == ["alphanet_inside"]
    assert node.inputs[-4:] == [f"{model}_signal" for model in PAPER]
