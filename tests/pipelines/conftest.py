"""Run the project's pipelines in this process, each in a data root of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

PROJECT = Path(__file__).parents[2]
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def data_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def run(data_root: Path) -> Iterator[Run]:
    """``run(*pipelines, **parameters)`` is ``kedro run --env=ci --pipelines=… --params=…``.

    ``until`` stops after those nodes, as ``--to-nodes`` does.
    """
    yield from runner(data_root)


def nested(parameters: dict[str, Any]) -> dict[str, Any]:
    """``{"folds.live": x}`` as ``{"folds": {"live": x}}``, as the command line does it."""
    result: dict[str, Any] = {}
    for key, value in parameters.items():
        *path, last = key.split(".")
        level = result
        for name in path:
            level = level.setdefault(name, {})
        level[last] = value
    return result


def runner(root: Path) -> Iterator[Run]:
    bootstrap_project(PROJECT)
    patch = pytest.MonkeyPatch()
    patch.setenv("DEEP_ALPHA_DATA", str(root))
    patch.chdir(PROJECT)

    def go(
        *pipelines: str,
        env: str = "ci",
        versions: Any = None,
        until: tuple[str, ...] = (),
        **parameters: Any,
    ) -> Any:
        with KedroSession.create(PROJECT, env=env, runtime_params=nested(parameters)) as session:
            return session.run(
                pipeline_names=list(pipelines) or ["__default__"],
                load_versions=versions,
                to_nodes=until or None,
            )

    yield go
    patch.undo()
