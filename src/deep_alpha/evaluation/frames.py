"""Date × asset frames brought onto the dates and assets that all of them have."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.errors import DeepAlphaError


def aligned(**frames: pd.DataFrame) -> tuple[pd.Index, pd.Index, list[NDArray[np.float64]]]:
    """The values of several frames on their shared dates and assets.

    Args:
        frames: Date × asset frames of numbers or booleans by the name that errors call them.

    Returns:
        The dates and the assets, in the order of the first frame, and for each frame an
        array (dates, assets), float64, row after row in memory; NaN = no value.

    Raises:
        DeepAlphaError: A frame repeats a label, or they share no date or no asset.
    """
    dates = _shared({name: frame.index for name, frame in frames.items()}, "date")
    assets = _shared({name: frame.columns for name, frame in frames.items()}, "asset")
    return dates, assets, [_values(frame, dates, assets) for frame in frames.values()]


def _shared(labels: dict[str, pd.Index], kind: str) -> pd.Index:
    for name, index in labels.items():
        if not index.is_unique:
            twice = index[index.duplicated()][0]
            raise DeepAlphaError(f"{name} holds the {kind} {twice} twice: keep one row or column")
    shared = reduce(
        lambda left, right: left if left.equals(right) else left.intersection(right, sort=False),
        labels.values(),
    )
    if shared.empty:
        raise DeepAlphaError(f"{' and '.join(labels)} share no {kind}: check their labels")
    return shared


def _values(frame: pd.DataFrame, dates: pd.Index, assets: pd.Index) -> NDArray[np.float64]:
    if not (frame.index.equals(dates) and frame.columns.equals(assets)):
        frame = frame.reindex(index=dates, columns=assets)
    return np.ascontiguousarray(frame.to_numpy(dtype=np.float64, na_value=np.nan))
