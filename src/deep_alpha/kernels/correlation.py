"""Daily cross-sectional correlation: rank IC and Pearson IC, one number for each day.

The rank IC of a day costs two sorts, and little else. NumPy's vectorised ``sort`` is
several times faster than any ``argsort``, but it forgets where a value came from. So a
double becomes an integer of the same order, with the value's position in its lowest
bits, to be read back after sorting. Values that agree in all higher bits come out side
by side and are then compared exactly: they are ties, or they are put in order. (A
float32 leaves 29 bits of a double free, so that there only true ties agree.)

The second column is gathered in the order of the first before it is sorted, so that
its positions are the first column's places. Doubled and centred, average ranks are
whole numbers: their products are summed without rounding.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float32] | NDArray[np.float64]

MINIMUM_NAMES = 10
"""Days with fewer names have no IC (SPEC 0.3)."""

_DAYS_AT_ONCE = 8  # the buffers of so many days of a whole market stay in the L2 cache
_ASSETS_AT_ONCE = 64  # turned in strips, a table is read and written a cache line at a time
_MINUS_ZERO = np.int64(-(2**63))
_ALL_BUT_SIGN = np.int64(2**63 - 1)


def daily_rank_ic(
    scores: Floats, returns: Floats, minimum_names: int = MINIMUM_NAMES
) -> NDArray[np.float64]:
    """Spearman correlation of scores and returns on each day.

    Equal to ``scipy.stats.spearmanr`` on the assets of a day where both are known:
    ranks are taken inside that joint mask, and exactly equal values (in the dtype
    given) share their average rank. Infinite values rank as the largest.

    Args:
        scores: Shape (T, N), float32 or float64, NaN = no score.
        returns: Shape (T, N), forward returns in any unit, NaN = unknown.
        minimum_names: Fewest joint names a day needs.

    Returns:
        Shape (T,); NaN on days with too few names or where one side is constant.

    Raises:
        ValueError: The two shapes differ or are not two-dimensional.
    """
    return rank_ic_by_day(*_as_rows(scores, returns), minimum_names)


def rank_ic_by_day(
    scores: Floats,
    returns: Floats,
    offsets: NDArray[np.int64],
    minimum_names: int = MINIMUM_NAMES,
) -> NDArray[np.float64]:
    """Spearman correlation of each day, of rows that are sorted by day.

    Args:
        scores: Shape (n,), float32 or float64, NaN = no score.
        returns: Shape (n,), NaN = unknown.
        offsets: Shape (days + 1,): rows of day d are ``offsets[d]:offsets[d + 1]``.
        minimum_names: Fewest joint names a day needs.

    Returns:
        Shape (days,), as of :func:`daily_rank_ic`.

    Raises:
        ValueError: Lengths of scores and returns differ, or offsets do not fit them.
    """
    scores, returns, offsets = _checked_rows(scores, returns, offsets)
    days = len(offsets) - 1
    result = np.full(days, np.nan)
    width = int(np.diff(offsets).max(initial=0))
    index_bits = max(width - 1, 1).bit_length()
    values_x, values_y, followed = np.empty((3, min(_DAYS_AT_ONCE, max(days, 1)), width))
    keys = np.empty(followed.shape, dtype=np.int64)
    ranks_x = np.empty_like(keys)
    for first in range(0, days, _DAYS_AT_ONCE):
        span = offsets[first : first + _DAYS_AT_ONCE + 1]
        names = _pack_first(scores, returns, span, index_bits, values_x, values_y, keys)
        _sort(keys, names)
        squares_x = _pack_second(names, index_bits, values_x, values_y, keys, ranks_x, followed)
        _sort(keys, names)
        result[first : first + len(names)] = _correlate_ranks(
            names, index_bits, followed, keys, ranks_x, squares_x, minimum_names
        )
    return result


def _sort(keys: NDArray[np.int64], names: NDArray[np.int64]) -> None:
    for row, count in zip(keys, names, strict=False):
        row[:count].sort()


def daily_pearson_ic(
    scores: Floats, returns: Floats, minimum_names: int = MINIMUM_NAMES
) -> NDArray[np.float64]:
    """Pearson correlation of scores and returns on each day, float64 sums.

    Args and errors as of :func:`daily_rank_ic`; an infinite value makes its day NaN.

    Returns:
        Shape (T,); NaN on days with too few names or where one side is constant.
    """
    return pearson_ic_by_day(*_as_rows(scores, returns), minimum_names)


def pearson_ic_by_day(
    scores: Floats,
    returns: Floats,
    offsets: NDArray[np.int64],
    minimum_names: int = MINIMUM_NAMES,
) -> NDArray[np.float64]:
    """Pearson correlation of each day, of rows that are sorted by day.

    Args and errors as of :func:`rank_ic_by_day`.

    Returns:
        Shape (days,), as of :func:`daily_pearson_ic`.
    """
    scores, returns, offsets = _checked_rows(scores, returns, offsets)
    result: NDArray[np.float64] = _correlate_values(scores, returns, offsets, minimum_names)
    return result


def daily_names(scores: Floats, returns: Floats) -> NDArray[np.int64]:
    """Number of assets with both a score and a return on each day, shape (T,)."""
    names: NDArray[np.int64] = np.count_nonzero(~(np.isnan(scores) | np.isnan(returns)), axis=1)
    return names


def _as_rows(scores: Floats, returns: Floats) -> tuple[Floats, Floats, NDArray[np.int64]]:
    if scores.ndim != 2 or scores.shape != returns.shape:
        raise ValueError(
            f"scores {scores.shape} and returns {returns.shape} must be "
            "two date × asset arrays of one shape"
        )
    days, assets = scores.shape
    offsets = np.arange(days + 1, dtype=np.int64) * assets
    return _day_after_day(scores), _day_after_day(returns), offsets


def _day_after_day(table: Floats) -> Floats:
    """The table as one column; a frame's usual layout, asset after asset, is turned."""
    if not table.flags.c_contiguous:
        turned = np.empty(table.shape, dtype=table.dtype)
        for first in range(0, table.shape[1], _ASSETS_AT_ONCE):
            turned[:, first : first + _ASSETS_AT_ONCE] = table[:, first : first + _ASSETS_AT_ONCE]
        table = turned
    return table.reshape(-1)


