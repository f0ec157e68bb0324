"""The daily paths that a validation segment's Sharpe ratio is measured on (SPEC 001-H1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from deep_alpha.errors import ConfigurationError
from deep_alpha.models.samples import Samples
from deep_alpha.training.validation_sharpe import DailyReturns

RETURN, VWAP = "return", "div_vwap_close_2"
Metrics = Callable[[NDArray[np.float32]], Mapping[str, float]]


def validation_sharpe(valid: Samples) -> Metrics:
    """What measures the ``sharpe`` of scores of a validation segment.

    Args:
        valid: The segment, of the table of images. Rows are read up to the day on which its
            last label is known: that is the purge before the test, and nothing later.

    Raises:
        ConfigurationError: The samples do not say where their rows lie, or lack a column.
    """
    if valid.row_date is None or valid.row_asset is None or valid.reach is None:
        raise ConfigurationError("a validation back-test needs samples of windows, with labels")
    missing = [name for name in (RETURN, VWAP) if name not in valid.feature_names]
    if missing:
        raise ConfigurationError(f"the samples have no '{missing[0]}': they are no images")
    first, last = int(valid.date_index[0]), int(valid.date_index[-1])
    inside = slice(*np.searchsorted(valid.row_date, [first, last + valid.reach + 1]))
    shape = (last + valid.reach + 1 - first, int(valid.row_asset.max()) + 1)
    returns, vwap = np.full(shape, np.nan), np.full(shape, np.nan)
    day, asset = valid.row_date[inside] - first, valid.row_asset[inside]
    for grid, name in ((returns, RETURN), (vwap, VWAP)):
        column = valid.feature_names.index(name)
        grid[day, asset] = valid.features[inside.start : inside.stop, column]
    daily = DailyReturns.of(valid.date_index, valid.asset_index, returns, vwap, valid.reach)
    return lambda scores: {"sharpe": daily.sharpe(scores)}
