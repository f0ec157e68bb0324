"""Cross-sectional ranks with tolerant ties, built on one vectorised integer sort.

``numpy`` sorts unsigned integers several times faster than it sorts indirectly
(``argsort``), so the position of a value is packed into the low bits of an integer key
that orders like the value. Sorting the keys then yields the order. The bits given up to
the position cost less than the tie tolerance; an insertion step on the full values
restores the exact order, so that no limit on the number of assets follows from packing.

Ties (SPEC 0.1f): ``a`` and ``b`` are equal when ``|a - b| <= 1e-9 * max(1, |a|, |b|)``.
Being close is not transitive, so a group of ties is anchored: in ascending order, each
value joins the current group when it ties with the group's *first* (smallest) member.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

TIE_TOLERANCE = 1e-9
_SIGN = np.uint64(1 << 63)
_MISSING = np.uint64(0xFFFFFFFFFFFFFFFF)


@njit(cache=True, nogil=True, error_model="numpy")
def below(a, b):  # type: ignore[no-untyped-def]
    """Whether ``a < b`` by more than the tie tolerance; False where one is NaN."""
    return b - a > TIE_TOLERANCE * max(1.0, max(abs(a), abs(b)))


@njit(cache=True, nogil=True, error_model="numpy")
def tied(a, b):  # type: ignore[no-untyped-def]
    """Whether two values count as equal; False where one is NaN, or only one infinite."""
    gap = abs(a - b)
    return (a == b) | ((gap <= TIE_TOLERANCE * max(1.0, max(abs(a), abs(b)))) & (gap < np.inf))


@njit(cache=True, nogil=True, error_model="numpy")
def known(a, b):  # type: ignore[no-untyped-def]
    """Whether both values are present."""
    return (a == a) & (b == b)


@njit(cache=True, nogil=True, error_model="numpy")
def pack_keys(values, keys, index_bits):  # type: ignore[no-untyped-def]
    """Write one sortable key for each value: the value's order above, its position below.

    Args:
        values: Shape (assets,), float64; NaN where an asset has no value.
        keys: Shape (assets,), uint64, overwritten. NaN values get the largest key.
        index_bits: Bits reserved for the position, so that assets <= 2**index_bits.
    """
    position_mask = (np.uint64(1) << np.uint64(index_bits)) - np.uint64(1)
    raw = values.view(np.uint64)
    for asset in range(values.size):
        bits = raw[asset]
        ordered = ~bits if bits & _SIGN else bits | _SIGN
        key = (ordered & ~position_mask) | np.uint64(asset)
        keys[asset] = key if values[asset] == values[asset] else _MISSING


@njit(cache=True, nogil=True, error_model="numpy")
def unpack_order(keys, values, index_bits, order, ascending):  # type: ignore[no-untyped-def]
    """Turn sorted keys into the exact ascending order of the values.

    Args:
        keys: Shape (assets,), the sorted keys of :func:`pack_keys`.
        values: Shape (assets,), the values the keys were made of.
        index_bits: As given to :func:`pack_keys`.
        order: Shape (assets,), int64, overwritten: position of the k-th smallest value.
        ascending: Shape (assets,), float64, overwritten: the k-th smallest value.

    Returns:
        How many values are present; entries from there on are undefined.
    """
    position_mask = (np.uint64(1) << np.uint64(index_bits)) - np.uint64(1)
    count = np.searchsorted(keys, _MISSING)
    for k in range(count):
        order[k] = np.int64(keys[k] & position_mask)
    for k in range(count):
        ascending[k] = values[order[k]]
    unsorted = False
    for k in range(1, count):
        unsorted |= ascending[k - 1] > ascending[k]
    if unsorted:
        _insertion_sort(ascending, order, count)
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _insertion_sort(ascending, order, count):  # type: ignore[no-untyped-def]
    """Sort what is almost sorted: values that agree in all bits above the position."""
    for k in range(1, count):
        value, position = ascending[k], order[k]
        place = k
        while place > 0 and ascending[place - 1] > value:
            ascending[place] = ascending[place - 1]
            order[place] = order[place - 1]
            place -= 1
        ascending[place] = value
        order[place] = position


@njit(cache=True, nogil=True, error_model="numpy")
def average_ranks(ascending, order, count, ranks):  # type: ignore[no-untyped-def]
    """Percentile ranks in (0, 1]: average rank of the group of ties / number of values.

    Args:
        ascending: Shape (>= count,), values in ascending order.
        order: Shape (>= count,), position in ``ranks`` of each of them.
        count: Number of values.
        ranks: Overwritten at the positions named by ``order``; others are left alone.
    """
    any_tie = False
    for k in range(1, count):
        any_tie |= tied(ascending[k - 1], ascending[k])
    if not any_tie:
        for k in range(count):
            ranks[order[k]] = (k + 1.0) / count
        return
    start = 0
    while start < count:
        first = ascending[start]
        stop = start + 1
        while stop < count and tied(first, ascending[stop]):
            stop += 1
        rank = 0.5 * (start + 1 + stop) / count
        for k in range(start, stop):
            ranks[order[k]] = rank
        start = stop


@njit(cache=True, nogil=True, error_model="numpy")
def _pack_days(values, keys, index_bits):  # type: ignore[no-untyped-def]
    for day in range(values.shape[0]):
        pack_keys(values[day], keys[day], index_bits)


@njit(cache=True, nogil=True, error_model="numpy")
def _rank_days(values, keys, index_bits, ranks):  # type: ignore[no-untyped-def]
    order = np.empty(values.shape[1], np.int64)
    ascending = np.empty(values.shape[1], np.float64)
    for day in range(values.shape[0]):
        count = unpack_order(keys[day], values[day], index_bits, order, ascending)
        ranks[day, :] = np.nan
        average_ranks(ascending, order, count, ranks[day])


def index_bits_for(assets: int) -> int:
    """Bits that hold the positions 0 … assets - 1."""
    return max(1, (max(assets, 1) - 1).bit_length())


def rank_days(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank each day's values among the assets that have one.

    Args:
        values: Shape (dates, assets), float64; NaN where an asset has no value.

    Returns:
        Shape (dates, assets): average rank / number of values of the day, in (0, 1],
        NaN where the value is NaN.
    """
    values = np.ascontiguousarray(values, dtype=np.float64)
    keys = np.empty(values.shape, dtype=np.uint64)
    ranks = np.empty(values.shape, dtype=np.float64)
    bits = index_bits_for(values.shape[1])
    _pack_days(values, keys, bits)
    keys.sort(axis=1)
    _rank_days(values, keys, bits, ranks)
    return ranks