def _checked_rows(
    scores: Floats, returns: Floats, offsets: NDArray[np.int64]
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    if scores.ndim != 1 or scores.shape != returns.shape:
        raise ValueError(
            f"scores {scores.shape} and returns {returns.shape} must be two columns of one length"
        )
    if len(offsets) == 0 or offsets[0] < 0 or offsets[-1] > len(scores):
        raise ValueError(f"offsets must lie between 0 and the {len(scores)} rows")
    if np.any(np.diff(offsets) < 0):
        raise ValueError("offsets must not decrease")
    return _read_only(scores), _read_only(returns), _read_only(offsets)


def _read_only(column: NDArray[Any]) -> NDArray[Any]:
    # Numba compiles writable and read-only arrays (pandas gives these) apart: make all one kind.
    view = np.ascontiguousarray(column)[:]
    view.flags.writeable = False
    return view


@njit(cache=True)
def _pack_first(
    scores: Any,
    returns: Any,
    offsets: Any,
    index_bits: Any,
    values_x: Any,
    values_y: Any,
    keys: Any,
) -> Any:
    """Values of the names that have both, and the sort keys of the scores."""
    days = len(offsets) - 1
    names = np.empty(days, dtype=np.int64)
    for day in range(days):
        count = 0
        for row in range(offsets[day], offsets[day + 1]):
            x = np.float64(scores[row])
            y = np.float64(returns[row])
            values_x[day, count] = x
            values_y[day, count] = y
            # Without a branch: an unwanted pair is overwritten by the next one.
            count += (x == x) & (y == y)
        names[day] = count
        _pack(values_x[day], count, index_bits, keys[day])
    return names


@njit(cache=True)
def _pack(values: Any, count: Any, index_bits: Any, keys: Any) -> None:
    """Integers in the order of the values, their positions in the lowest bits."""
    words = values.view(np.int64)
    high = ~((np.int64(1) << index_bits) - 1)
    for position in range(count):
        word = words[position]
        word = np.int64(0) if word == _MINUS_ZERO else word
        # Negative doubles grow downwards: turn all bits but the sign.
        word ^= (word >> 63) & _ALL_BUT_SIGN
        keys[position] = (word & high) | position


@njit(cache=True)
def _pack_second(
    names: Any,
    index_bits: Any,
    values_x: Any,
    values_y: Any,
    keys: Any,
    ranks_x: Any,
    followed: Any,
) -> Any:
    """Ranks of the sorted scores; the returns follow their order and get sort keys."""
    low = (np.int64(1) << index_bits) - 1
    squares = np.empty(len(names), dtype=np.int64)
    for day in range(len(names)):
        count = names[day]
        row = keys[day]
        squares[day] = _rank(values_x[day], row, count, low, ranks_x[day])
        source = values_y[day]
        target = followed[day]
        for place in range(count):
            target[place] = source[np.uint64(row[place] & low)]
        _pack(target, count, index_bits, row)
    return squares


@njit(cache=True)
def _rank(values: Any, keys: Any, count: Any, low: Any, ranks: Any) -> Any:
    """Doubled centred average ranks by place in sorted order, and the sum of their squares."""
    for place in range(count):
        ranks[place] = 2 * place + 1 - count
    squares = (count * count * count - count) // 3
    if _has_equal_neighbours(keys, count, low):
        squares -= _average_ties(values, keys, count, low, ranks)
    return squares


@njit(cache=True)
def _correlate_ranks(
    names: Any,
    index_bits: Any,
    values_y: Any,
    keys: Any,
    ranks_x: Any,
    squares_x: Any,
    minimum_names: Any,
) -> Any:
    low = (np.int64(1) << index_bits) - 1
    result = np.full(len(names), np.nan)
    ranks_y = np.empty(keys.shape[1], dtype=np.int64)
    for day in range(len(names)):
        count = names[day]
        if count < minimum_names:
            continue
        row = keys[day]
        ranks = ranks_x[day]
        squares_y = _rank(values_y[day], row, count, low, ranks_y)
        products = np.int64(0)
        for place in range(count):
            products += ranks_y[place] * ranks[np.uint64(row[place] & low)]
        if squares_x[day] > 0 and squares_y > 0:
            scale = np.sqrt(np.float64(squares_x[day]) * np.float64(squares_y))
            result[day] = min(max(products / scale, -1.0), 1.0)
    return result


@njit(cache=True)
def _has_equal_neighbours(keys: Any, count: Any, low: Any) -> Any:
    equal = 0
    for place in range(1, count):
        equal += (keys[place] | low) == (keys[place - 1] | low)
    return equal > 0


@njit(cache=True)
def _average_ties(values: Any, keys: Any, count: Any, low: Any, ranks: Any) -> Any:
    """Average the ranks of equal values; returns what that takes from their squares."""
    lost = np.int64(0)
    start = 0
    while start < count:
        stop = start + 1
        if stop < count and (keys[stop] | low) == (keys[start] | low):
            stop = _end_of_ties(values, keys, start, count, low)
            ties = stop - start
            lost += (ties * ties * ties - ties) // 3
            for place in range(start, stop):
                ranks[place] = start + stop - count
        start = stop
    return lost


@njit(cache=True)
def _end_of_ties(values: Any, keys: Any, start: Any, count: Any, low: Any) -> Any:
    """End of the run of equal values that starts at ``start`` in sorted order.

    Keys that differ in their low bits only may belong to different values: such a run
    is sorted by value first. Its later parts are met again, in order already.
    """
    stop = start + 1
    key = keys[start] | low
    first = values[keys[start] & low]
    equal = True
    ordered = True
    previous = first
    while stop < count and (keys[stop] | low) == key:
        value = values[keys[stop] & low]
        equal &= value == first
        ordered &= value >= previous
        previous = value
        stop += 1
    if equal:
        return stop
    if not ordered:
        run = keys[start:stop].copy()
        run_values = np.empty(len(run))
        for place in range(len(run)):
            run_values[place] = values[run[place] & low]
        keys[start:stop] = run[np.argsort(run_values)]
        first = values[keys[start] & low]
    stop = start + 1
    while values[keys[stop] & low] == first:
        stop += 1
    return stop


@njit(cache=True)
def _correlate_values(scores: Any, returns: Any, offsets: Any, minimum_names: Any) -> Any:
    days = len(offsets) - 1
    result = np.full(days, np.nan)
    for day in range(days):
        count = 0
        origin_x = origin_y = sum_x = sum_y = 0.0
        for row in range(offsets[day], offsets[day + 1]):
            x = np.float64(scores[row])
            y = np.float64(returns[row])
            if x == x and y == y:
                if count == 0:
                    # Measured from the first pair, a constant column is exactly zero.
                    origin_x = x
                    origin_y = y
                count += 1
                sum_x += x - origin_x
                sum_y += y - origin_y
        if count < minimum_names:
            continue
        mean_x = sum_x / count
        mean_y = sum_y / count
        square_x = square_y = product = 0.0
        for row in range(offsets[day], offsets[day + 1]):
            x = np.float64(scores[row])
            y = np.float64(returns[row])
            if x == x and y == y:
                deviation_x = x - origin_x - mean_x
                deviation_y = y - origin_y - mean_y
                square_x += deviation_x * deviation_x
                square_y += deviation_y * deviation_y
                product += deviation_x * deviation_y
        if square_x > 0.0 and square_y > 0.0:
            result[day] = product / np.sqrt(square_x) / np.sqrt(square_y)
    return result
