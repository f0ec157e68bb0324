"""Daily information coefficients of a score table (SPEC 0.3)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.kernels.correlation import daily_names, daily_pearson_ic, daily_rank_ic

_Kernel = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.generic]]


def rank_ic(scores: pd.DataFrame, forward_returns: pd.DataFrame) -> pd.Series:
    """Spearman correlation of scores and forward returns on each date.

    The frames are joined on the dates and assets that both have. Ranks are average
    ranks among the assets that have a score *and* a return on the date: ranking before
    that joint mask would be another, wrong, number.

    Args:
        scores: Date × asset, higher = better, NaN = not scored.
        forward_returns: Date × asset, any unit, NaN = not known (yet).

    Returns:
        The rank IC by date, in the order of ``scores``; NaN on dates with fewer than 10
        joint names or where one side is constant.

    Raises:
        ValueError: A frame repeats a label, or the two share no date or no asset.
    """
    return _by_date(daily_rank_ic, scores, forward_returns, "rank_ic")


def pearson_ic(scores: pd.DataFrame, forward_returns: pd.DataFrame) -> pd.Series:
    """Pearson correlation of scores and forward returns on each date.

    Printed beside the rank IC, for specific returns are skewed: a calm name's median is
    above a volatile one's though their means agree, and only ranks see that (SPEC 0.3).
    Arguments, joining and errors are those of :func:`rank_ic`.

    Returns:
        The Pearson IC by date, NaN as in :func:`rank_ic`.
    """
    return _by_date(daily_pearson_ic, scores, forward_returns, "pearson_ic")


def joint_names(scores: pd.DataFrame, forward_returns: pd.DataFrame) -> pd.Series:
    """Number of assets that an IC of :func:`rank_ic` is computed from, by date."""
    return _by_date(daily_names, scores, forward_returns, "joint_names")


def _by_date(
    kernel: _Kernel, scores: pd.DataFrame, forward_returns: pd.DataFrame, name: str
) -> pd.Series:
    dates = _shared(scores.index, forward_returns.index, "date")
    assets = _shared(scores.columns, forward_returns.columns, "asset")
    values = kernel(_values(scores, dates, assets), _values(forward_returns, dates, assets))
    return pd.Series(values, index=dates, name=name)


def _shared(left: pd.Index, right: pd.Index, kind: str) -> pd.Index:
    for side, labels in (("scores", left), ("forward_returns", right)):
        if not labels.is_unique:
            repeated = labels[labels.duplicated()][0]
            raise ValueError(f"{side} holds the {kind} {repeated} twice: keep one row or column")
    shared = left if left.equals(right) else left.intersection(right, sort=False)
    if shared.empty:
        raise ValueError(f"scores and forward_returns share no {kind}: check their labels")
    return shared


def _values(frame: pd.DataFrame, dates: pd.Index, assets: pd.Index) -> NDArray[np.float64]:
    if not (frame.index.equals(dates) and frame.columns.equals(assets)):
        frame = frame.reindex(index=dates, columns=assets)
    values = frame.to_numpy()
    if values.dtype != np.float64:
        values = frame.to_numpy(dtype=np.float64, na_value=np.nan)
    return values
