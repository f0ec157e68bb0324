"""What stands for a field that the market folder does not have (SPEC 0.1).

Each proxy used is named in the panel's ``attrs``, and reports print them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.panel.grid import Float64Array, Grid, optional, own_rows

UNKNOWN_INDUSTRY = "unknown"


def cap_fields(
    bars: pd.DataFrame, grid: Grid, amount: Float64Array, proxies: dict[str, str]
) -> dict[str, Float64Array]:
    """Float and total capitalisation, or the proxies of SPEC 0.1."""
    total = optional(bars, "total_cap", grid)
    floating = optional(bars, "float_cap", grid)
    if total is not None and floating is not None:
        return {"float_cap": floating, "total_cap": total}
    if floating is not None:
        proxies["total_cap_is_proxy"] = "float_cap"
        return {"float_cap": floating, "total_cap": floating}
    if total is not None:
        proxies["float_cap_is_proxy"] = "total_cap"
        return {"float_cap": total, "total_cap": total}
    proxies["cap_is_proxy"] = "mean traded amount of 60 traded days"
    amount_mean = own_rows(amount, lambda rows: rows.rolling(60, min_periods=1).mean())
    return {"float_cap": amount_mean, "total_cap": amount_mean}


def turnover_fields(
    bars: pd.DataFrame,
    grid: Grid,
    traded_value: Float64Array,
    adjusted_volume: Float64Array,
    float_cap: Float64Array,
    proxies: dict[str, str],
) -> dict[str, Float64Array]:
    """Turnover and free turnover, or the proxies of SPEC 0.1.

    Without any capitalisation the median runs over the adjusted volume: a split multiplies
    the shares that change hands, not the share of the company that does.
    """
    turnover = optional(bars, "turnover", grid)
    if turnover is None and "cap_is_proxy" not in proxies:
        proxies["turnover_is_proxy"] = "volume × close ÷ float_cap"
        turnover = traded_value / float_cap
    elif turnover is None:
        proxies["turnover_is_proxy"] = "volume ÷ median volume of 252 traded days"
        median = own_rows(adjusted_volume, lambda rows: rows.rolling(252, min_periods=1).median())
        with np.errstate(divide="ignore", invalid="ignore"):
            turnover = np.where(median > 0, adjusted_volume / median, np.nan)
    free = optional(bars, "free_turnover", grid)
    if free is None:
        proxies["free_turnover_is_proxy"] = "turnover"
        free = turnover
    return {"turnover": turnover, "free_turnover": free}


def special_treatment(bars: pd.DataFrame, grid: Grid, proxies: dict[str, str]) -> NDArray[np.bool_]:
    """Whether an asset is under special treatment (ST) that day; False without the flag."""
    flags = optional(bars, "is_st", grid)
    if flags is None:
        proxies["is_st_is_proxy"] = "no asset is under special treatment"
        return np.zeros(grid.shape, dtype=np.bool_)
    return np.asarray(flags == 1.0)


def industry_labels(
    names: NDArray[np.object_], assets: pd.DataFrame | None, proxies: dict[str, str]
) -> NDArray[np.object_]:
    """Industry of each asset; ``unknown`` where the assets table does not tell."""
    if assets is None or "industry" not in assets.columns:
        proxies["industry_is_proxy"] = "one industry"
        return np.full(len(names), UNKNOWN_INDUSTRY, dtype=object)
    table = assets.drop_duplicates("asset").set_index("asset")["industry"]
    table.index = table.index.astype(str)
    labels = table.reindex(names).astype(object)
    result: NDArray[np.object_] = labels.where(labels.notna(), UNKNOWN_INDUSTRY).to_numpy()
    return result


def proxies_of(panel: xr.Dataset) -> dict[str, str]:
    """Field and what stands for it, for every proxy that a panel uses."""
    return {
        str(key).removesuffix("_is_proxy"): str(value)
        for key, value in panel.attrs.items()
        if str(key).endswith("_is_proxy")
    }
