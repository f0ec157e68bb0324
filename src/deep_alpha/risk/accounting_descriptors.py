"""Descriptors from accounts, valuations and analysts' forecasts (SPEC 2.7).

Their definitions stand in ``risk.catalogue``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.risk.accounts import account_records, trend_of_growth
from deep_alpha.risk.point_in_time import (
    DateArray,
    FloatArray,
    Records,
    announcements,
    current_records,
    known_at,
    look_up,
)
from deep_alpha.risk.settings import RiskSettings

_SOURCES: Mapping[str, Mapping[str, str]] = {
    "BTOP": {
        "quoted_book": "valuation.pb at its own cap",
        "book": "net_profit ÷ roe of fundamentals",
    },
    "ETOP": {
        "earnings": "fundamentals.eps_ttm × total_shares",
        "trailing_profit": "net_profit of the trailing year",
        "quoted_earnings": "valuation.pe_ttm at its own cap",
    },
    "CETOP": {"trailing_cash": "operating_cash_to_net_profit × net_profit of the trailing year"},
    "SGRO": {"sales_trend": "fundamentals.revenue ÷ total_shares of annual reports"},
    "EGRO": {
        "earnings_trend": "fundamentals.net_profit ÷ total_shares of annual reports",
        "eps_trend": "fundamentals.eps_yoy as a trend of two years",
    },
    "DTOA": {"debt_to_assets": "fundamentals.debt_to_assets"},
    "BLEV": {"assets_to_equity": "fundamentals.assets_to_equity"},
    "EPIBS": {"forecast_profit": "forecasts.net_profit"},
    "EGIBS": {"growth_long": "forecasts.growth_long"},
    "EGIBS_s": {"growth_short": "forecasts.growth_short"},
}
"""The quantities that give a descriptor, the preferred first, and their names in reports."""

_MARKET_LEVERAGE = "BTOP × (assets_to_equity − 1) + 1"
_NO_EQUITY = "blanked: assets_to_equity ≤ 0"
_NO_BOOK = "blanked: book ≤ 0"

_PER_CAP = frozenset({"BTOP", "ETOP", "CETOP", "EPIBS"})


@dataclass(frozen=True)
class AccountingDescriptors:
    """Raw values of the descriptors that the tables allow.

    Args:
        values: (date, asset) by descriptor; NaN where nothing current is known. A
            descriptor without any value is left out.
        from_source: By descriptor, the number of cells that each source gave; under words
            that start with ``blanked:`` the cells that a rule emptied.
        unused_rows: By table, the rows of assets outside the panel or known only after its
            last date.
    """

    values: dict[str, FloatArray]
    from_source: dict[str, dict[str, int]]
    unused_rows: dict[str, int]


@dataclass(frozen=True)
class _Quantity:
    """Numbers of a table's rows, and the row that is current on each (date, asset)."""

    record: Records
    numbers: FloatArray


@dataclass(frozen=True)
class _Panel:
    """What tables are laid out on; both arrays of numbers are (date, asset)."""

    dates: DateArray
    assets: NDArray[np.object_]
    total_cap: FloatArray
    adj_factor: FloatArray


_Laid = tuple[dict[str, _Quantity], int]
"""A table's quantities by name, and how many of its rows were of no use."""


def accounting_descriptors(
    dates: DateArray,
    assets: NDArray[np.object_],
    tables: Mapping[str, pd.DataFrame],
    total_cap: FloatArray,
    adj_factor: FloatArray,
    settings: RiskSettings,
) -> AccountingDescriptors:
    """Compute BTOP, ETOP, CETOP, SGRO, EGRO, DTOA, BLEV, MLEV, EPIBS, EGIBS and EGIBS_s.

    At a close only rows known by that day are used. A row stands until the next one or its
    expiry, on days without trading too; money is divided by the day's total cap.

    Args:
        dates: (date,) trading days, ascending.
        assets: (asset,) codes.
        tables: Any of ``fundamentals``, ``valuation`` and ``forecasts``, with any of their
            optional columns; other tables are ignored.
        total_cap: (date, asset) currency, known at the close; where it is NaN nothing is
            given.
        adj_factor: (date, asset) adjusted ÷ raw price; NaN on days without a bar.
        settings: Lifetimes of rows and length of the annual histories.

    Raises:
        PanelError: An array does not fit the dates and assets.
    """
    shape = (len(dates), len(assets))
    for name, array in (("total_cap", total_cap), ("adj_factor", adj_factor)):
        if array.shape != shape:
            raise PanelError(f"{name} must be (date, asset) of shape {shape}, not {array.shape}")
    cap = np.where(np.isfinite(total_cap) & (total_cap > 0), total_cap, np.nan)
    panel = _Panel(dates, assets, cap, adj_factor)
    quantities: dict[str, _Quantity] = {}
    unused: dict[str, int] = {}
    for name, lay_out in (
        ("fundamentals", _accounts),
        ("valuation", _quotes),
        ("forecasts", _forecasts),
    ):
        if name in tables:
            laid_out, unused[name] = lay_out(tables[name], panel, settings)
            quantities |= laid_out
    values: dict[str, FloatArray] = {}
    from_source: dict[str, dict[str, int]] = {}
    for name, sources in _SOURCES.items():
        found, counts = _first_known(sources, quantities, cap, name in _PER_CAP)
        if counts:
            values[name], from_source[name] = found, counts
    if "BLEV" in values:
        _finish_leverage(values, from_source)
    known = {name: grid for name, grid in values.items() if not np.isnan(grid).all()}
    return AccountingDescriptors(known, from_source, unused)


