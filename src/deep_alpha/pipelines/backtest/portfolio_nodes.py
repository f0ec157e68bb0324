"""Nodes that hold signals as portfolios: layers, and an enhanced index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import xarray as xr

from deep_alpha import __version__
from deep_alpha.backtest.benchmark import Benchmark, benchmark_weights
from deep_alpha.backtest.cost_cases import COST_CASES, CostCase
from deep_alpha.backtest.enhanced_account import (
    EnhancedAccount,
    account_figures,
    period_table,
    run_enhanced_account,
    unfilled_table,
)
from deep_alpha.backtest.exchange import ExchangeRules
from deep_alpha.backtest.layer_result import UNIVERSE
from deep_alpha.backtest.layers import panel_layer_test
from deep_alpha.backtest.settings import PortfolioSettings
from deep_alpha.errors import ConfigurationError
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.evaluation.signal_tables import join_tables
from deep_alpha.market.identity import MarketRecord
from deep_alpha.reporting import PortfolioInputs, write_portfolio_page
from deep_alpha.reporting.names import PAGES
from deep_alpha.risk.model import RiskModel
from deep_alpha.risk.returns import daily_risk_free
from deep_alpha.risk.settings import RiskSettings
from deep_alpha.training.plan import RunPlan

Scores = dict[str, pd.DataFrame]
Tables = Mapping[str, Callable[[], pd.DataFrame]]
_ENHANCED = "enhanced index"


def hold_layers(
    scores: Scores,
    panel: xr.Dataset,
    evaluation: EvaluationSettings,
    portfolios: PortfolioSettings,
    run_plan: RunPlan,
) -> dict[str, pd.DataFrame]:
    """Sort names into layers by each signal, and hold them under each case of costs."""
    cases = _cost_cases(portfolios)
    layers, monotonicity, curves = [], [], []
    for name, frame in scores.items():
        test = panel_layer_test(
            frame,
            panel,
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


def enhance_index(
    scores: Scores,
    panel: xr.Dataset,
    market_tables: Tables,
    benchmark: Benchmark,
    exposures: xr.Dataset,
    returns: xr.Dataset,
    rules: ExchangeRules,
    portfolios: PortfolioSettings,
    evaluation: EvaluationSettings,
    risk: RiskSettings,
    run_plan: RunPlan,
    headline_model: str,
) -> dict[str, pd.DataFrame]:
    """Enhance the index with the headline model and whoever else is asked for.

    Raises:
        ConfigurationError: There is no such signal.
    """
    model = RiskModel(exposures, returns)
    dates = pd.DatetimeIndex(panel["date"].to_numpy())
    table = market_tables["risk_free"]() if "risk_free" in market_tables else None
    free = pd.Series(daily_risk_free(table, panel["date"].to_numpy(), risk.annual_days), dates)
    parts = []
    for name in dict.fromkeys((headline_model, *portfolios.enhance)):
        if name not in scores:
            raise ConfigurationError(
                f"portfolios.enhance: there is no signal {name}; there are {', '.join(scores)}"
            )
        account = run_enhanced_account(
            scores[name], panel, benchmark, model, free, rules, portfolios, run_plan.horizon
        )
        tables = _account_tables(account, evaluation.annual_days)
        parts.append({key: part.assign(signal=name) for key, part in tables.items()})
    facts = [("what it is", benchmark.description)]
    facts += [(name.replace("_", " "), str(count)) for name, count in benchmark.counts.items()]
    return {**join_tables(parts), "benchmark": pd.DataFrame(facts, columns=["fact", "value"])}


def draw_portfolios(
    layer_tables: Tables,
    enhancement_tables: Tables,
    scoreboard_tables: Tables,
    market_record: MarketRecord,
    rules: ExchangeRules,
    portfolios: PortfolioSettings,
    evaluation: EvaluationSettings,
    run_plan: RunPlan,
    headline_model: str,
    folder: str,
) -> str:
    """Draw the portfolios' page and return its HTML."""
    layers = {name: table() for name, table in layer_tables.items()}
    held = {name: table() for name, table in enhancement_tables.items()}
    board = scoreboard_tables["board"]().set_index("signal")
    order = [headline_model, *board.index.drop(headline_model, errors="ignore")]
    days = pd.DatetimeIndex(layers["layer_curves"]["date"])
    legs = layers["layers"]
    inputs = PortfolioInputs(
        title="Deep Alpha: portfolios",
        generated=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, version {__version__}",
        market=Path(market_record.source).name,
        digest=market_record.digest,
        first=days.min(),
        last=days.max(),
        horizon=run_plan.horizon,
        annual_days=evaluation.annual_days,
        switches=_switches(portfolios),
        headline_cost=portfolios.costs[0],
        pages=PAGES,
        kinds={str(name): str(kind) for name, kind in board["kind"].items()},
        rules=_rules_in_words(rules),
        layers=_in_order(
            legs[legs["leg"] != UNIVERSE].assign(
                layer=lambda table: table["leg"],
                excess=lambda table: table["return_difference"],
                max_drawdown=lambda table: table["excess_drawdown"],
                unfilled=lambda table: table["unbought"] + table["unsold"],
            ),
            order,
        ),
        monotonicity=_in_order(layers["monotonicity"], order),
        layer_curves=_curves(layers["layer_curves"], order, "layer"),
        enhancement=held["enhancement"],
        enhancement_curves=_curves(held["enhancement_curves"], order, "part"),
        relaxations=held["relaxations"],
        benchmark=dict(held["benchmark"].itertuples(index=False, name=None)),
        holdings=held["holdings"].pivot(index="date", columns="signal", values="holdings"),
        attribution=held["attribution"],
        attribution_curves=_curves(held["attribution_curves"], order, "part"),
        style_parts=held["style_parts"],
        unfilled=held["unfilled"],
        simulator=held["simulator"],
    )
    return write_portfolio_page(inputs, Path(folder)).read_text(encoding="utf-8")


