"""The worst months of the market, model by model."""

from __future__ import annotations

import pandas as pd

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import decimal, percent, plural
from deep_alpha.reporting.tables.marks import tint
from deep_alpha.reporting.tables.results import DEGENERATE

_SHOWN = {"top": "top", "bottom": "bottom", "long_short": "L/S"}


def crash_table(reading: BehaviourReading) -> Table:
    """A row a model; by month its IC and the returns of its portfolios."""
    crash = shown_crash(reading)
    months = crash.groupby("month", sort=False)["market_return"].first()
    returns = crash[list(_SHOWN)].abs().max().max()
    columns = [Column("model", numeric=False)]
    for month, market in months.items():
        group = f"{month_words(month)}: market {percent(market)}"
        columns.append(Column("IC", group))
        columns += [Column(title, group) for title in _SHOWN.values()]
    rows = []
    order = [model.name for model in reading.paper.ordered]
    parts = {str(name): own for name, own in crash.groupby("model", sort=False)}
    for name in sorted(parts, key=lambda name: order.index(name) if name in order else len(order)):
        own = parts[name]
        hue = reading.hue(name)
        if name in reading.paper.degenerate:
            rows.append(Row(name, hue=hue, message=DEGENERATE))
            continue
        found = own.set_index("month")
        cells = [
            cell
            for month in months.index
            for cell in _cells(found.loc[month] if month in found.index else None, float(returns))
        ]
        rows.append(Row(name, cells, hue=hue))
    return Table(
        columns,
        rows,
        f"The {plural(len(months), 'worst month')} of the market{_which(crash)} within the tests, "
        "worst first: the counterpart of what the paper says about January 2025. Mean daily rank "
        f"IC, and returns of the whole month of {reading.paper.label('top')}, "
        f"{reading.paper.label('bottom')} and long–short in tranches.",
        reading.paper.provenance("gross of costs"),
    )


def _which(crash: pd.DataFrame) -> str:
    """What the market is, where the table says so."""
    words = crash["market"].iloc[0] if "market" in crash and len(crash) else ""
    return f" ({words})" if words else ""


def shown_crash(reading: BehaviourReading) -> pd.DataFrame:
    """The table without the models that go beyond the paper."""
    crash = reading.tables.crash
    return crash[~crash["model"].isin(reading.inputs.beyond)]


def month_words(month: object) -> str:
    """A month as ``2020-02``."""
    if isinstance(month, pd.Timestamp | pd.Period):
        return f"{month:%Y-%m}" if isinstance(month, pd.Timestamp) else str(month)
    return str(month)[:7]


def _cells(figures: pd.Series | None, scale: float) -> list[Cell]:
    if figures is None:
        return [Cell(decimal(None)) for _ in range(1 + len(_SHOWN))]
    return [
        Cell(decimal(figures["rank_ic"])),
        *(Cell(percent(figures[leg]), tint=tint(figures[leg], scale)) for leg in _SHOWN),
    ]
