"""Scores and returns to judge, and the same as alphalens wants them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


def factor_frames(
    days: int = 40, assets: int = 60, seed: int = 0, gaps: float = 0.0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Persistent scores and forward returns that they know a little of.

    Args:
        days: Business days.
        assets: Names.
        seed: Seed of both.
        gaps: Share of missing scores, and of missing returns.

    Returns:
        Two date × asset frames.
    """
    rng = np.random.default_rng(seed)
    shape = (days, assets)
    scores = 0.3 * rng.standard_normal(shape).cumsum(axis=0) + rng.standard_normal(assets)
    returns = 0.01 + 0.01 * scores + 0.05 * rng.standard_normal(shape)
    scores[rng.random(shape) < gaps] = np.nan
    returns[rng.random(shape) < gaps] = np.nan
    dates = pd.bdate_range("2020-01-01", periods=days)
    names = [f"A{i:03}" for i in range(assets)]
    return pd.DataFrame(scores, dates, names), pd.DataFrame(returns, dates, names)


def clean_factor_data(
    scores: pd.DataFrame, returns: pd.DataFrame, horizon: int, n: int
) -> pd.DataFrame:
    """The table that alphalens works on: quantiles of all scored names, known returns only."""
    utils = pytest.importorskip("alphalens.utils", reason="alphalens comes with the extra `bench`")
    index = pd.MultiIndex.from_product([scores.index, scores.columns], names=["date", "asset"])
    columns = {f"{horizon}D": returns.to_numpy().ravel(), "factor": scores.to_numpy().ravel()}
    table = pd.DataFrame(columns, index).dropna(subset="factor")
    return table.assign(factor_quantile=utils.quantize_factor(table, quantiles=n)).dropna()
