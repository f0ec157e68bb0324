"""AlphaNet's time-series operators over one asset's own rows, one window length at a time.

A window's moments are **merged from those of two shorter windows** that lie next to each
other (Chan, Golub and LeVeque 1979). For a newer part of n rows with means m, and an older
one of n' rows with means m', the sums of products of deviations from the means are

    C = C_newer + C_older + (n n' / (n + n')) (m_i - m'_i) (m_j - m'_j)

Parts of 1, 2, 4, … rows make a window of any length d in about log2(d) such steps.

- Nothing is ever taken off again, as a running sum does: a large value costs no digits of
  the windows after it, a NaN reaches just the windows that hold it, and a window's bits
  depend on its own rows alone, however much history lies before.
- A constant window has equal means in all of its parts, so that C is exactly 0.
- The inner loops run over neighbouring rows, in vector instructions, without reordering
  any sum. The contrasts m - m' belong to an input and not to a pair, so that a step costs
  a pair one multiplication and two additions.

How the loops are written matters as much as what they do. Indices are unsigned, because
numba takes a negative one as counted from the end and tests for it each time; arrays are
passed whole, because a slice costs more than the loop over it; and every loop runs over
whole vectors: it begins and ends at a multiple of ``LANES``, and what it computes beside
the wanted rows is never read.

A table's values are float32, whose neighbours near x are up to 2^-23 |x| apart. A window whose
standard deviation is no more than that share of its mean is constant but for the rounding
of its values: it counts as constant, like one whose deviation is below 1e-8 (SPEC 2.2). For
a price of 1,000 this is 0.0001, for 1,000,000 shares 0.12 shares, for vwap / close 1e-7: far
less than what they vary by where they vary at all.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

BLOCK_ROWS = np.uint64(256)
"""Rows computed at a time, so that their parts stay in the processor's cache."""

LANES = np.uint64(8)
"""Numbers in a vector."""

NOT_WANTED = np.uint64(2**32)
"""Stands for the number of a feature that is left out."""

SMALLEST_DEVIATION = 1e-8
SPACING = 2.0**-23
"""Of neighbouring float32 values, relative to the value, at most."""

SMALLEST_DELAYED = 1e-6
"""A ts_return from a smaller value than this is 0."""

CORRELATION, COVARIANCE = np.uint64(0), np.uint64(1)
DEVIATION, ZSCORE, RETURN, DECAY, MEAN = (np.uint64(code) for code in range(5))
"""Columns of ``singles``."""

_ONE, _TWO = np.uint64(1), np.uint64(2)