def _cost_cases(portfolios: PortfolioSettings) -> list[CostCase]:
    unknown = [name for name in portfolios.costs if name not in COST_CASES]
    if unknown:
        raise ConfigurationError(
            f"portfolios.costs: '{unknown[0]}' is not known; choose of {', '.join(COST_CASES)}"
        )
    return [COST_CASES[name] for name in portfolios.costs]


def _rules_in_words(rules: ExchangeRules) -> dict[str, str]:
    lots = ", ".join(
        f"{rule.board} {rule.lot}" + (f" from {rule.minimum} on" if rule.minimum else "")
        for rule in rules.lots
    )
    duty = ", ".join(
        f"{rule.rate:.2%}" + (f" until {rule.last_date}" if rule.last_date else "")
        for rule in rules.stamp_duty
    )
    return {
        "lots": lots or "single shares",
        "commission": f"{rules.commission:.3%} a side, at least {rules.minimum_commission:g}",
        "stamp duty on sales": duty or "none",
        "slippage": f"{rules.slippage_bps:g} bp a side",
        "impact": f"{rules.impact:g} · σ · √(order ÷ amount)" if rules.impact else "off",
        "settlement": f"T + {rules.settlement_days}",
    }


def _account_tables(account: EnhancedAccount, annual_days: int) -> dict[str, pd.DataFrame]:
    excess = account.excess
    own = account.simulation.returns.loc[excess.index]
    growth = pd.DataFrame({"portfolio": own, "benchmark": account.benchmark, "excess": excess})
    split = account.attribution.summary(annual_days).rename_axis("part").reset_index()
    parts = split[split["within"] == ""].rename(columns={"contribution": "annual"})
    styles = split[split["within"] == "style"].rename(columns={"contribution": "annual"})
    daily = account.attribution.daily
    return {
        "enhancement": period_table(account, annual_days),
        "enhancement_curves": _molten((1.0 + growth).cumprod(), "part"),
        "relaxations": account.path.relaxations,
        "holdings": account.path.decisions["holdings"].rename_axis("date").reset_index(),
        "attribution": parts[parts["part"] != "excess"].drop(columns="within"),
        "attribution_curves": _molten(daily.cumsum(), "part"),
        "style_parts": styles.assign(style=styles["part"].str.removeprefix("style: ")).drop(
            columns=["within", "part"]
        ),
        "unfilled": unfilled_table(account.simulation).assign(portfolio=_ENHANCED),
        "simulator": pd.DataFrame([account_figures(account.simulation, annual_days)]).assign(
            portfolio=_ENHANCED
        ),
    }


def _switches(portfolios: PortfolioSettings) -> dict[str, str]:
    limits = portfolios.enhancement
    return {
        "orders fill at": portfolios.price,
        "active cap": f"{limits.active_cap:.1%}",
        "turnover cap, two-sided": f"{limits.turnover_cap:.0%}",
        "capital": f"{portfolios.simulator.capital:,.0f}",
    }


def _molten(table: pd.DataFrame, column: str) -> pd.DataFrame:
    return table.rename_axis("date").reset_index().melt("date", var_name=column)


def _curves(table: pd.DataFrame, order: list[str], column: str) -> dict[str, pd.DataFrame]:
    """A long table of curves as one wide table a signal."""
    found = {}
    for name in order:
        own = table[table["signal"] == name]
        if len(own):
            wide = own.pivot(index="date", columns=column, values="value")
            found[name] = wide[list(dict.fromkeys(own[column]))]
    return found


def _in_order(table: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    place = {name: position for position, name in enumerate(order)}
    return table.sort_values(
        "signal", key=lambda names: names.map(place), kind="stable", ignore_index=True
    )
