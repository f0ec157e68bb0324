"""The 36 scale-free columns of a panel and its accounts, raw (SPEC 000-F5).

``extended_catalogue`` defines them, ``extended_formulas`` computes those of one asset. A day on
which the asset does not trade has no value. Nothing at t depends on a later date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.factors.appending import RawColumns
from deep_alpha.factors.extended_catalogue import EXTENDED_NAMES
from deep_alpha.factors.extended_formulas import columns_of_rows
from deep_alpha.panel import raw_price
from deep_alpha.risk.accounting_descriptors import accounting_descriptors
from deep_alpha.risk.basis import Basis
from deep_alpha.risk.settings import RiskSettings

FloatArray = NDArray[np.float64]

_FIELDS = ("open", "high", "low", "close", "vwap", "volume", "turnover", "amount")

_ACCOUNTS = {
    "fundamentals": (
        *("asset", "announced", "period_end"),
        *("eps_ttm", "total_shares", "net_profit", "roe"),
    ),
    "valuation": ("asset", "date", "pe_ttm", "pb"),
}
"""The columns that earnings and book come from, and no others: what else the risk model makes
of these tables is not computed."""

EXTENDED_TABLES = (*_ACCOUNTS, "risk_free")
"""Tables beside the bars that the columns are made of, where the market has them."""


@dataclass(frozen=True)
class ExtendedInputs:
    """What the columns are made of besides the panel's own fields; arrays are (date, asset).

    Args:
        excess: Daily return less the risk-free one, NaN where there is none.
        market_excess: The market's over the same days.
        total_cap: Total market cap, missing ones filled from the asset's past.
        earnings_yield: Earnings of the trailing year ÷ total cap.
        book_to_price: Book equity ÷ total cap.
    """

    excess: FloatArray
    market_excess: FloatArray
    total_cap: NDArray[np.float32]
    earnings_yield: NDArray[np.float32]
    book_to_price: NDArray[np.float32]


def extended_inputs(
    panel: xr.Dataset, basis: Basis, tables: Mapping[str, pd.DataFrame], settings: RiskSettings
) -> ExtendedInputs:
    """Caps, returns and accounts, all as the risk model defines them (SPEC 2.7).

    Args:
        panel: The market panel.
        basis: The risk model's caps and returns of this panel.
        tables: The market's other tables; ``fundamentals`` and ``valuation`` are read where
            present. A market without them has neither yield: all values are NaN.
        settings: For how long a report and a valuation are current.
    """
    found = accounting_descriptors(
        panel["date"].to_numpy(),
        panel["asset"].to_numpy(),
        {name: _columns(tables[name], _ACCOUNTS[name]) for name in _ACCOUNTS if name in tables},
        basis.caps.total,
        panel["adj_factor"].to_numpy(),
        settings,
    )
    accounts = dict(found.values)
    unknown = np.full(basis.caps.total.shape, np.nan, dtype=np.float32)
    return ExtendedInputs(
        excess=basis.returns.excess,
        market_excess=basis.returns.market_excess,
        total_cap=basis.caps.total.astype(np.float32),
        earnings_yield=accounts.get("ETOP", unknown).astype(np.float32),
        book_to_price=accounts.get("BTOP", unknown).astype(np.float32),
    )


def extended_columns(panel: xr.Dataset, inputs: ExtendedInputs) -> RawColumns:
    """The columns of a block of assets at a time: all of a market's are larger than its table.

    Args:
        panel: Dims (date, asset) with adjusted ``open high low close vwap``, ``volume``,
            ``turnover``, ``amount``, ``adj_factor`` and ``traded``.
        inputs: Of this panel.

    Returns:
        A function from a slice of assets to (date, 36, asset of the slice), float32. What it
        gives does not depend on how the assets are sliced.

    Raises:
        PanelError: A variable is missing, or the inputs are those of another panel.
    """
    missing = [name for name in (*_FIELDS, "adj_factor", "traded") if name not in panel]
    if missing:
        raise PanelError(
            f"the panel has no variable {missing[0]!r}, which the extended factors need; "
            "build it with deep_alpha.panel.build_panel"
        )
    shape = (panel.sizes["date"], panel.sizes["asset"])
    if inputs.excess.shape != shape:
        raise PanelError(
            f"the inputs of the extended factors have shape {inputs.excess.shape}, the panel has "
            f"{shape}; make them of this panel with deep_alpha.factors.extended.extended_inputs"
        )

    def columns(block: slice) -> NDArray[np.float32]:
        part = panel.isel(asset=block)
        grids = {name: part[name].transpose("date", "asset").to_numpy() for name in _FIELDS}
        grids["raw_close"] = raw_price(part).to_numpy()
        grids |= {name: grid[:, block] for name, grid in vars(inputs).items()}
        traded = part["traded"].transpose("date", "asset").to_numpy()
        own = {name: np.ascontiguousarray(grid.T, np.float64) for name, grid in grids.items()}
        values = np.full((traded.shape[1], len(EXTENDED_NAMES), len(traded)), np.nan, np.float32)
        for asset, rows in enumerate(map(np.flatnonzero, traded.T)):
            if len(rows):
                found = columns_of_rows({name: grid[asset, rows] for name, grid in own.items()})
                values[asset][:, rows] = [found[name] for name in EXTENDED_NAMES]
        return values.transpose(2, 1, 0)

    return columns


def extended_factors(panel: xr.Dataset, inputs: ExtendedInputs) -> xr.DataArray:
    """All columns at once, for panels that are small enough.

    Args:
        panel: As for :func:`extended_columns`.
        inputs: Of this panel.

    Returns:
        Dims (date, factor, asset), float32, raw.

    Raises:
        PanelError: As :func:`extended_columns`.
    """
    return xr.DataArray(
        extended_columns(panel, inputs)(slice(None)),
        dims=("date", "factor", "asset"),
        coords={
            "date": panel["date"],
            "factor": np.array(EXTENDED_NAMES, dtype=object),
            "asset": panel["asset"],
        },
        name="extended_factors",
    )


def _columns(table: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    return table[[name for name in names if name in table]]
