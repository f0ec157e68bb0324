"""Robust clipping and z-scores of one day's cross-section, from one sort per factor.

A sorted column gives the median at once, and the median absolute deviation by a binary
search: the distances below and above the median are two sorted lists already.
"""

import numpy as np
from numba import njit

NORMAL_CONSISTENCY = 1.4826
"""Scales a median absolute deviation to the standard deviation of a normal variable."""

CLIP_DEVIATIONS = 5.0
SMALLEST_DEVIATION = 1e-12


@njit(cache=True, nogil=True, error_model="numpy")
def count_present(values, columns, counts):  # type: ignore[no-untyped-def]
    """Count, for each asset of a day, the chosen factors that have a value.

    Args:
        values: Shape (factors, assets), one day.
        columns: Rows of ``values`` that count.
        counts: Shape (assets,), overwritten.
    """
    counts[:] = 0
    for k in range(columns.size):
        column = values[columns[k]]
        for asset in range(counts.size):
            counts[asset] += np.int64(column[asset] == column[asset])


@njit(cache=True, nogil=True, error_model="numpy")
def gather(values, columns, assets, gathered):  # type: ignore[no-untyped-def]
    """Copy the chosen factors of the chosen assets of a day to shape (columns, assets)."""
    for k in range(columns.size):
        column = values[columns[k]]
        target = gathered[k]
        for place in range(assets.size):
            target[place] = column[assets[place]]


@njit(cache=True, nogil=True, error_model="numpy")
def _median(ascending, count):  # type: ignore[no-untyped-def]
    return (np.float64(ascending[(count - 1) // 2]) + np.float64(ascending[count // 2])) / 2.0


@njit(cache=True, nogil=True, error_model="numpy")
def _kth_distance(ascending, count, median, first_above, k):  # type: ignore[no-untyped-def]
    """The k-th smallest (from 0) distance to the median."""
    below = first_above
    above = count - first_above
    wanted = k + 1
    low = max(0, wanted - above)
    high = min(wanted, below)
    # Take ``low`` distances from below the median and the rest from above it, so that the
    # largest taken from one side is no larger than the smallest left on the other.
    while low < high:
        middle = (low + high) // 2
        left_next = median - ascending[first_above - 1 - middle]
        right_last = ascending[first_above + wanted - middle - 1] - median
        if right_last > left_next:
            low = middle + 1
        else:
            high = middle
    distance = 0.0
    if low > 0:
        distance = median - ascending[first_above - low]
    if wanted > low:
        distance = max(distance, ascending[first_above + wanted - low - 1] - median)
    return distance


@njit(cache=True, nogil=True, error_model="numpy")
def _clip_bounds(ascending, count):  # type: ignore[no-untyped-def]
    """Median ± 5 × 1.4826 × MAD; no bounds where the MAD is 0."""
    median = _median(ascending, count)
    first_above = np.searchsorted(ascending[:count], median)
    deviation = (
        _kth_distance(ascending, count, median, first_above, (count - 1) // 2)
        + _kth_distance(ascending, count, median, first_above, count // 2)
    ) / 2.0
    if deviation == 0.0:
        return -np.inf, np.inf
    reach = CLIP_DEVIATIONS * NORMAL_CONSISTENCY * deviation
    return median - reach, median + reach


@njit(cache=True, nogil=True, error_model="numpy")
def standardise(gathered, ascending, clip, rows):  # type: ignore[no-untyped-def]
    """Clip and z-score each factor of one day and write it as a column of rows.

    Args:
        gathered: Shape (factors, assets), NaN where there is no value.
        ascending: The same, sorted along the assets, NaN last.
        clip: Whether to clip at the median ± 5 × 1.4826 × MAD first.
        rows: Shape (assets, factors), overwritten: z-score, 0 where there is no value or
            the factor does not vary.
    """
    for factor in range(gathered.shape[0]):
        column = ascending[factor]
        count = column.size
        while count > 0 and column[count - 1] != column[count - 1]:
            count -= 1
        low, high = -np.inf, np.inf
        if clip and count > 0:
            low, high = _clip_bounds(column, count)
        total = 0.0
        for place in range(count):
            total += min(max(np.float64(column[place]), low), high)
        mean = total / count
        squares = 0.0
        for place in range(count):
            squares += (min(max(np.float64(column[place]), low), high) - mean) ** 2
        deviation = np.sqrt(squares / count)
        scale = 1.0 / deviation if deviation >= SMALLEST_DEVIATION else 0.0
        source = gathered[factor]
        for place in range(source.size):
            score = (min(max(np.float64(source[place]), low), high) - mean) * scale
            rows[place, factor] = score if source[place] == source[place] else 0.0
