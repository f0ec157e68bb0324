"""A panel of random walks on given names and dates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from deep_alpha.panel import build_panel


def random_walks(dates, assets, seed=3):
    """Every name trades every day; opens lie half a percent around the closes."""
    shape = len(dates), len(assets)
    random = np.random.default_rng(seed)
    close = 20 * np.exp(np.cumsum(random.normal(0, 0.02, shape), axis=0))
    opened = close * (1 + random.normal(0, 0.005, shape))
    bars = {
        "date": np.repeat(dates, len(assets)),
        "asset": np.tile(assets, len(dates)),
        "open": opened.ravel(),
        "high": np.maximum(opened, close).ravel(),
        "low": np.minimum(opened, close).ravel(),
        "close": close.ravel(),
    }
    return build_panel(pd.DataFrame({**bars, "volume": 1e6, "adj_factor": 1.0}))
