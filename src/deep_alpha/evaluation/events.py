"""Event study: how the top and the bottom move before and after a score puts them there.

The days before formation show what kind of names a signal picks (reversal, momentum), the
days after how its return arrives. Names are chosen by their score alone: neither what they
do later nor whether they can be bought next day decides who is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.frames import aligned
from deep_alpha.evaluation.quantiles import mean_error
from deep_alpha.kernels.quantiles import mean_relative_paths, quantile_numbers


@dataclass(frozen=True)
class EventStudy:
    """Mean paths around the day of formation.

    Args:
        table: Indexed by day −before … +after; columns ``bottom`` and ``top``, the mean
            return from the close of formation to the close of that day, minus that of all
            scored names, decimals (before formation: the price level then, relative to
            the level at formation); ``bottom_error`` and ``top_error``, Newey and West's
            standard errors, with a lag of the days between less one.
        n_days: Days of formation behind every row.
        n_skipped: Others: without quantiles, or too near to an end of the prices.
    """

    table: pd.DataFrame
    n_days: int
    n_skipped: int


def event_study(
    scores: pd.DataFrame,
    close: pd.DataFrame,
    n: int = 5,
    before: int = 10,
    after: int = 20,
) -> EventStudy:
    """Average price paths of the top and bottom quantile, relative to the universe.

    A suspended name stands at its last close. The path of a day of formation is bought
    and held; paths of different days overlap, and are averaged with equal weight.

    Args:
        scores: Date × asset, higher = better, NaN = not scored.
        close: Date × asset, adjusted closes on all trading days in time order, NaN = no
            trade; from ``before`` days before the scores to ``after`` days after them,
            or the scores at the ends are skipped.
        n: Number of quantiles.
        before: Days shown before formation.
        after: Days shown after formation.

    Returns:
        Mean paths and their errors.

    Raises:
        DeepAlphaError: ``before`` or ``after`` is negative, or the frames share no date
            or no asset.
    """
    if before < 0 or after < 0:
        raise DeepAlphaError(f"before is {before} and after {after} days: neither is negative")
    dates, assets, (ranked, _) = aligned(scores=scores, close=close)
    position = close.index.get_indexer(dates)
    inside = (position >= before) & (position + after < len(close))
    first = max(int(position.min()) - before, 0)
    span = close.iloc[first : int(position.max()) + after + 1].reindex(columns=assets)
    marks = np.ascontiguousarray(span.ffill().to_numpy(dtype=np.float64))
    numbers = quantile_numbers(ranked, n)[inside]
    paths = mean_relative_paths(marks, position[inside] - first, numbers, n, before, after)
    complete = ~np.isnan(paths).any(axis=(1, 2))
    days = range(-before, after + 1)
    columns: dict[str, NDArray[np.float64] | list[float]] = {}
    for leg, name in enumerate(("bottom", "top")):
        path = paths[:, leg][complete]
        errors = [mean_error(path[:, k], max(abs(day), 1)) for k, day in enumerate(days)]
        columns |= {name: _means(path), f"{name}_error": errors}
    table = pd.DataFrame(columns, pd.RangeIndex(-before, after + 1, name="day"))
    n_days = int(complete.sum())
    return EventStudy(table, n_days, len(dates) - n_days)


def _means(path: NDArray[np.float64]) -> NDArray[np.float64]:
    means: NDArray[np.float64] = path.mean(axis=0) if len(path) else np.full(path.shape[1], np.nan)
    return means
