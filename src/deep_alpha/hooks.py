"""Kedro hooks: guard the data root, time the stages, print the results."""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path
from typing import Any

from kedro.framework.hooks import hook_impl
from kedro.framework.project import pipelines
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

from deep_alpha.errors import ConfigurationError, DeepAlphaError, MarketDataError
from deep_alpha.folds import OVERLAY
from deep_alpha.training.plan import Profile

_log = logging.getLogger(__name__)


class DataRootHook:
    """Stops a run that names another market than the one its data root holds.

    Ingest compares the bars themselves; this hook covers the pipelines that start from
    what is stored.
    """

    @hook_impl
    def before_pipeline_run(self, pipeline: Pipeline, catalog: DataCatalog) -> None:
        """Compare the market parameter with the record of the data root."""
        if any(node.name == "recognise_market" for node in pipeline.nodes):
            return
        record = catalog.get("market_record")
        asked = catalog.load("params:market") if "params:market" in catalog else ""
        if record is None or not asked or not record.exists():
            return
        stored = record.load()
        if Path(asked).resolve() != Path(stored.source).resolve():
            raise MarketDataError(
                f"this data root holds the market '{stored.source}', not '{asked}': run the "
                "whole pipeline for another market, with DEEP_ALPHA_DATA=<another folder>"
            )


class FoldsHook:
    """Stops a run whose profile tests on other dates than what its data root holds.

    Signals, tables and pages have one place in a data root: those of development folds
    would replace those of the test.
    """

    @hook_impl
    def before_pipeline_run(self, pipeline: Pipeline, catalog: DataCatalog) -> None:
        """Compare what the profile says of the folds with what the stored ones say."""
        folds = catalog.get("folds")
        if folds is None or "run_plan" not in pipeline.all_outputs() or not folds.exists():
            return
        name = catalog.load("params:profile")
        content = catalog.load("params:profiles").get(name)
        if content is None:
            return
        asked = Profile.model_validate(content).fold_overlay
        for manifest in folds.load().values():
            stored = manifest.get(OVERLAY, {})
            if stored != asked:
                raise ConfigurationError(
                    f"profile={name} {_folds_in_words(asked)}, but this data root holds results "
                    f"of one that {_folds_in_words(stored)}: give the profile a data root of its "
                    "own, with DEEP_ALPHA_DATA=<another folder>"
                )


def _folds_in_words(overlay: dict[str, Any]) -> str:
    """What a profile says of the folds, as the command line would."""
    if not overlay:
        return "takes the market's folds"
    return "sets " + ", ".join(f"folds.{key}={value}" for key, value in overlay.items())


class KnownParametersHook:
    """Refuses a parameter of the command line that no pipeline reads: a misspelt one."""

    @hook_impl
    def before_pipeline_run(self, run_params: dict[str, Any]) -> None:
        """Compare the run's parameters with those that nodes name as inputs."""
        known = {
            entry.removeprefix("params:").partition(".")[0]
            for pipeline in pipelines.values()
            for entry in pipeline.inputs()
            if entry.startswith("params:")
        }
        for name in run_params.get("runtime_params") or {}:
            if name not in known:
                raise ConfigurationError(
                    f"--params={name}=… is not a parameter of this project; "
                    f"the parameters are {', '.join(sorted(known))}"
                )


class StageTimesHook:
    """Logs each node's time, and keeps the times for the report."""

    def __init__(self) -> None:
        self._started: dict[str, float] = {}

    @hook_impl
    def before_pipeline_run(self, catalog: DataCatalog) -> None:
        """The report reads the times: there must be a file before the first node."""
        dataset = catalog.get("stage_times")
        if dataset is not None and not dataset.exists():
            dataset.save({})

    @hook_impl
    def before_node_run(self, node: Node) -> None:
        """Start the clock."""
        self._started[node.name] = time.perf_counter()

    @hook_impl
    def after_node_run(self, node: Node, catalog: DataCatalog) -> None:
        """Stop it; add the time to those of earlier runs."""
        seconds = time.perf_counter() - self._started.pop(node.name)
        _log.info("%-28s %7.1f s", node.name, seconds)
        dataset = catalog.get("stage_times")
        if dataset is not None:
            dataset.save({**dataset.load(), node.name: round(seconds, 2)})


class BriefErrorHook:
    """Shows a user's mistake as its message, without Kedro's hundred lines of traceback.

    Only what would reach the top of the program is shortened: a notebook or a test
    still sees the exception, and a defect of ours keeps its traceback.
    """

    @hook_impl
    def on_pipeline_error(self, error: Exception) -> None:
        """Remember the message when the error, or what caused it, is one of ours."""
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, DeepAlphaError):
            cause = cause.__cause__ or cause.__context__
        if isinstance(cause, DeepAlphaError):
            message = f"\n{type(cause).__name__}: {cause}"
            sys.excepthook = lambda *_: print(message, file=sys.stderr)  # noqa: T201


class ResultsHook:
    """Ends a run with the table of results and where the report is."""

    @hook_impl
    def after_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog
    ) -> None:
        """Print what the report shows, once it has been written."""
        if "report_page" not in pipeline.all_outputs():
            return
        print(f"\n{catalog.load('results_table')}")  # noqa: T201
        print(f"\nReport: {catalog.load('params:storage.report')}/index.html")  # noqa: T201
        if not run_params.get("env"):
            print(  # noqa: T201
                "Your own market: kedro run --env=ashare|us --params=market=FOLDER"
                "   (docs/your-own-data.md)"
            )
