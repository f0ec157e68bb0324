"""The node that draws the portfolios' page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from deep_alpha import __version__
from deep_alpha.backtest.exchange import ExchangeRules
from deep_alpha.backtest.layer_result import UNIVERSE
from deep_alpha.backtest.settings import PortfolioSettings
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.market.identity import MarketRecord
from deep_alpha.reporting import PortfolioInputs, write_portfolio_page
from deep_alpha.reporting.names import PAGES
from deep_alpha.training.plan import RunPlan

Tables = Mapping[str, Callable[[], pd.DataFrame]]


def draw_portfolios(
    layer_tables: Tables,
    long_only_tables: Tables,
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
        watermark=run_plan.watermark,
        switches=_switches(portfolios),
        headline_cost=portfolios.costs[0],
        pages=PAGES,
        kinds={str(name): str(kind) for name, kind in board["kind"].items()},
        rules=_rules_in_words(rules),
        layers=_in_order(
            legs[legs["leg"] != UNIVERSE].assign(
                layer=lambda table: table["leg"],
                excess=lambda table: table["return_difference"],
                unfilled=lambda table: table["unbought"] + table["unsold"],
            ),
            order,
        ),
        monotonicity=_in_order(layers["monotonicity"], order),
        layer_curves=_curves(layers["layer_curves"], order, "layer"),
        **long_only_inputs(long_only_tables),
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


def long_only_inputs(tables: Tables) -> dict[str, Any]:
    """The fields of the page's inputs that long-only accounts fill."""
    read = {name: table() for name, table in tables.items()}
    curves = {
        str(signal): _curves(own, list(dict.fromkeys(own["portfolio"])), "part", by="portfolio")
        for signal, own in read["curves"].groupby("signal", sort=False)
    }
    return {
        "long_only": read["figures"],
        "long_only_curves": curves,
        "long_only_split": read["split"],
        "long_only_unfilled": read["unfilled"],
    }


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


def _switches(portfolios: PortfolioSettings) -> dict[str, str]:
    limits = portfolios.enhancement
    return {
        "orders fill at": portfolios.price,
        "active cap": f"{limits.active_cap:.1%}",
        "turnover cap, two-sided": f"{limits.turnover_cap:.0%}",
        "capital": f"{portfolios.simulator.capital:,.0f}",
    }


def _curves(
    table: pd.DataFrame, order: list[str], column: str, by: str = "signal"
) -> dict[str, pd.DataFrame]:
    """A long table of curves as one wide table for each of ``by``."""
    found = {}
    for name in order:
        own = table[table[by] == name]
        if len(own):
            wide = own.pivot(index="date", columns=column, values="value")
            found[name] = wide[list(dict.fromkeys(own[column]))]
    return found


def _in_order(table: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    place = {name: position for position, name in enumerate(order)}
    return table.sort_values(
        "signal", key=lambda names: names.map(place), kind="stable", ignore_index=True
    )
