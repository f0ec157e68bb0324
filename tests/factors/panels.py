"""Small panels for the tests of factors: awkward on purpose, and a slice of real data."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xarray as xr

from deep_alpha.panel import build_panel

FIELDS = ("open", "high", "low", "close", "vwap", "volume")
REAL_DATA = Path(
    os.environ.get("DEEP_ALPHA_REAL_DATA", Path(__file__).parents[3] / "shared" / "data")
)


def panel_of(**fields: np.ndarray) -> xr.Dataset:
    """A panel from (dates, assets) arrays; what is not given follows from the close."""
    close = np.asarray(fields["close"], dtype=float)
    dates, assets = close.shape
    given = {
        "open": close,
        "high": close,
        "low": close,
        "vwap": close,
        "volume": np.where(np.isnan(close), np.nan, 1000.0),
        **fields,
    }
    return xr.Dataset(
        {name: (("date", "asset"), np.asarray(values)) for name, values in given.items()},
        coords={
            "date": pd.bdate_range("2015-01-05", periods=dates),
            "asset": [f"A{k:03d}" for k in range(assets)],
        },
    )


def random_panel(dates: int = 320, assets: int = 24, seed: int = 0) -> xr.Dataset:
    """Cent prices with splits, suspensions, late listings, flat prices, ties and gaps.

    Assets 1 to 17 have one oddity each, so there must be at least 18.
    """
    random = np.random.default_rng(seed)
    shape = (dates, assets)
    raw = random.uniform(3, 60, assets) * np.exp(np.cumsum(random.normal(0, 0.02, shape), axis=0))
    raw[:, 1] = 7.77
    raw[:, 2] = np.repeat(raw[::40, 2], 40)[:dates]
    close = np.round(raw, 2)
    opened = np.round(close * np.exp(random.normal(0, 0.01, shape)), 2)
    high = np.round(np.maximum(close, opened) * (1 + 0.02 * random.random(shape)), 2)
    low = np.round(np.minimum(close, opened) * (1 - 0.02 * random.random(shape)), 2)
    vwap = np.round((high + low + close) / 3, 4)
    volume = np.round(np.exp(random.normal(13, 0.7, shape)), -2)
    turnover = volume / 1e8
    for field in (opened, high, low, vwap):
        field[:, 1] = close[:, 1]
    volume[dates // 6 : dates // 5, 3] = 0.0
    volume[dates // 3, 4] = np.nan
    vwap[2 * dates // 5, 5] = np.nan
    opened[2 * dates // 5, 6] = np.nan
    for field in (close, opened, high, low, vwap, volume):
        field[:, 8] = field[:, 7]

    factor = np.ones(shape)
    factor[dates // 2 :, 9:12] = 1.5
    factor[dates // 3 :, 10] *= 3.3
    traded = random.random(shape) > 0.03
    traded[: dates // 2, 13] = False
    traded[: dates - dates // 9, 14] = False
    traded[dates // 3 :, 15] = False
    traded[dates // 5 : dates // 2, 16] = False
    traded[:, 17] = False
    traded[:, 7:9] = True
    fields = {"open": opened, "high": high, "low": low, "close": close, "vwap": vwap}
    fields = {name: np.where(traded, values * factor, np.nan) for name, values in fields.items()}
    panel = panel_of(**fields, volume=np.where(traded, volume / factor, np.nan).astype(np.float32))
    panel["turnover"] = (
        ("date", "asset"),
        np.where(traded, turnover, np.nan).astype(np.float32),
    )
    panel["traded"] = (("date", "asset"), traded)
    return panel


def real_panel(assets: int = 40, rows: int = 700) -> xr.Dataset:
    """The first days of some real A-shares, or skip where the data is not there."""
    path = REAL_DATA / "ashare" / "bars.parquet"
    if not path.exists():
        pytest.skip(f"no real data: {path} does not exist (set DEEP_ALPHA_REAL_DATA)")
    names = pq.read_table(REAL_DATA / "ashare" / "assets.parquet", columns=["asset"])
    every = sorted(names["asset"].to_pylist())
    chosen = every[:: max(1, len(every) // (2 * assets))]
    bars = pq.read_table(path, filters=[("asset", "in", chosen)]).to_pandas()
    kept = sorted(bars["asset"].unique())[:assets]
    days = sorted(bars["date"].unique())[:rows]
    bars = bars[bars["asset"].isin(kept) & (bars["date"] <= days[-1])]
    return build_panel(bars)
