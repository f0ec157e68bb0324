"""Quantiles of each day: who is in which, and what their values come to."""

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.stats import rankdata

from deep_alpha.errors import DeepAlphaError
from deep_alpha.kernels.correlation import MINIMUM_NAMES


def quantile_numbers(values: NDArray[np.float64], n: int) -> NDArray[np.int8]:
    """Number of the quantile that each value lies in on its day, as ``pandas.qcut`` has it.

    The k-th edge lies k/n of the way from the smallest to the largest of the sorted values,
    and a value on an edge belongs below it. (Edges are places here, not interpolated numbers:
    for n = 6, say, qcut's own rounding can push a value over one.) qcut refuses a day on
    which ties make two edges equal; there, each value goes where its average rank lies.

    Args:
        values: Shape (T, N), NaN = no value.
        n: Number of quantiles, 2 … 127.

    Returns:
        Shape (T, N): 1 … n; 0 for NaN and on days with fewer than 10 values (SPEC 0.3),
        fewer than n, or equal values only.

    Raises:
        DeepAlphaError: ``n`` is out of its bounds.
    """
    if not 2 <= n <= 127:
        raise DeepAlphaError(f"{n} quantiles: there must be 2 to 127")
    numbers = np.zeros(values.shape, dtype=np.int8)
    count = np.count_nonzero(~np.isnan(values), axis=1)
    enough = np.flatnonzero(count >= max(MINIMUM_NAMES, n))
    if not len(enough):
        return numbers
    chosen, last = values[enough], count[enough, None] - 1
    ascending = np.sort(chosen, axis=1)  # NaN come last
    place, remainder = np.divmod(np.arange(n + 1) * last, n)
    edge = np.take_along_axis(ascending, place, axis=1)
    above = np.take_along_axis(ascending, np.minimum(place + 1, last), axis=1)
    # An edge between two different values needs no number: what exceeds the lower is above.
    on_value = (remainder == 0) | (edge == above)
    result = (~np.isnan(chosen)).astype(np.int8)
    for k in range(1, n):
        result += chosen > edge[:, [k]]
    coincide = (edge[:, 1:] == edge[:, :-1]) & on_value[:, 1:] & on_value[:, :-1]
    for day in np.flatnonzero(coincide.any(axis=1)):
        result[day] = _by_average_rank(chosen[day], n)
    result[edge[:, 0] == edge[:, -1]] = 0
    numbers[enough] = result
    return numbers


def sums_by_number(
    values: NDArray[np.float64], numbers: NDArray[np.int8], n: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Sum and number of the known values of each day's groups 1 … n.

    Args:
        values: Shape (T, N), NaN = unknown.
        numbers: Shape (T, N), the group, 0 = none.
        n: Number of groups.

    Returns:
        Sums and counts, shape (T, n) each.
    """
    days = len(values)
    taken = (numbers > 0) & ~np.isnan(values)
    cells = (numbers + (n + 1) * np.arange(days)[:, None])[taken]
    size = days * (n + 1)
    totals = np.bincount(cells, weights=values[taken], minlength=size).astype(np.float64)
    counts = np.bincount(cells, minlength=size).astype(np.int64)
    return totals.reshape(days, n + 1)[:, 1:], counts.reshape(days, n + 1)[:, 1:]


def mean_relative_paths(
    marks: NDArray[np.float64],
    starts: NDArray[np.int64],
    numbers: NDArray[np.int8],
    n: int,
    before: int,
    after: int,
) -> NDArray[np.float64]:
    """Mean price of quantile 1 and n relative to its price at the start, less all names'.

    Args:
        marks: Shape (D, N), float64 prices; NaN = none.
        starts: Shape (T,), rows of ``marks``; each window lies inside.
        numbers: Shape (T, N), int8: the quantile 1 … n of each name, 0 = none.
        n: Number of quantiles.
        before: Days of the window before its start.
        after: Days after it.

    Returns:
        Shape (T, 2, before + 1 + after): lowest and highest quantile; a name without a
        price at the start or on the day is left out there. NaN where a quantile is empty.

    Raises:
        DeepAlphaError: A window reaches beyond the prices, or the shapes do not fit.
    """
    if numbers.shape != (len(starts), marks.shape[1]):
        raise DeepAlphaError(
            f"numbers {numbers.shape} do not fit {len(starts)} starts of {marks.shape}"
        )
    if len(starts) and (starts.min() < before or starts.max() + after >= len(marks)):
        raise DeepAlphaError(f"a window reaches beyond the {len(marks)} days of prices")
    result: NDArray[np.float64] = _paths(marks, starts, numbers, n, before, after)
    return result


def _by_average_rank(values: NDArray[np.float64], n: int) -> NDArray[np.int8]:
    count = np.count_nonzero(~np.isnan(values))
    twice_rank = 2 * rankdata(values, nan_policy="omit") - 2  # whole numbers, from 0
    result = (~np.isnan(values)).astype(np.int8)
    for k in range(1, n):
        result += n * twice_rank > 2 * k * (count - 1)
    return result


@njit(cache=True, nogil=True, error_model="numpy")
def _paths(marks, starts, numbers, n, before, after):  # type: ignore[no-untyped-def]
    length = before + 1 + after
    result = np.empty((starts.size, 2, length))
    member = np.empty(marks.shape[1], np.int64)
    for day in range(starts.size):
        start = starts[day]
        count = 0
        for asset in range(marks.shape[1]):
            member[count] = asset
            price = marks[start, asset]
            count += (numbers[day, asset] > 0) & (price == price)
        for step in range(length):
            row, base = marks[start - before + step], marks[start]
            low, high, whole = _means(row, base, numbers[day], member[:count], n)
            result[day, 0, step] = low - whole
            result[day, 1, step] = high - whole
    return result


@njit(cache=True, nogil=True, error_model="numpy")
def _means(row, base, numbers, member, n):  # type: ignore[no-untyped-def]
    """Mean price ratio of the lowest quantile, the highest, and all members."""
    total = np.zeros(3)
    count = np.zeros(3)
    for place in range(member.size):
        asset = member[place]
        ratio = row[asset] / base[asset]
        if ratio == ratio:
            number = numbers[asset]
            leg = 0 if number == 1 else (1 if number == n else 2)
            total[leg] += ratio
            count[leg] += 1.0
    whole = (total[0] + total[1] + total[2]) / (count[0] + count[1] + count[2])
    return total[0] / count[0], total[1] / count[1], whole
