"""The tables of a market folder: which there are, and what the columns mean.

The layout is documented for users in ``docs/your-own-data.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import pandas as pd

Kind = Literal["key", "date", "number", "flag", "label"]
Bound = Literal["any", "positive", "non_negative"]


@dataclass(frozen=True)
class Column:
    """One column of a market table.

    Args:
        name: Column name in the file.
        kind: ``key`` and ``label`` are strings, ``date`` a trading day without time
            zone, ``number`` a float, ``flag`` a boolean.
        required: Whether the table is unusable without it.
        unit: Unit as documented for users.
        bound: Which finite numbers make sense; the quality gate takes the others out.
        may_be_missing: Whether a row may leave a required column empty.
        may_lie_ahead: Whether a date later than today makes sense, as the end of a
            membership does.
    """

    name: str
    kind: Kind
    required: bool = False
    unit: str = ""
    bound: Bound = "any"
    may_be_missing: bool = False
    may_lie_ahead: bool = False


@dataclass(frozen=True)
class Table:
    """One table of a market folder, with its key and its columns."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all known columns, in file order."""
        return tuple(column.name for column in self.columns)

    def of_kind(self, *kinds: Kind) -> tuple[Column, ...]:
        """The columns of some kinds, in file order."""
        return tuple(column for column in self.columns if column.kind in kinds)


def _keys(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "key", required=True) for name in names)


def _dates(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "date", required=True) for name in names)


def _numbers(
    *names: str, required: bool = False, unit: str = "", bound: Bound = "any"
) -> tuple[Column, ...]:
    return tuple(Column(name, "number", required, unit, bound) for name in names)


PRICES = ("open", "high", "low", "close")

BARS = Table(
    "bars",
    key=("asset", "date"),
    required=True,
    columns=(
        *_keys("asset"),
        *_dates("date"),
        *_numbers(*PRICES, required=True, unit="currency, as traded", bound="positive"),
        *_numbers("volume", required=True, unit="shares", bound="non_negative"),
        *_numbers("adj_factor", required=True, unit="adjusted ÷ raw price", bound="positive"),
        *_numbers("amount", unit="currency", bound="positive"),
        *_numbers("turnover", "free_turnover", unit="fraction of float shares", bound="positive"),
        *_numbers("float_cap", "total_cap", unit="currency", bound="positive"),
        Column("is_st", "flag", unit="special treatment"),
        *_numbers("limit_up", "limit_down", unit="currency, as traded", bound="positive"),
    ),
)
ASSETS = Table(
    "assets",
    key=("asset",),
    columns=(
        *_keys("asset"),
        Column("industry", "label"),
        Column("list_date", "date", may_be_missing=True, may_lie_ahead=True),
    ),
)
FUNDAMENTALS = Table(
    "fundamentals",
    key=("asset", "announced", "period_end"),
    columns=(
        *_keys("asset"),
        *_dates("announced", "period_end"),
        *_numbers(
            "eps_ttm",
            "roe",
            "debt_to_assets",
            "assets_to_equity",
            "net_income_yoy",
            "eps_yoy",
            "equity_yoy",
            "liabilities_yoy",
            "revenue",
            "operating_cash_to_net_profit",
            "net_profit",
        ),
        *_numbers("total_shares", "float_shares", unit="shares", bound="positive"),
    ),
)
VALUATION = Table(
    "valuation",
    key=("asset", "date"),
    columns=(
        *_keys("asset"),
        *_dates("date"),
        *_numbers("pe_ttm", "pb", "ps_ttm", "dividend_yield_ttm"),
    ),
)
FORECASTS = Table(
    "forecasts",
    key=("asset", "announced"),
    columns=(
        *_keys("asset"),
        *_dates("announced"),
        *_numbers("net_profit", unit="currency"),
        *_numbers("growth_long", "growth_short", unit="fraction"),
    ),
)
INDEX_LEVELS = Table(
    "index_levels",
    key=("index", "date"),
    columns=(
        *_keys("index"),
        *_dates("date"),
        *_numbers("open", "high", "low", bound="positive"),
        *_numbers("close", required=True, bound="positive"),
    ),
)
INDEX_MEMBERS = Table(
    "index_members",
    key=("index", "asset", "start"),
    columns=(
        *_keys("index", "asset"),
        Column("start", "date", required=True, may_lie_ahead=True),
        Column("end", "date", required=True, may_be_missing=True, may_lie_ahead=True),
    ),
)
INDEX_WEIGHTS = Table(
    "index_weights",
    key=("index", "date", "asset"),
    columns=(
        *_keys("index"),
        *_dates("date"),
        *_keys("asset"),
        *_numbers("weight", required=True, unit="fraction", bound="non_negative"),
    ),
)
RISK_FREE = Table(
    "risk_free",
    key=("date",),
    columns=(*_dates("date"), *_numbers("rate", required=True, unit="annual, fraction")),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        BARS,
        ASSETS,
        FUNDAMENTALS,
        VALUATION,
        FORECASTS,
        INDEX_LEVELS,
        INDEX_MEMBERS,
        INDEX_WEIGHTS,
        RISK_FREE,
    )
}


@dataclass(frozen=True, eq=False)
class Market:
    """The tables of one market; a table that the folder does not hold is ``None``.

    Markets are compared by identity: tables of data have no single answer to ``==``.

    Args:
        bars: One row for each asset and day it traded: raw prices, shares, adj_factor.
        truth: Only of a simulated market: what was planted (see ``simulate_market``).
        name: The folder's name, or ``simulated``.
        ignored_columns: Columns of the files that this project does not know, by table.
    """

    bars: pd.DataFrame
    assets: pd.DataFrame | None = None
    fundamentals: pd.DataFrame | None = None
    valuation: pd.DataFrame | None = None
    forecasts: pd.DataFrame | None = None
    index_levels: pd.DataFrame | None = None
    index_members: pd.DataFrame | None = None
    index_weights: pd.DataFrame | None = None
    risk_free: pd.DataFrame | None = None
    truth: Any = field(default=None, repr=False)
    name: str = "market"
    ignored_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables that are present, by name."""
        present = {}
        for entry in fields(self):
            value = getattr(self, entry.name)
            if entry.name in TABLES and value is not None:
                present[entry.name] = value
        return present

    def with_tables(self, **tables: pd.DataFrame) -> Market:
        """A copy with some tables replaced."""
        content: dict[str, Any] = {
            entry.name: getattr(self, entry.name) for entry in fields(Market)
        }
        return Market(**(content | tables))
