"""Build the panel: adjusted prices and every other field on one grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.panel.grid import Grid, first_value, numbers, optional
from deep_alpha.panel.proxies import (
    cap_fields,
    industry_labels,
    special_treatment,
    turnover_fields,
)

PRICES = ("open", "high", "low", "close", "vwap")
PRICE_DECIMALS = 4
_REQUIRED = ("asset", "date", "open", "high", "low", "close", "volume", "adj_factor")


def build_panel(bars: pd.DataFrame, assets: pd.DataFrame | None = None) -> xr.Dataset:
    """Lay a bars table out as a panel (DESIGN §3).

    Args:
        bars: One row for each asset and traded day, already through the quality gate:
            raw prices, volume in shares, adj_factor, and the optional columns of a
            market folder. Dates of any type that ``pandas.to_datetime`` reads.
        assets: Optional table with columns asset and industry.

    Returns:
        Dataset with dims (date, asset), both sorted and unique. ``open high low close
        vwap`` are adjusted, float64; ``adj_factor``, ``limit_up_price`` and
        ``limit_down_price`` are float64 as the exchange quotes them (not adjusted);
        ``volume`` (shares of the first day), ``amount``, ``turnover``,
        ``free_turnover``, ``float_cap``, ``total_cap`` float32; ``traded`` (a bar with
        volume above 0) and ``is_st`` booleans; coordinates ``industry`` and
        ``first_adj_factor`` (the anchor of the adjusted prices) by asset. ``attrs`` name
        every proxy that stands for a missing field.

    Raises:
        PanelError: A required column is missing, there is no row, or an (asset, date)
            occurs twice.
    """
    missing = [column for column in _REQUIRED if column not in bars.columns]
    if missing:
        raise PanelError(f"bars: required column '{missing[0]}' is missing")
    grid = Grid.of(bars)

    raw = {name: grid.lay(np.round(numbers(bars, name), PRICE_DECIMALS)) for name in PRICES[:4]}
    volume = grid.lay(numbers(bars, "volume"))
    factor = grid.lay(numbers(bars, "adj_factor"))
    ratio = factor / first_value(factor)
    proxies: dict[str, str] = {}

    amount = optional(bars, "amount", grid)
    typical = np.round((raw["high"] + raw["low"] + raw["close"]) / 3.0, PRICE_DECIMALS)
    if amount is None:
        proxies["vwap_is_proxy"] = "typical price (high + low + close) / 3"
        proxies["amount_is_proxy"] = "volume × typical price"
        raw["vwap"] = typical
        amount = volume * typical
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            vwap = np.round(amount / volume, PRICE_DECIMALS)
        raw["vwap"] = np.where(volume > 0, vwap, np.nan)

    caps = cap_fields(bars, grid, amount, proxies)
    adjusted_volume = volume / ratio
    turnover = turnover_fields(
        bars, grid, volume * raw["close"], adjusted_volume, caps["float_cap"], proxies
    )

    fields: dict[str, NDArray[Any]] = {name: raw[name] * ratio for name in PRICES}
    fields["adj_factor"] = factor
    for side in ("up", "down"):
        limit = optional(bars, f"limit_{side}", grid)
        if limit is None:
            limit = np.full(grid.shape, np.nan)
            proxies[f"limit_{side}_price_is_proxy"] = "no price limit"
        fields[f"limit_{side}_price"] = np.round(limit, PRICE_DECIMALS)
    fields["volume"] = adjusted_volume.astype(np.float32)
    for name, values in {"amount": amount, **turnover, **caps}.items():
        fields[name] = values.astype(np.float32)
    with np.errstate(invalid="ignore"):
        fields["traded"] = volume > 0
    fields["is_st"] = special_treatment(bars, grid, proxies)

    industry = industry_labels(grid.assets, assets, proxies)
    panel = xr.Dataset(
        {name: (("date", "asset"), values) for name, values in fields.items()},
        coords={"date": grid.dates, "asset": grid.assets},
        attrs=proxies,
    )
    return panel.assign_coords(
        industry=("asset", industry), first_adj_factor=("asset", first_value(factor))
    )


def raw_price(panel: xr.Dataset, name: str = "close") -> xr.DataArray:
    """A price as it was quoted that day, rounded as at ingest (currency)."""
    factor = panel["adj_factor"].to_numpy()
    raw = panel[name].to_numpy() * panel["first_adj_factor"].to_numpy() / factor
    return panel[name].copy(data=np.round(raw, PRICE_DECIMALS))


def age_in_bars(panel: xr.Dataset) -> xr.DataArray:
    """Bars an asset has had up to and including each date, shape (date, asset)."""
    return panel["close"].notnull().cumsum("date")