def _accounts(table: pd.DataFrame, panel: _Panel, settings: RiskSettings) -> _Laid:
    rows = announcements(table, "announced", panel.dates, panel.assets, "period_end")
    factor = known_at(panel.adj_factor, panel.dates, rows, first=True)
    accounts = account_records(rows, factor, settings)
    record = current_records(
        panel.dates, len(panel.assets), rows, settings.accounts_days, accounts.since
    )
    numbers = {**accounts.numbers, "eps_trend": trend_of_growth(accounts.numbers["eps_yoy"])}
    quantities = {name: _Quantity(record, values) for name, values in numbers.items()}
    return quantities, rows.unused


def _quotes(table: pd.DataFrame, panel: _Panel, settings: RiskSettings) -> _Laid:
    """Money from ratios: each ratio is undone with the cap of its own day."""
    rows = announcements(table, "date", panel.dates, panel.assets)
    record = current_records(panel.dates, len(panel.assets), rows, settings.valuation_days)
    cap = known_at(panel.total_cap, panel.dates, rows)
    quantities = {}
    for name, column in (("quoted_book", "pb"), ("quoted_earnings", "pe_ttm")):
        ratio = rows.numbers(column)
        with np.errstate(over="ignore"):  # infinite money is no value: see _first_known
            money = cap / np.where(ratio == 0, np.nan, ratio)
        quantities[name] = _Quantity(record, money)
    return quantities, rows.unused


def _forecasts(table: pd.DataFrame, panel: _Panel, settings: RiskSettings) -> _Laid:
    rows = announcements(table, "announced", panel.dates, panel.assets)
    record = current_records(panel.dates, len(panel.assets), rows, settings.forecasts_days)
    columns = {
        "forecast_profit": "net_profit",
        "growth_long": "growth_long",
        "growth_short": "growth_short",
    }
    quantities = {name: _Quantity(record, rows.numbers(column)) for name, column in columns.items()}
    return quantities, rows.unused


def _first_known(
    sources: Mapping[str, str],
    quantities: Mapping[str, _Quantity],
    cap: FloatArray,
    per_cap: bool,
) -> tuple[FloatArray, dict[str, int]]:
    """A descriptor from its sources, each where those before it say nothing, and the counts."""
    values = np.full(cap.shape, np.nan)
    taken: dict[str, NDArray[np.bool_]] = {}
    for source, words in sources.items():
        quantity = quantities.get(source)
        if quantity is None or np.isnan(quantity.numbers).all():
            continue
        found = look_up(quantity.record, quantity.numbers)
        if per_cap:
            found /= cap
        taken[words] = np.isnan(values) & np.isfinite(found) & ~np.isnan(cap)
        np.copyto(values, found, where=taken[words])
    return values, _counts(taken)


def _finish_leverage(values: dict[str, FloatArray], from_source: dict[str, dict[str, int]]) -> None:
    """Empty BLEV where there is no equity to measure debt by, and make MLEV of it and BTOP.

    Liabilities are book × (assets_to_equity − 1): over cap, BTOP × (BLEV − 1).
    """
    no_equity = values["BLEV"] <= 0
    leverage = np.where(no_equity, np.nan, values["BLEV"])
    (words,) = _SOURCES["BLEV"].values()
    values["BLEV"] = leverage
    from_source["BLEV"] = _counts({words: ~np.isnan(leverage), _NO_EQUITY: no_equity})
    if "BTOP" not in values:
        return
    book = values["BTOP"]
    no_book = book <= 0
    values["MLEV"] = np.where(no_book, np.nan, 1.0 + book * (leverage - 1.0))
    from_source["MLEV"] = _counts(
        {
            _MARKET_LEVERAGE: ~np.isnan(values["MLEV"]),
            _NO_EQUITY: no_equity & ~np.isnan(book),
            _NO_BOOK: no_book & ~np.isnan(leverage),
        }
    )


def _counts(cells: Mapping[str, NDArray[np.bool_]]) -> dict[str, int]:
    """How many cells there are of each kind; kinds without any are left out."""
    return {words: int(mask.sum()) for words, mask in cells.items() if mask.any()}
