"""Nodes that fill the tables of paper 000's own questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import xarray as xr

from deep_alpha.backtest.benchmark import Benchmark
from deep_alpha.backtest.benchmark_returns import benchmark_returns
from deep_alpha.evaluation.beyond import Configuration, beyond_table
from deep_alpha.evaluation.crash import crash_table
from deep_alpha.evaluation.scenario_summary import scenario_summary, scenario_years
from deep_alpha.evaluation.support_vectors import support_vector_table
from deep_alpha.factors import factor_set
from deep_alpha.factors.extended_catalogue import EXTENDED_NAMES
from deep_alpha.factors.features import FactorSettings
from deep_alpha.factors.scenarios import SCENARIOS
from deep_alpha.imports import load_object
from deep_alpha.pipelines.behaviour.models import BEYOND, PAPER, SOURCES
from deep_alpha.pipelines.behaviour.paper_settings import PaperTableSettings
from deep_alpha.reporting.prose.conformance import conformance_table
from deep_alpha.reporting.prose.conformance_findings import Findings
from deep_alpha.reporting.records import Metrics
from deep_alpha.training.plan import ModelSpec, RunPlan

Tables = Mapping[str, Callable[[], pd.DataFrame]]

SUPPORT_VECTORS = ("svr", "svr_subsample", "svr_raw")

_LOSSES = {"dual": "MSE and cross-entropy", "mse": "MSE", "ic": "IC"}
_VARIANTS = {"outcome": "label"}


def find_crashes(
    panel: xr.Dataset,
    benchmark: Benchmark,
    daily_ic: pd.DataFrame,
    daily_portfolios: pd.DataFrame,
    run_plan: RunPlan,
    settings: PaperTableSettings,
) -> pd.DataFrame:
    """What signals did in the worst months of the benchmark within the tests.

    The benchmark is the market's index where there is one, else the universe weighted by
    float cap; column ``market`` says which.
    """
    return crash_table(
        benchmark_returns(benchmark, panel),
        daily_ic,
        daily_portfolios,
        run_plan.horizon,
        settings.crash,
        benchmark.description,
    )


def tabulate_paper(
    run_plan: RunPlan,
    architectures: pd.DataFrame,
    shap: pd.DataFrame,
    shap_groups: pd.DataFrame,
    sensitivity: pd.DataFrame,
    crash: pd.DataFrame,
    with_training: pd.DataFrame,
    scenario_tables: Tables,
    scoreboard_tables: Tables,
    job_records: list[dict[str, Any]],
    metrics: list[dict[str, Any]],
    models: dict[str, Any],
    factors: FactorSettings,
    headline_model: str,
) -> dict[str, pd.DataFrame]:
    """All tables of the paper's page, by the names of ``BehaviourTables``."""
    board = scoreboard_tables["board"]()
    support_vectors = support_vector_table(job_records, SUPPORT_VECTORS, run_plan.horizon)
    findings = Findings(
        metrics=Metrics(metrics, run_plan.horizon),
        headline=headline_model,
        paper=tuple(PAPER),
        board=board.set_index("signal"),
        sensitivity=sensitivity,
        with_training=with_training,
        support_vectors=support_vectors,
        shap=shap,
    )
    configurations = {
        name: words
        for name, words in _configurations(models, factors).items()
        if not findings.metrics.degenerate(name)
    }
    summary = scenario_summary(scenario_tables["results"]())
    events = scenario_tables["events_by_year"]()
    return {
        "architectures": architectures,
        "shap": shap,
        "shap_groups": shap_groups,
        "sensitivity": sensitivity,
        "crash": crash,
        "with_training": with_training,
        "support_vectors": support_vectors,
        "scenarios": summary.assign(variant=summary["variant"].replace(_VARIANTS)),
        "scenario_years": scenario_years(events, tuple(SCENARIOS)),
        "conformance": conformance_table(findings),
        "beyond": beyond_table(board, configurations),
    }


def _configurations(models: dict[str, Any], factors: FactorSettings) -> dict[str, Configuration]:
    """The paper's models and those beyond it, in words."""
    paper, own = len(factor_set(factors.set)), len(EXTENDED_NAMES)
    words = {}
    for name in (*PAPER, *BEYOND):
        spec, source = ModelSpec.model_validate(models[name]), SOURCES[name]
        settings = _settings(spec)
        extended = source.table == "extended_features" and spec.features == "all"
        words[name] = Configuration(
            inputs=f"{paper} factors" + (f", {own} columns of our own" if extended else ""),
            target=_target(settings, residual=source.labels == "residual_labels"),
            loss=_LOSSES.get(str(settings.get("loss")), "ε-insensitive"),
        )
    return words


def _settings(spec: ModelSpec) -> dict[str, Any]:
    """A model's settings with the defaults of its class."""
    schema = getattr(load_object(spec.model_class), "config_type", None)
    if schema is None:
        return spec.config
    settings: dict[str, Any] = schema.model_validate(spec.config).model_dump()
    return settings


def _target(settings: dict[str, Any], *, residual: bool) -> str:
    what = "residual return" if residual else "return"
    if settings.get("target") == "rank":
        return f"rank of the {what}"
    return f"{what} ÷ train sd" if settings.get("y_scale") == "train_std" else what
