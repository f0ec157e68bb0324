"""All descriptors of a market, as far as its tables allow (SPEC 2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.errors import ConfigurationError
from deep_alpha.risk.accounting_descriptors import accounting_descriptors
from deep_alpha.risk.basis import Basis
from deep_alpha.risk.capitalisation import carried
from deep_alpha.risk.catalogue import DESCRIPTORS, Level, descriptors_of
from deep_alpha.risk.price_descriptors import price_descriptors
from deep_alpha.risk.settings import AskedLevel, RiskSettings

_LEVELS: tuple[Level, ...] = ("price_only", "no_analyst", "full")
_TABLES: Mapping[Level, tuple[str, ...]] = {
    "price_only": (),
    "no_analyst": ("fundamentals", "valuation"),
    "full": ("forecasts",),
}


@dataclass(frozen=True)
class Descriptors:
    """The descriptors that there are.

    Args:
        values: Each (date, asset), known at the close; a suspended asset keeps its last.
        level: ``full``, ``no_analyst`` or ``price_only``.
        absent: Descriptor of CNE5 that is not there, and why.
        from_source: Descriptor, source, cells (date, asset) that came from it.
        unused_rows: Table and rows of assets or dates that the panel does not have.
    """

    values: dict[str, NDArray[np.float64]]
    level: Level
    absent: dict[str, str]
    from_source: dict[str, dict[str, int]]
    unused_rows: dict[str, int]


def compute_descriptors(
    panel: xr.Dataset,
    basis: Basis,
    tables: Mapping[str, pd.DataFrame],
    settings: RiskSettings,
    threads: int = 1,
) -> Descriptors:
    """Compute every descriptor that the market's tables allow.

    Args:
        panel: The market panel.
        basis: Caps, estimation universe and returns of this panel.
        tables: The market's other tables by name.
        settings: Level, staleness, switches.
        threads: Threads of the windows over prices; the bits do not depend on them.

    Raises:
        ConfigurationError: The level asked for needs a table that is not there.
    """
    level = resolve_level(settings.barra_level, tables)
    turnover = panel["turnover"].to_numpy().astype(np.float64)
    priced = price_descriptors(basis.returns, turnover, basis.caps.total, settings, threads)
    values = {name: carried(grid, settings.carry_days) for name, grid in priced.items()}
    from_source: dict[str, dict[str, int]] = {}
    unused_rows: dict[str, int] = {}
    if level != "price_only":
        wanted = ("fundamentals", "valuation", *(("forecasts",) if level == "full" else ()))
        accounts = accounting_descriptors(
            panel["date"].to_numpy(),
            panel["asset"].to_numpy(),
            {name: tables[name] for name in wanted if name in tables},
            basis.caps.total,
            panel["adj_factor"].to_numpy(),
            settings,
        )
        # these need no carrying: a report is known through a suspension, until it expires
        values |= accounts.values
        from_source, unused_rows = accounts.from_source, accounts.unused_rows
    for grid in values.values():
        grid[~basis.caps.holders] = np.nan
    return Descriptors(values, level, _absent(level, values), from_source, unused_rows)


def resolve_level(asked: AskedLevel, tables: Mapping[str, pd.DataFrame]) -> Level:
    """The level to compute.

    Raises:
        ConfigurationError: More is asked for than the tables hold.
    """
    possible: Level = "price_only"
    for level in _LEVELS[1:]:
        if any(name in tables for name in _TABLES[level]):
            possible = level
    if asked == "auto":
        return possible
    if _LEVELS.index(asked) > _LEVELS.index(possible):
        raise ConfigurationError(
            f"risk.barra_level={asked} needs the table {' or '.join(_TABLES[asked])}, which this "
            f"market does not have: use {possible}, or auto"
        )
    return asked


def _absent(level: Level, values: Mapping[str, NDArray[np.float64]]) -> dict[str, str]:
    possible = {descriptor.name for descriptor in descriptors_of(level)}
    reasons = {"accounts": "no accounts", "forecasts": "no analyst forecasts"}
    absent = {}
    for descriptor in DESCRIPTORS:
        name = descriptor.name
        if name not in possible:
            absent[name] = f"{reasons[descriptor.needs]} at level {level}"
        elif name not in values and name != "NLSIZE":
            absent[name] = "none of its columns has a value"
    return absent
