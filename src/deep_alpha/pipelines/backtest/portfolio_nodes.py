"""Nodes that hold signals as portfolios: layers, long-only accounts, an enhanced index."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping

import pandas as pd
import xarray as xr

from deep_alpha.backtest.benchmark import Benchmark, benchmark_weights
from deep_alpha.backtest.cost_cases import COST_CASES, CostCase
from deep_alpha.backtest.enhanced_account import enhanced_tables, run_enhanced_account
from deep_alpha.backtest.exchange import ExchangeRules
from deep_alpha.backtest.held_account import AccountMarket
from deep_alpha.backtest.layer_result import UNIVERSE
from deep_alpha.backtest.layers import panel_layer_test
from deep_alpha.backtest.long_only_account import (
    LONG_ONLY_TABLES,
    long_only_tables,
    run_long_only,
)
from deep_alpha.backtest.settings import PortfolioSettings
from deep_alpha.errors import ConfigurationError
from deep_alpha.evaluation.null_score import NULL, random_scores
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.evaluation.signal_tables import join_tables
from deep_alpha.pipelines.gathering import SIGNALS
from deep_alpha.risk.model import RiskModel
from deep_alpha.risk.returns import daily_risk_free
from deep_alpha.risk.settings import RiskSettings
from deep_alpha.training.plan import RunPlan

_log = logging.getLogger(__name__)

Scores = dict[str, pd.DataFrame]
Tables = Mapping[str, Callable[[], pd.DataFrame]]


def hold_layers(
    scores: Scores,
    panel: xr.Dataset,
    evaluation: EvaluationSettings,
    portfolios: PortfolioSettings,
    rules: ExchangeRules,
    run_plan: RunPlan,
    headline_model: str,
) -> dict[str, pd.DataFrame]:
    """Sort names into layers by each signal, and hold them under each case of costs.

    Beside the signals stands a random score on the names of the headline model, or of the
    first signal where that has none: what sorting and costs do alone.
    """
    cases = _cost_cases(portfolios)
    layers, monotonicity, curves = [], [], []
    like = scores.get(headline_model, next(iter(scores.values())))
    for name, frame in {**scores, NULL: random_scores(like, evaluation.null_seed)}.items():
        test = panel_layer_test(
            frame,
            panel,
            delisting_days=rules.delisting_days,
            layers=evaluation.quantiles,
            horizon=run_plan.horizon,
            price=portfolios.price,
        )
        for case in cases:
            summary = test.summary(case, evaluation.annual_days).reset_index()
            layers.append(summary.assign(signal=name, cost=case.name))
            monotonicity.append(
                {"signal": name, "cost": case.name, "value": test.monotonicity(case)}
            )
        nav = test.nav(cases[0])
        relative = nav.drop(columns=UNIVERSE).div(nav[UNIVERSE], axis=0)
        long = relative.rename_axis("date").reset_index().melt("date", var_name="layer")
        curves.append(long.assign(signal=name))
    return {
        "layers": pd.concat(layers, ignore_index=True),
        "monotonicity": pd.DataFrame(monotonicity),
        "layer_curves": pd.concat(curves, ignore_index=True),
    }


def weigh_benchmark(
    panel: xr.Dataset, market_tables: Tables, portfolios: PortfolioSettings
) -> Benchmark:
    """The benchmark's weights, or those of what stands in for it."""
    names = ("index_weights", "index_members")
    tables = {name: market_tables[name]() for name in names if name in market_tables}
    return benchmark_weights(panel, tables, portfolios.benchmark)


def open_account_market(
    panel: xr.Dataset,
    market_tables: Tables,
    benchmark: Benchmark,
    exposures: xr.Dataset,
    returns: xr.Dataset,
    rules: ExchangeRules,
    portfolios: PortfolioSettings,
    risk: RiskSettings,
) -> AccountMarket:
    """What every account is traded in and measured with."""
    dates = pd.DatetimeIndex(panel["date"].to_numpy())
    table = market_tables["risk_free"]() if "risk_free" in market_tables else None
    free = pd.Series(daily_risk_free(table, panel["date"].to_numpy(), risk.annual_days), dates)
    model = RiskModel(exposures, returns)
    return AccountMarket.of(panel, portfolios.price, rules, benchmark, model, free)


def hold_long_only(
    scores: Scores,
    market: AccountMarket,
    portfolios: PortfolioSettings,
    evaluation: EvaluationSettings,
    run_plan: RunPlan,
    headline_model: str,
) -> dict[str, pd.DataFrame]:
    """Hold each long-only portfolio of the headline model and of whoever else is asked for.

    Raises:
        ConfigurationError: There is no such signal.
    """
    parts = []
    for name, frame in _to_hold(scores, portfolios, headline_model):
        for portfolio, chosen in portfolios.long_only.items():
            account = run_long_only(frame, market, chosen, portfolios.simulator, run_plan.horizon)
            tables = long_only_tables(account, evaluation.annual_days)
            parts.append(
                {key: part.assign(signal=name, portfolio=portfolio) for key, part in tables.items()}
            )
    if not parts:
        return {key: pd.DataFrame(columns=["signal", "portfolio"]) for key in LONG_ONLY_TABLES}
    return join_tables(parts)


def enhance_index(
    scores: Scores,
    panel: xr.Dataset,
    market: AccountMarket,
    portfolios: PortfolioSettings,
    evaluation: EvaluationSettings,
    run_plan: RunPlan,
    headline_model: str,
) -> dict[str, pd.DataFrame]:
    """Enhance the index with the headline model and whoever else is asked for.

    Raises:
        ConfigurationError: There is no such signal.
    """
    parts = []
    for name, frame in _to_hold(scores, portfolios, headline_model):
        account = run_enhanced_account(frame, panel, market, portfolios, run_plan.horizon)
        tables = enhanced_tables(account, evaluation.annual_days)
        parts.append({key: part.assign(signal=name) for key, part in tables.items()})
    benchmark = market.benchmark
    facts = [("what it is", benchmark.description)]
    facts += [(name.replace("_", " "), str(count)) for name, count in benchmark.counts.items()]
    return {**join_tables(parts), "benchmark": pd.DataFrame(facts, columns=["fact", "value"])}


def _to_hold(
    scores: Scores, portfolios: PortfolioSettings, headline_model: str
) -> Iterator[tuple[str, pd.DataFrame]]:
    """The signals that accounts are run for, the headline model first."""
    for name in dict.fromkeys((headline_model, *portfolios.enhance)):
        if name not in scores and name in SIGNALS:
            _log.info("no account of %s: it is not fitted here", name)
            continue
        if name not in scores:
            raise ConfigurationError(
                f"portfolios.enhance: there is no signal {name}; there are {', '.join(scores)}"
            )
        yield name, scores[name]


def _cost_cases(portfolios: PortfolioSettings) -> list[CostCase]:
    unknown = [name for name in portfolios.costs if name not in COST_CASES]
    if unknown:
        raise ConfigurationError(
            f"portfolios.costs: '{unknown[0]}' is not known; choose of {', '.join(COST_CASES)}"
        )
    return [COST_CASES[name] for name in portfolios.costs]
