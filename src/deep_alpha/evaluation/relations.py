"""Whether signals say the same: correlations of scores and of IC, and double sorts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.frames import aligned
from deep_alpha.evaluation.ic import rank_ic
from deep_alpha.kernels.correlation import daily_rank_ic
from deep_alpha.kernels.quantiles import quantile_numbers, sums_by_number


@dataclass(frozen=True)
class Correlations:
    """A correlation of each pair of signals, and the days behind it; signal × signal both."""

    mean: pd.DataFrame
    days: pd.DataFrame


@dataclass(frozen=True)
class DoubleSort:
    """Mean forward returns of names sorted by one score, then by another inside.

    Args:
        mean: Quantile of the first × quantile of the second: mean over days, decimals.
        excess: The same less the day's mean return of all sorted names.
        names: Mean number of names with a known return a day.
        n_days: Days with a known return in every cell.
        n_skipped: Other days; they are left out of all cells.
    """

    mean: pd.DataFrame
    excess: pd.DataFrame
    names: pd.DataFrame
    n_days: int
    n_skipped: int


def score_correlations(scores: Mapping[str, pd.DataFrame]) -> Correlations:
    """Mean daily Spearman correlation of signals' scores.

    Args:
        scores: Date × asset scores by signal; each pair is compared on the dates and
            assets that both have.

    Returns:
        Correlations and days; 1 on the diagonal, with the signal's days that have ranks.

    Raises:
        DeepAlphaError: There is no signal, or two share no date or no asset.
    """
    if not scores:
        raise DeepAlphaError("there is no signal to compare")
    names = list(scores)
    mean = pd.DataFrame(np.nan, names, names)
    days = pd.DataFrame(0, names, names)
    for left, right in [(name, name) for name in names] + list(combinations(names, 2)):
        _, _, values = aligned(**{name: scores[name] for name in (left, right)})
        daily = daily_rank_ic(values[0], values[-1])  # one alone is compared with itself
        known = daily[~np.isnan(daily)]
        mean.loc[left, right] = mean.loc[right, left] = known.mean() if len(known) else np.nan
        days.loc[left, right] = days.loc[right, left] = len(known)
    return Correlations(mean, days)


def ic_correlations(
    scores: Mapping[str, pd.DataFrame], forward_returns: pd.DataFrame
) -> Correlations:
    """Pearson correlation of signals' daily rank IC: do they earn at the same time?

    Args:
        scores: Date × asset scores by signal.
        forward_returns: Date × asset, NaN = not known (yet).

    Returns:
        Correlations over the days on which both have an IC, and the number of these; NaN
        for fewer than three.

    Raises:
        DeepAlphaError: There is no signal.
        ValueError: Of :func:`~deep_alpha.evaluation.ic.rank_ic`, where labels do not fit.
    """
    if not scores:
        raise DeepAlphaError("there is no signal to compare")
    daily = pd.DataFrame({name: rank_ic(frame, forward_returns) for name, frame in scores.items()})
    known = daily.notna().astype(int)
    return Correlations(daily.corr(min_periods=3), known.T @ known)


def double_sort(
    first: pd.DataFrame,
    second: pd.DataFrame,
    forward_returns: pd.DataFrame,
    n: int = 5,
    m: int = 5,
) -> DoubleSort:
    """Sort names by one score, and inside each of its quantiles by another.

    If the second score still pays inside the quantiles of the first, it knows something
    that the first does not. Only names with both scores are sorted. A day needs 10 of them,
    or m if that is more, in each quantile of the first.

    Args:
        first: Date × asset, sorted by first, NaN = not scored.
        second: Date × asset, sorted by within.
        forward_returns: Date × asset, decimals, NaN = not known (yet).
        n: Quantiles of the first.
        m: Quantiles of the second.

    Returns:
        Mean returns by cell.

    Raises:
        DeepAlphaError: ``n`` or ``m`` is out of bounds, or the frames do not fit.
    """
    dates, _, (outer, inner, returns) = aligned(
        first=first, second=second, forward_returns=forward_returns
    )
    outer = np.where(np.isnan(inner), np.nan, outer)
    totals, counts = _cells(outer, inner, returns, n, m)
    complete = (counts > 0).all(axis=(1, 2))
    totals, counts = totals[complete], counts[complete]
    mean = totals / counts
    universe = totals.sum(axis=(1, 2)) / counts.sum(axis=(1, 2))
    rows, columns = pd.RangeIndex(1, n + 1, name="first"), pd.RangeIndex(1, m + 1, name="second")

    def table(values: NDArray[np.float64] | NDArray[np.int64]) -> pd.DataFrame:
        average = values.mean(axis=0) if len(values) else np.full((n, m), np.nan)
        return pd.DataFrame(average, rows, columns)

    return DoubleSort(
        mean=table(mean),
        excess=table(mean - universe[:, None, None]),
        names=table(counts),
        n_days=int(complete.sum()),
        n_skipped=len(dates) - int(complete.sum()),
    )


def _cells(
    outer: NDArray[np.float64],
    inner: NDArray[np.float64],
    returns: NDArray[np.float64],
    n: int,
    m: int,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Sum and number of the known returns of each cell, shape (T, n, m) each."""
    number = quantile_numbers(outer, n)
    parts = [
        sums_by_number(returns, quantile_numbers(np.where(number == k, inner, np.nan), m), m)
        for k in range(1, n + 1)
    ]
    totals, counts = (np.stack(part, axis=1) for part in zip(*parts, strict=True))
    return totals, counts
