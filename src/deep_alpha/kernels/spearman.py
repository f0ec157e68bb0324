"""Spearman correlation of every pair of columns of a tall table.

Three things make it fast. Columns are ranked by a radix sort of the values' own bits, in
three passes and without a comparison. Doubled and centred, average ranks are whole numbers:
four bytes hold each, so that the ranks of all columns take no more memory than the values.
What remains is one matrix product in float64, over blocks of rows.

Whole numbers also make it exact: no sum of products exceeds rows³/3, and float64 holds that
to the last digit for up to 300,000 rows. The only rounding is that of the last quotient;
neither the size of a block nor the number of threads changes a bit. With more rows the sums
round as those of any product do, to about 1e-15.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

_COLUMNS_AT_ONCE = 32  # float32 values of two cache lines
_ROWS_MULTIPLIED_AT_ONCE = 2048  # as float64 they stay in the cache
_MINUS_ZERO = np.int32(-(2**31))
_ALL_BUT_SIGN = np.int32(2**31 - 1)
_INFINITY = np.int32(0x7F800000)  # bits beyond it, but for the sign, are no number


def spearman_matrix(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Spearman correlation of all pairs of columns.

    Equal to ``scipy.stats.spearmanr``: exactly equal values share their average rank, zeros
    of both signs are equal, infinite values are the extremes. Takes as much memory as the
    values, and 152 bytes a row.

    Args:
        values: Shape (n, k), any layout. Without NaN: with gaps, each pair of columns would
            have ranks of its own.

    Returns:
        Shape (k, k), symmetric, in [-1, 1], with a diagonal of exactly 1. Row and column of
        a column whose values are all equal are NaN, the diagonal included: it does not
        vary, and so correlates with nothing, not even with itself.

    Raises:
        ValueError: ``values`` is no float32 table, or a column has a NaN.
    """
    if values.ndim != 2 or values.dtype != np.float32:
        raise ValueError(
            f"values must be a float32 table of rows × columns, not {values.dtype} of shape "
            f"{values.shape}; float64 would have to be rounded first, which makes ties"
        )
    products = _products(_ranks(values))
    squares = np.diagonal(products)
    scale = np.sqrt(np.outer(squares, squares))
    correlations = np.full_like(products, np.nan)
    np.divide(products, scale, out=correlations, where=scale > 0.0)
    return np.clip(correlations, -1.0, 1.0, out=correlations)


def _ranks(values: NDArray[np.float32]) -> NDArray[np.int32]:
    """Average ranks from 1 to n, doubled and centred: 2·rank - (n + 1), shape (k, n)."""
    rows, columns = values.shape
    ranks = np.empty((columns, rows), dtype=np.int32)
    words = np.empty((min(_COLUMNS_AT_ONCE, columns), rows), dtype=np.int32)
    bits = values.view(np.int32)
    for first in range(0, columns, _COLUMNS_AT_ONCE):
        last = min(first + _COLUMNS_AT_ONCE, columns)
        strip = words[: last - first]
        strip[...] = bits[:, first:last].T
        missing = _rank(strip, ranks[first:last])
        if missing >= 0:
            column = first + missing
            raise ValueError(
                f"column {column} has {np.isnan(values[:, column]).sum()} NaN in its {rows} "
                "rows: leave such rows out before ranking"
            )
    return ranks


def _products(ranks: NDArray[np.int32]) -> NDArray[np.float64]:
    """``ranks @ ranks.T`` in float64, shape (k, k)."""
    columns, rows = ranks.shape
    products = np.zeros((columns, columns))
    buffer = np.empty((columns, min(_ROWS_MULTIPLIED_AT_ONCE, rows)))
    for first in range(0, rows, _ROWS_MULTIPLIED_AT_ONCE):
        part = ranks[:, first : first + _ROWS_MULTIPLIED_AT_ONCE]
        block = buffer[:, : part.shape[1]]
        block[...] = part
        products += block @ block.T  # NumPy knows this as symmetric and computes half of it
    return products


@njit(cache=True, nogil=True, error_model="numpy")
def _rank(words, ranks):  # type: ignore[no-untyped-def]
    """Doubled centred average ranks of each row of float32 values.

    Args:
        words: Shape (m, n), int32: the values' own bits; overwritten.
        ranks: Shape (m, n), int32, overwritten.

    Returns:
        The first row that holds a NaN, after which nothing is ranked; -1 where none does.
    """
    keys, spare = np.empty((2, words.shape[1]), np.int64)
    start, stop = np.empty((2, words.shape[1]), np.int32)
    for column in range(words.shape[0]):
        if _turn(words[column]):
            return column
        _find_ties(words[column], keys, spare, start, stop)
        for position in range(start.size):
            first = start[position]
            ranks[column, position] = first + stop[first] - start.size
    return -1


@njit(cache=True, nogil=True, error_model="numpy")
def _turn(words):  # type: ignore[no-untyped-def]
    """Bits of float32 values become integers in the values' order; whether there is a NaN."""
    missing = 0
    for position in range(words.size):
        word = words[position]
        missing += (word & _ALL_BUT_SIGN) > _INFINITY
        word = np.int32(0) if word == _MINUS_ZERO else word
        # Negative floats grow downwards: turn all bits but the sign.
        words[position] = word ^ ((word >> np.int32(31)) & _ALL_BUT_SIGN)
    return missing > 0


@njit(cache=True, nogil=True, error_model="numpy")
def _find_ties(words, keys, spare, start, stop):  # type: ignore[no-untyped-def]
    """Where in ascending order the equals of each value start, and where they stop.

    A radix sort by 10, 10 and 12 bits, the lowest first, of keys that hold a value in the
    upper half and its position in the lower. The last pass need not move the keys: equal
    values come one after the other there, and their places are all that ranks need.

    Args:
        words: Shape (n,), int32, the values.
        keys: Shape (n,), int64, overwritten.
        spare: As ``keys``.
        start: Shape (n,), int32, overwritten: by position, the place of its first equal.
        stop: Shape (n,), int32, overwritten: by such a first place, the place after its
            last equal.
    """
    low, middle, high = _bucket_starts(words)
    for position in range(words.size):
        word = np.int64(words[position])
        bucket = word & 1023
        keys[low[bucket]] = (word << 32) | position
        low[bucket] += 1
    for position in range(words.size):
        key = keys[position]
        bucket = (key >> 42) & 1023
        spare[middle[bucket]] = key
        middle[bucket] += 1
    last_word = np.full(high.size, np.iinfo(np.int64).min)
    last_start = np.empty_like(high)
    for position in range(words.size):
        key = spare[position]
        bucket = (key >> 52) + 2048
        place = high[bucket]
        high[bucket] = place + 1
        first = last_start[bucket] if key >> 32 == last_word[bucket] else place
        last_word[bucket] = key >> 32
        last_start[bucket] = first
        start[np.uint32(key)] = first
        stop[first] = place + 1


@njit(cache=True, nogil=True, error_model="numpy")
def _bucket_starts(words):  # type: ignore[no-untyped-def]
    """Where each bucket of the three passes starts: shapes (1024,), (1024,) and (4096,)."""
    low, middle, high = np.zeros(1024, np.int64), np.zeros(1024, np.int64), np.zeros(4096, np.int64)
    for position in range(words.size):
        word = np.int64(words[position])
        low[word & 1023] += 1
        middle[(word >> 10) & 1023] += 1
        high[(word >> 20) + 2048] += 1
    for counts in (low, middle, high):
        place = 0
        for bucket in range(counts.size):
            count = counts[bucket]
            counts[bucket] = place
            place += count
    return low, middle, high
