"""What a benchmark's weights earn, day by day."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from deep_alpha.backtest.attribution import marked_returns
from deep_alpha.backtest.benchmark import Benchmark


def benchmark_returns(benchmark: Benchmark, panel: xr.Dataset) -> pd.Series:
    """Daily returns of the weights of the day before, by date.

    Args:
        benchmark: Weights of the panel's assets on its dates.
        panel: The market panel.

    Returns:
        Simple returns, dividends as in the adjusted closes; NaN as long as nobody could be
        weighted the day before. A suspended name earns 0.
    """
    weights = benchmark.weights.shift(1)
    earned = (weights * marked_returns(panel).fillna(0.0)).sum(axis=1)
    return earned.where(weights.notna().any(axis=1))
