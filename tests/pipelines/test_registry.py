"""Every pipeline can be asked for by name and finds its inputs."""

from __future__ import annotations

import pytest
from kedro.framework.project import pipelines
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

from deep_alpha.pipelines.gathering import MODELS
from tests.pipelines.conftest import PROJECT

NAMES = (
    "__default__",
    "ablation",
    "alphanet",
    "alphanet_fits",
    "backtest",
    "behaviour",
    "behaviour_fits",
    "export",
    "factors",
    "ingest",
    "report",
    "risk",
    "scenarios",
    "score",
    "sensitivity",
    "simulate",
)


@pytest.fixture(scope="module")
def catalogs():
    bootstrap_project(PROJECT)
    found = {}
    for env in ("base", "ashare", "us", "ci"):
        with KedroSession.create(PROJECT, env=env) as session:
            found[env] = session.load_context().catalog
    return found


def test_the_pipelines_of_the_documentation_exist() -> None:
    bootstrap_project(PROJECT)
    assert set(pipelines) == set(NAMES)


@pytest.mark.parametrize("env", ["base", "ashare", "us", "ci"])
@pytest.mark.parametrize("name", NAMES)
def test_free_inputs_are_in_the_catalog(catalogs, name: str, env: str) -> None:
    catalog = catalogs[env]
    missing = {entry for entry in pipelines[name].inputs() if entry not in catalog}
    assert not missing


def test_the_default_pipeline_joins_the_parts() -> None:
    bootstrap_project(PROJECT)
    whole = {node.name for node in pipelines["__default__"].nodes}
    for part in ("ingest", "factors", "risk", "behaviour", "score", "report"):
        assert {node.name for node in pipelines[part].nodes} <= whole


def test_each_market_has_a_data_root_of_its_own(catalogs) -> None:
    roots = {env: catalog["panel"]._describe()["filepath"] for env, catalog in catalogs.items()}
    assert len(set(roots.values())) == len(roots)


def test_a_model_is_one_node_under_its_namespace() -> None:
    bootstrap_project(PROJECT)
    fits = [
        node
        for part in ("behaviour_fits", "alphanet_fits")
        for node in pipelines[part].nodes
        if node.namespace and "fit" in node.name
    ]
    assert {node.namespace for node in fits} == set(MODELS)
