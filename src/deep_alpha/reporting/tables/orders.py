"""What the exchange did not fill, and what was left after trading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import (
    MISSING,
    anything,
    count,
    decimal,
    known,
    percent,
    small_percent,
)
from deep_alpha.reporting.judged_reading import rows_of, signals_of
from deep_alpha.reporting.portfolio_reading import PortfolioReading

_SHOWN: Mapping[str, Callable[[Any], str]] = {
    "annual_return": partial(percent, places=1),
    "volatility": partial(percent, places=1),
    "sharpe": partial(decimal, places=2),
    "max_drawdown": partial(percent, places=1),
    "turnover": small_percent,
    "costs_annual": small_percent,
}
_WORDS = {
    "annual_return": "return a year",
    "sharpe": "Sharpe",
    "max_drawdown": "drawdown",
    "turnover": "turnover a day",
    "costs_annual": "costs a year",
}


def unfilled_table(reading: PortfolioReading, unfilled: pd.DataFrame) -> Table:
    """Orders that were not filled, by reason, with their share of the wanted value.

    Args:
        reading: The page.
        unfilled: signal, portfolio, reason, orders, value_share.
    """
    reasons = list(dict.fromkeys(str(reason) for reason in unfilled["reason"]))
    rows: list[Row] = []
    for signal in signals_of(unfilled):
        own = rows_of(unfilled, signal=signal)
        rows.append(Row(signal, hue=reading.hues[signal], style="group"))
        for portfolio in dict.fromkeys(own["portfolio"]):
            cells = [_reason(rows_of(own, portfolio=portfolio, reason=each)) for each in reasons]
            rows.append(Row(str(portfolio), cells))
    return Table(
        [
            Column("portfolio", numeric=False),
            *(Column(reason.replace("_", " "), "Orders not filled") for reason in reasons),
        ],
        rows,
        "Orders that were not filled, or not in full, by reason; below, the share of the value "
        "that was wanted. What was not bought stays in cash, what was not sold stays in the book.",
        reading.provenance(),
    )


def simulator_table(reading: PortfolioReading) -> Table:
    """Each simulated portfolio in a row; columns that are not known are printed as they are."""
    table = reading.inputs.simulator
    names = [str(column) for column in table.columns if column not in ("signal", "portfolio")]
    rows: list[Row] = []
    for signal in signals_of(table):
        rows.append(Row(signal, hue=reading.hues[signal], style="group"))
        for portfolio in rows_of(table, signal=signal).to_dict("records"):
            cells = [Cell(_SHOWN.get(name, anything)(portfolio[name])) for name in names]
            rows.append(Row(str(portfolio["portfolio"]), cells))
    return Table(
        [
            Column("portfolio", numeric=False),
            *(Column(_WORDS.get(name, name.replace("_", " "))) for name in names),
        ],
        rows,
        "Portfolios as the simulated exchange left them: lots, price limits, suspensions, "
        "settlement and all costs included. Returns are geometric, Sharpe ratios annualised "
        "without a risk-free rate; turnover is one-sided, mean of a day.",
        reading.provenance("net of all simulated costs"),
    )


def _reason(rows: Any) -> Cell:
    if rows.empty:
        return Cell(MISSING)
    order = rows.iloc[0]
    share = order.get("value_share")
    return Cell(count(order["orders"]), small_percent(share) if known(share) else "")
