"""A few bars, for the tests of datasets."""

from __future__ import annotations

import numpy as np
import pandas as pd


def bars(days=30, assets=("A", "B", "C"), seed=0):
    """A bars table of a market folder; a longer one agrees on the days of a shorter one."""
    dates = pd.bdate_range("2020-01-01", periods=days)
    close = np.round(10 + np.random.default_rng(seed).random((days, len(assets))), 2)
    return pd.DataFrame(
        {
            "asset": np.tile(assets, days),
            "date": np.repeat(dates, len(assets)),
            "open": close.ravel(),
            "high": close.ravel() + 0.1,
            "low": close.ravel() - 0.1,
            "close": close.ravel(),
            "volume": 1000.0,
            "adj_factor": 1.0,
        }
    )
