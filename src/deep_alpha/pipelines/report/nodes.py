"""Nodes of the report pipeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha import __version__
from deep_alpha.evaluation.fit_records import training_history
from deep_alpha.evaluation.records import lookup
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.factors.features import FactorSettings
from deep_alpha.feature_table import FeatureTable
from deep_alpha.market.identity import MarketRecord
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.panel import proxies_of
from deep_alpha.pipelines.behaviour.models import BEYOND
from deep_alpha.pipelines.gathering import KINDS
from deep_alpha.reporting import (
    BehaviourInputs,
    BehaviourTables,
    MarketCard,
    ModelResult,
    ReportInputs,
    console_table,
    write_behaviour_page,
    write_report,
)
from deep_alpha.reporting.names import PAGES
from deep_alpha.signals import Signal, wide_frame
from deep_alpha.targets import TargetSettings, forward_return
from deep_alpha.training.plan import RunPlan

_SAMPLE = 20_000
_PACKAGES = ("numpy", "pandas", "numba", "torch", "scikit-learn", "xgboost-cpu", "kedro")


def merge_metrics(*parts: Mapping[str, Callable[[], list[dict[str, Any]]]]) -> list[dict[str, Any]]:
    """All pipelines' metric records in one list."""
    return [record for part in parts for table in sorted(part) for record in part[table]()]


def copy_metrics(metrics: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same records, for the versioned copy."""
    return metrics


def collect_results(
    run_plan: RunPlan,
    panel: xr.Dataset,
    market_record: MarketRecord,
    features: FeatureTable,
    findings: list[dict[str, Any]],
    folds: dict[str, Any],
    factor_summary: pd.DataFrame,
    metrics: list[dict[str, Any]],
    daily_ic: pd.DataFrame,
    portfolios: pd.DataFrame,
    signals: dict[str, Signal],
    records: list[dict[str, Any]],
    alphanet_records: list[dict[str, Any]],
    ledger: pd.DataFrame,
    ranking: pd.DataFrame,
    stage_times: dict[str, float],
    universe: UniversePolicy,
    factors: FactorSettings,
    target: dict[str, Any],
    evaluation: EvaluationSettings,
) -> ReportInputs:
    """Everything that the pages of results show, from what the other pipelines left."""
    horizon = run_plan.horizon
    settings = TargetSettings(horizon=horizon, **target)
    returns = wide_frame(forward_return(panel, settings))
    history = training_history([*records, *alphanet_records], horizon)
    models = [
        _model_result(
            name, signal, returns, daily_ic, portfolios, history, horizon, evaluation.top_k
        )
        for name, signal in signals.items()
        if len(signal.scores)
    ]
    models.sort(
        key=lambda model: (
            lookup(metrics, "ic", model.name, "rank_ic", basis="all", horizon=horizon) or -1.0
        ),
        reverse=True,
    )
    return ReportInputs(
        title="Deep Alpha",
        generated=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, version {__version__}",
        horizon=horizon,
        entry=target["entry"],
        top_k=evaluation.top_k,
        seeds=run_plan.profile.seeds,
        profile=run_plan.profile_name,
        one_seed=run_plan.profile.one_seed,
        market=_market_card(panel, market_record, features, findings, universe),
        folds=folds[f"h{horizon}"],
        factors=factor_summary,
        models=models,
        metrics=metrics,
        ranking=ranking.drop(columns="date"),
        ranking_date=ranking["date"].iloc[0] if len(ranking) else None,
        ledger=ledger[ledger["digest"] == market_record.digest] if len(ledger) else ledger,
        stages=stage_times,
        watermark=run_plan.watermark,
        switches={"factor set": factors.set, "winsorising": factors.winsor},
        versions={package: version(package) for package in _PACKAGES},
        pages=PAGES,
    )


def draw_report(results: ReportInputs, folder: str) -> tuple[str, str]:
    """Draw the page of results; return its HTML and the console's table."""
    page = write_report(results, Path(folder)).read_text(encoding="utf-8")
    return page, console_table(results)


def draw_behaviour(
    results: ReportInputs,
    tables: Mapping[str, Callable[[], pd.DataFrame]],
    folder: str,
) -> str:
    """Draw the page of paper 000 and return its HTML."""
    read = BehaviourTables(**{name: tables[name]() for name in BehaviourTables.names()})
    inputs = BehaviourInputs(results, read, tuple(BEYOND))
    return write_behaviour_page(inputs, Path(folder)).read_text(encoding="utf-8")


def _market_card(
    panel: xr.Dataset,
    record: MarketRecord,
    features: FeatureTable,
    findings: list[dict[str, Any]],
    universe: UniversePolicy,
) -> MarketCard:
    dates = pd.DatetimeIndex(panel["date"].to_numpy())
    names = pd.DataFrame(
        {
            "traded": panel["traded"].to_numpy().sum(axis=1),
            "eligible": eligible(panel, universe).to_numpy().sum(axis=1),
            "scored": np.diff(features.offsets),
        },
        index=dates,
    )
    return MarketCard(
        name=Path(record.source).name,
        source=record.source,
        digest=record.digest,
        first=dates[0],
        last=dates[-1],
        assets=panel.sizes["asset"],
        bars=int(panel["close"].notnull().sum()),
        names_per_day=names,
        universe=universe.describe(),
        proxies=proxies_of(panel),
        findings=findings,
    )


def _model_result(
    name: str,
    signal: Signal,
    returns: pd.DataFrame,
    daily_ic: pd.DataFrame,
    portfolios: pd.DataFrame,
    history: pd.DataFrame,
    horizon: int,
    top_k: int,
) -> ModelResult:
    chosen = daily_ic[(daily_ic["model"] == name) & (daily_ic["horizon"] == horizon)]
    daily = chosen.set_index("date")
    held = portfolios[portfolios["model"] == name].set_index("date").drop(columns="model")
    return ModelResult(
        name=name,
        kind=KINDS.get(name, "model"),
        rank_ic=daily["rank_ic"],
        pearson_ic=daily["pearson_ic"],
        portfolios=held,
        scores=_score_sample(signal, returns),
        history=history[history["model"] == name] if len(history) else history,
    )


def _score_sample(signal: Signal, returns: pd.DataFrame) -> pd.DataFrame:
    """A seeded sample of test rows with their forward returns."""
    tested = signal.scores[signal.scores["fold"] != "live"]
    row = returns.index.get_indexer(pd.DatetimeIndex(tested["date"]))
    column = returns.columns.get_indexer(pd.Index(tested["asset"]))
    pairs = pd.DataFrame(
        {
            "score": tested["score"].to_numpy(),
            "forward_return": returns.to_numpy()[row, column],
        }
    ).dropna()
    return pairs.sample(min(_SAMPLE, len(pairs)), random_state=0)
