"""A score that knows nothing: what costs, sorting and chance earn without any signal."""

from __future__ import annotations

import numpy as np
import pandas as pd

NULL = "random"
"""Its name among signals."""


def random_scores(like: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Standard normal scores on the names and days of a signal.

    Args:
        like: Date × asset scores, NaN = not scored.
        seed: Another seed gives other scores.

    Returns:
        Date × asset, NaN where ``like`` is; every day and name drawn on its own.
    """
    drawn = np.random.default_rng(seed).standard_normal(like.shape)
    return pd.DataFrame(drawn, like.index, like.columns).where(like.notna())
