"""Markets to test on: one seeded and awkward on purpose, and the real one where it is present."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from deep_alpha.panel import build_panel

REAL_DATA = Path(
    os.environ.get("DEEP_ALPHA_REAL_DATA", Path(__file__).parents[2] / "shared" / "data")
)
LIMIT = 0.10


def random_bars(
    assets: int = 12,
    days: int = 160,
    seed: int = 0,
    start: str = "2019-01-02",
    optional: bool = True,
) -> pd.DataFrame:
    """Bars of a small exchange whose first eight assets each have a trouble of their own.

    A000 trades every day, A001 splits 2:1 in the middle, A002 is suspended for 12 days,
    A003 lists late, A004 is under special treatment for a while, A005 has a one-price day
    at the upper limit and, ten days on, one at the lower, A006 has bars without volume,
    A007 is delisted early. From A008 on, single days are missing.

    Args:
        assets: Number of assets.
        days: Number of business days.
        seed: Seed of prices and volumes.
        start: First day.
        optional: Whether amount, turnover, caps, ST flag and limit prices are there.

    Returns:
        One row for each asset and day it has a bar, by date and asset; raw prices in cents,
        adj_factor anchored at 3.7 as a vendor may.
    """
    random = np.random.default_rng(seed)
    shape = (days, assets)
    role = np.arange(assets)
    present = np.ones(shape, dtype=bool)
    present[:, role >= 8] = random.random((days, max(assets - 8, 0))) > 0.03
    half, third = days // 2, days // 3
    present[third : third + 12, role == 2] = False
    present[:third, role == 3] = False
    present[half:, role == 7] = False
    factor = np.full(shape, 3.7)
    factor[half:, role == 1] *= 2.0

    returns = np.clip(random.normal(0.0, 0.02, shape), -0.09, 0.09)
    close, limit_up, limit_down = (np.empty(shape) for _ in range(3))
    before = np.round(random.uniform(5.0, 60.0, assets), 2)
    for day in range(days):
        reference = before * factor[max(day - 1, 0)] / factor[day]
        limit_up[day] = np.round(reference * (1 + LIMIT), 2)
        limit_down[day] = np.round(reference * (1 - LIMIT), 2)
        price = np.round(reference * (1 + returns[day]), 2)
        if day == third:
            price[role == 5] = limit_up[day, role == 5]
        if day == third + 10:
            price[role == 5] = limit_down[day, role == 5]
        close[day] = np.where(present[day], price, reference)
        before = close[day]
    opened = np.clip(np.round(close * (1 + random.normal(0, 0.01, shape)), 2), 0.01, None)
    one_price = np.isin(np.arange(days), (third, third + 10))[:, None] & (role == 5)
    opened = np.where(one_price, close, opened)
    spread = np.where(one_price, 0.0, 0.01)
    high = np.round(np.maximum(opened, close) * (1 + spread), 2)
    low = np.round(np.minimum(opened, close) * (1 - spread), 2)
    volume = np.round(np.exp(random.normal(12.0, 0.5, shape)), -2)
    volume[half : half + 3, role == 6] = 0.0
    amount = np.round(volume * (high + low + 2 * close) / 4, 2)
    shares = np.round(random.uniform(1e7, 1e9, assets)) * np.where(factor > 3.7, 2.0, 1.0)
    is_st = (np.arange(days)[:, None] >= half) & (role == 4)

    row, column = np.nonzero(present)
    fields = {
        "open": opened,
        "high": high,
        "low": low,
        "close": close,
        "volume": volume,
        "adj_factor": factor,
    }
    if optional:
        fields |= {
            "amount": np.where(amount > 0, amount, np.nan),
            "turnover": volume / shares,
            "free_turnover": volume / shares * 1.5,
            "float_cap": close * shares,
            "total_cap": close * shares * 2.0,
            "is_st": is_st,
            "limit_up": limit_up,
            "limit_down": limit_down,
        }
    calendar = pd.bdate_range(start, periods=days)
    names = np.array([f"A{k:03d}" for k in role], dtype=object)
    keys = {"asset": names[column], "date": calendar[row]}
    return pd.DataFrame(keys | {name: values[row, column] for name, values in fields.items()})


def random_panel(
    assets: int = 12, days: int = 160, seed: int = 0, optional: bool = True
) -> xr.Dataset:
    """The panel of ``random_bars``, half of its assets with an industry."""
    bars = random_bars(assets, days, seed, optional=optional)
    names = [f"A{k:03d}" for k in range(0, assets, 2)]
    industries = [("Banks", "Metals", "Energy")[k % 3] for k in range(len(names))]
    return build_panel(bars, pd.DataFrame({"asset": names, "industry": industries}))


@pytest.fixture(scope="session")
def _panel_of_the_session() -> xr.Dataset:
    return random_panel()


@pytest.fixture
def small_bars() -> pd.DataFrame:
    """160 days of 12 assets, with suspensions, listings, a split, limits and ST."""
    return random_bars()


@pytest.fixture
def small_panel(_panel_of_the_session: xr.Dataset) -> xr.Dataset:
    """The panel of ``small_bars``; a copy, so a test may write to it."""
    return _panel_of_the_session.copy(deep=True)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real markets; skips where it is absent."""
    if not (REAL_DATA / "ashare" / "bars.parquet").exists():
        pytest.skip(f"no real data in {REAL_DATA} (set DEEP_ALPHA_REAL_DATA)")
    return REAL_DATA