def merge_steps(length: int, lag: int) -> tuple[NDArray[np.uint64], np.uint64]:
    """How single rows are merged to windows: by doubling, then by what is missing.

    Args:
        length: Rows of a whole window, 2 or more.
        lag: Rows that ts_return goes back.

    Returns:
        Shape (steps, 5): for each merge the places of the newer and of the older part (0 is
        a single row, s + 1 the result of step s), their rows, and the place at which its
        loop begins. The last step makes the whole window. Then the rows in front of a
        block: what its windows reach, and what lets every loop begin at a whole vector.
    """
    parts, rows = [], [1]
    while 2 * rows[-1] <= length:
        parts.append((len(rows) - 1, len(rows) - 1, rows[-1], rows[-1]))
        rows.append(2 * rows[-1])
    for place in reversed(range(len(rows))):
        if rows[-1] + rows[place] <= length:
            parts.append((len(rows) - 1, place, rows[-1], rows[place]))
            rows.append(rows[-1] + rows[place])
    lanes = int(LANES)
    lead = -(-(max(length, lag) + lanes) // lanes) * lanes
    steps = [(*part, (lead + part[2] + part[3] - length) // lanes * lanes) for part in parts]
    return np.array(steps, dtype=np.uint64), np.uint64(lead)


@njit(cache=True, nogil=True, error_model="numpy")
def window_features(  # type: ignore[no-untyped-def]
    values, order, offsets, inputs, steps, lead, lag, singles, pairs, features, stride, out
):
    """Compute the wanted features of some assets for one window length.

    All whole numbers are unsigned (uint64).

    Args:
        values: Shape (rows, K), float32 or float64; NaN where there is none.
        order: Rows of the first asset, oldest first, then those of the next, …
        offsets: Shape (assets + 1,): an asset's rows are a slice of ``order``.
        inputs: Shape (k,), columns of ``values`` that the features read.
        steps: Shape (steps, 5), of :func:`merge_steps`.
        lead: Rows in front of a block, of the same.
        lag: Rows that ts_return goes back.
        singles: Shape (k, 5): for each input the features that its deviation, z-score,
            return, decaylinear and mean are, or ``NOT_WANTED``.
        pairs: Shape (pairs, 4): two places in ``inputs``, then the features that their
            correlation and covariance are, or ``NOT_WANTED``.
        features: Number of features.
        stride: Numbers from one row of the result to the next.
        out: Float32, overwritten: feature c of row r is at ``r * stride + c``.
    """
    length = steps[-1, 2] + steps[-1, 3]
    parts, span = len(steps) + 1, int(lead + BLOCK_ROWS)
    recent = _zeros(len(inputs) * span).reshape(len(inputs), -1)
    means = _zeros(parts * span).reshape(parts, -1)
    products = _zeros(parts * span).reshape(parts, -1)
    decays = _zeros(parts * span).reshape(parts, -1)
    contrast = _zeros(len(inputs) * len(steps) * span).reshape(len(inputs), len(steps), -1)
    scale = _zeros(2 * len(inputs) * span).reshape(2, len(inputs), -1)
    groups = int(_whole_vectors(features) // LANES)
    tile = np.zeros((groups * int(LANES), span), dtype=np.float32)
    turned = np.zeros((groups, int(BLOCK_ROWS * LANES)), dtype=np.float32)

    for asset in range(len(offsets) - 1):
        # Rows before an asset's first are NaN, and with them the windows that reach there.
        recent[:] = np.nan
        for first in range(offsets[asset], offsets[asset + 1], BLOCK_ROWS):
            rows = min(BLOCK_ROWS, offsets[asset + 1] - first)
            stop = lead + _whole_vectors(rows)
            _append(values, order, first, rows, inputs, lead, recent)
            for k in range(np.uint64(len(inputs))):
                _merge_means(recent, k, steps, stop, means, contrast)
                _merge_products(contrast, k, k, steps, stop, products)
                _measure(means, products, length, k, lead, stop, scale)
                if singles[k, DECAY] != NOT_WANTED:
                    _merge_decays(means, steps, stop, decays)
                _single_features(
                    recent,
                    means,
                    products,
                    decays,
                    scale,
                    length,
                    lag,
                    singles,
                    k,
                    lead,
                    stop,
                    tile,
                )
            for pair in range(np.uint64(len(pairs))):
                i, j = pairs[pair, 0], pairs[pair, 1]
                _merge_products(contrast, i, j, steps, stop, products)
                for kind in range(_TWO):
                    feature = pairs[pair, _TWO + kind]
                    if feature != NOT_WANTED:
                        _scale_pair(products, scale, kind, i, j, lead, stop, feature, tile)
            _turn(tile, lead, stop, turned)
            _write(turned, order, first, rows, features, stride, out)


@njit(cache=True, nogil=True, error_model="numpy")
def _zeros(count):  # type: ignore[no-untyped-def]
    """Zeros from a 64-byte boundary on; elsewhere, every vector lies in two cache lines."""
    numbers = np.zeros(count + 8)
    beyond = numbers.ctypes.data % 64 // 8
    begin = 0 if beyond == 0 else 8 - beyond
    return numbers[begin : begin + count]


@njit(cache=True, nogil=True, error_model="numpy")
def _whole_vectors(count):  # type: ignore[no-untyped-def]
    """The next multiple of ``LANES``."""
    return (count + LANES - _ONE) // LANES * LANES


@njit(cache=True, nogil=True, error_model="numpy")
def _append(values, order, first, rows, inputs, lead, recent):  # type: ignore[no-untyped-def]
    """Move the last rows of the block before to the front, and add those of this one."""
    for k in range(np.uint64(len(inputs))):
        for place in range(lead):
            recent[k, place] = recent[k, place + BLOCK_ROWS]
    for place in range(rows):
        row = order[first + place]
        for k in range(np.uint64(len(inputs))):
            recent[k, lead + place] = values[row, inputs[k]]


@njit(cache=True, nogil=True, error_model="numpy")
def _merge_means(recent, k, steps, stop, means, contrast):  # type: ignore[no-untyped-def]
    """Means of all parts, and their contrasts, scaled to be multiplied with each other."""
    for place in range(stop):
        means[0, place] = recent[k, place]
    for step in range(np.uint64(len(steps))):
        newer, older = steps[step, 0], steps[step, 1]
        newer_rows, older_rows = steps[step, 2], steps[step, 3]
        share = float(older_rows) / float(newer_rows + older_rows)
        weight = np.sqrt(float(newer_rows) * share)
        for place in range(steps[step, 4], stop):
            new = means[newer, place]
            gap = means[older, place - newer_rows] - new
            contrast[k, step, place] = gap * weight
            means[step + _ONE, place] = new + gap * share


@njit(cache=True, nogil=True, error_model="numpy")
def _merge_products(contrast, i, j, steps, stop, products):  # type: ignore[no-untyped-def]
    """Sums of products of the deviations of all parts; ``products[0]`` is 0, that of a row."""
    for place in range(steps[0, 4], stop):
        products[1, place] = contrast[i, 0, place] * contrast[j, 0, place]
    for step in range(_ONE, np.uint64(len(steps))):
        newer, older, newer_rows = steps[step, 0], steps[step, 1], steps[step, 2]
        for place in range(steps[step, 4], stop):
            products[step + _ONE, place] = (
                products[newer, place]
                + products[older, place - newer_rows]
                + contrast[i, step, place] * contrast[j, step, place]
            )


@njit(cache=True, nogil=True, error_model="numpy")
def _merge_decays(means, steps, stop, decays):  # type: ignore[no-untyped-def]
    """Weighted sums of all parts, in which the newest of n rows weighs n and the oldest 1.

    Before an older part of n' rows, every weight of the newer part grows by n'.
    """
    for place in range(stop):
        decays[0, place] = means[0, place]
    for step in range(np.uint64(len(steps))):
        newer, older = steps[step, 0], steps[step, 1]
        newer_rows, older_rows = steps[step, 2], steps[step, 3]
        growth = float(newer_rows * older_rows)
        for place in range(steps[step, 4], stop):
            decays[step + _ONE, place] = (
                decays[newer, place]
                + growth * means[newer, place]
                + decays[older, place - newer_rows]
            )


@njit(cache=True, nogil=True, error_model="numpy")
def _measure(means, products, length, k, lead, stop, scale):  # type: ignore[no-untyped-def]
    """What turns a sum of products to a feature, times that of the other input.

    Both are 0 where the window counts as constant.
    """
    whole = np.uint64(len(means) - 1)
    rows = float(length)
    root = np.sqrt(1.0 / (rows - 1.0))
    for place in range(lead, stop):
        squares = products[whole, place]
        least = max(SMALLEST_DEVIATION, SPACING * abs(means[whole, place]))
        # NaN is not constant
        constant = squares <= rows * least * least
        scale[CORRELATION, k, place] = 0.0 if constant else 1.0 / np.sqrt(squares)
        scale[COVARIANCE, k, place] = 0.0 if constant else root


@njit(cache=True, nogil=True, error_model="numpy")
def _single_features(  # type: ignore[no-untyped-def]
    recent, means, products, decays, scale, length, lag, singles, k, lead, stop, tile
):
    """Features of one input."""
    whole = np.uint64(len(means) - 1)
    rows = float(length)
    feature = singles[k, DEVIATION]
    if feature != NOT_WANTED:
        for place in range(lead, stop):
            tile[feature, place] = (
                products[whole, place] * scale[CORRELATION, k, place] * np.sqrt(1.0 / rows)
            )
    feature = singles[k, ZSCORE]
    if feature != NOT_WANTED:
        for place in range(lead, stop):
            tile[feature, place] = (
                means[whole, place] * scale[CORRELATION, k, place] * np.sqrt(rows)
            )
    feature = singles[k, RETURN]
    if feature != NOT_WANTED:
        _relative_change(recent, k, lag, lead, stop, feature, tile)
    feature = singles[k, DECAY]
    if feature != NOT_WANTED:
        for place in range(lead, stop):
            tile[feature, place] = decays[whole, place] * (2.0 / (rows * (rows + 1.0)))
    feature = singles[k, MEAN]
    if feature != NOT_WANTED:
        for place in range(lead, stop):
            tile[feature, place] = means[whole, place]


@njit(cache=True, nogil=True, error_model="numpy")
def _relative_change(recent, k, lag, lead, stop, feature, tile):  # type: ignore[no-untyped-def]
    for place in range(lead, stop):
        before = recent[k, place - lag]
        change = recent[k, place] - before
        tiny = abs(before) < SMALLEST_DELAYED
        # 0, but NaN where today's value is missing
        tile[feature, place] = abs(change) * 0.0 if tiny else change / before


@njit(cache=True, nogil=True, error_model="numpy")
def _scale_pair(products, scale, kind, i, j, lead, stop, feature, tile):  # type: ignore[no-untyped-def]
    whole = np.uint64(len(products) - 1)
    for place in range(lead, stop):
        tile[feature, place] = (
            products[whole, place] * scale[kind, i, place] * scale[kind, j, place]
        )


@njit(cache=True, nogil=True, error_model="numpy")
def _turn(tile, lead, stop, turned):  # type: ignore[no-untyped-def]
    """Put the numbers of a row beside each other, for ``LANES`` features at a time.

    Written out, the eight become shuffles of whole vectors; looped over, they are fetched
    one by one, which takes twice as long with all that follows.
    """
    for group in range(np.uint64(len(turned))):
        first = group * LANES
        for place in range(stop - lead):
            to = place * LANES
            turned[group, to] = tile[first, lead + place]
            turned[group, to + np.uint64(1)] = tile[first + np.uint64(1), lead + place]
            turned[group, to + np.uint64(2)] = tile[first + np.uint64(2), lead + place]
            turned[group, to + np.uint64(3)] = tile[first + np.uint64(3), lead + place]
            turned[group, to + np.uint64(4)] = tile[first + np.uint64(4), lead + place]
            turned[group, to + np.uint64(5)] = tile[first + np.uint64(5), lead + place]
            turned[group, to + np.uint64(6)] = tile[first + np.uint64(6), lead + place]
            turned[group, to + np.uint64(7)] = tile[first + np.uint64(7), lead + place]


@njit(cache=True, nogil=True, error_model="numpy")
def _write(turned, order, first, rows, features, stride, out):  # type: ignore[no-untyped-def]
    full = features // LANES
    for place in range(rows):
        line = order[first + place] * stride
        begin = place * LANES
        for group in range(full):
            to = line + group * LANES
            # All eight are read before the first is written: one vector, not eight numbers.
            a, b = turned[group, begin], turned[group, begin + np.uint64(1)]
            c, d = turned[group, begin + np.uint64(2)], turned[group, begin + np.uint64(3)]
            e, f = turned[group, begin + np.uint64(4)], turned[group, begin + np.uint64(5)]
            g, h = turned[group, begin + np.uint64(6)], turned[group, begin + np.uint64(7)]
            out[to], out[to + np.uint64(1)] = a, b
            out[to + np.uint64(2)], out[to + np.uint64(3)] = c, d
            out[to + np.uint64(4)], out[to + np.uint64(5)] = e, f
            out[to + np.uint64(6)], out[to + np.uint64(7)] = g, h
        for feature in range(full * LANES, features):
            out[line + feature] = turned[full, begin + feature - full * LANES]
