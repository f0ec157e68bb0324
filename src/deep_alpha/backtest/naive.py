"""The paper's accounting of overlapping holdings, for comparison only (SPEC 1.5-E5)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from deep_alpha.backtest.ends import ENDS, choose_ends
from deep_alpha.errors import ConfigurationError, PanelError


def naive_overlap(
    scores: pd.DataFrame, close: pd.DataFrame, *, k: int, horizon: int
) -> pd.DataFrame:
    """h-day returns taken as if they were daily, which **inflates**.

    Each day's portfolio is credited with its h-day forward close-to-close return, and
    these are compounded daily: the same capital is used h times over, which multiplies
    exposure by h and the Sharpe ratio by about √h. No fills, no costs.

    Args:
        scores: (T, N), NaN = not in the universe.
        close: (T, N), adjusted closes, NaN = no trading.
        k: Names in the top and in the bottom.
        horizon: Days h of the forward return.

    Returns:
        Columns top, bottom, universe, long_short; the last h dates have no return yet
        and are left out.

    Raises:
        ConfigurationError: ``k`` or ``horizon`` is below 1.
        PanelError: The frames differ in dates or assets.
    """
    if horizon < 1:
        raise ConfigurationError(f"a horizon of {horizon} days: it must be at least 1")
    if not (close.index.equals(scores.index) and close.columns.equals(scores.columns)):
        raise PanelError(
            "close and scores have different dates or assets: reindex one like the other"
        )
    marks = close.ffill().to_numpy(dtype=np.float64)
    ahead = np.nan_to_num(marks[horizon:] / marks[:-horizon] - 1)
    chosen = choose_ends(scores.to_numpy(dtype=np.float64), k)[:, : len(ahead)]
    means = np.einsum("ltn,tn->lt", chosen, ahead) / np.maximum(chosen.sum(axis=2), 1)
    table = pd.DataFrame(means.T, scores.index[: len(ahead)], pd.Index(ENDS))
    return table.assign(long_short=table["top"] - table["bottom"])
