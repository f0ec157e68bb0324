"""Weighted windows over one asset's own traded rows, for the risk model's descriptors.

A window's newest row has age 0, and ``weights[age]`` is its weight. Every window is
computed from its own members, always in the order of their age: no running sum carries
rounding or a NaN into later windows, and the rows after it can not change its last bit.
Moments are about a centre found first, so that a large mean costs no digits and a constant
window has exactly zero deviation.

The loop over ages is the outer one. Each pass of the inner loop then adds the same age to
all windows at once, which the compiler turns into vector instructions without reordering
any sum; windows at the beginning, which hold fewer rows, need no case of their own.
"""

import numpy as np
from numba import njit

from deep_alpha.kernels.ranking import TIE_TOLERANCE


@njit(cache=True, nogil=True, error_model="numpy")
def weighted_sum(values, weights, minimum, lag, out):  # type: ignore[no-untyped-def]
    """Sum of weight × value, not divided by the weights, without the newest ``lag`` rows.

    Args:
        values: Shape (rows,), oldest first.
        weights: Shape (length,), of ages ``lag``, ``lag + 1`` …
        minimum: Rows that a window must have.
        lag: Newest rows left out.
        out: Shape (rows,), overwritten; NaN where there are fewer rows.
    """
    count = values.size
    out[:] = 0.0
    for k in range(weights.size):
        age = lag + k
        weight = weights[k]
        into = out[age:]
        for row in range(count - age):
            into[row] += weight * values[row]
    out[: min(lag + minimum - 1, count)] = np.nan


@njit(cache=True, nogil=True, error_model="numpy")
def weighted_centre(values, weights, out):  # type: ignore[no-untyped-def]
    """Weighted mean of every window, however few rows it has.

    Args:
        values: Shape (rows,), oldest first.
        weights: Shape (length,).
        out: Shape (rows,), overwritten. Exactly the value where a window is constant.
    """
    count = values.size
    out[:] = 0.0
    for age in range(min(weights.size, count)):
        weight = weights[age]
        into, newest = out[age:], values[age:]
        for row in range(count - age):
            into[row] += weight * (values[row] - newest[row])
    total = 0.0
    for row in range(count):
        if row < weights.size:
            total += weights[row]
        out[row] = values[row] + out[row] / total


@njit(cache=True, nogil=True, error_model="numpy")
def weighted_deviation(values, weights, minimum, out):  # type: ignore[no-untyped-def]
    """Standard deviation about the weighted mean, the weights normalised to a sum of 1.

    Args:
        values: Shape (rows,), oldest first.
        weights: Shape (length,).
        minimum: Rows that a window must have.
        out: Shape (rows,), overwritten; NaN where there are fewer rows or one is NaN.
    """
    count = values.size
    centre = np.empty(count)
    weighted_centre(values, weights, centre)
    out[:] = 0.0
    for age in range(min(weights.size, count)):
        weight = weights[age]
        into, about = out[age:], centre[age:]
        for row in range(count - age):
            deviation = values[row] - about[row]
            into[row] += weight * deviation * deviation
    _root_mean(out, weights, minimum)


@njit(cache=True, nogil=True, error_model="numpy")
def weighted_line(x, y, weights, minimum, slope, deviation):  # type: ignore[no-untyped-def]
    """Weighted least squares of ``y`` on ``x`` and a constant, window by window.

    Args:
        x: Shape (rows,), oldest first.
        y: Shape (rows,).
        weights: Shape (length,).
        minimum: Rows that a window must have.
        slope: Shape (rows,), overwritten.
        deviation: Shape (rows,), overwritten: the residuals' standard deviation, the
            weights normalised to a sum of 1. Both are NaN where there are fewer rows, one
            is NaN, or ``x`` does not vary: its deviation is within the tie tolerance.
    """
    count = x.size
    centre_x, centre_y, spread_x = np.empty(count), np.empty(count), np.empty(count)
    weighted_centre(x, weights, centre_x)
    weighted_centre(y, weights, centre_y)
    squares, products = np.zeros(count), np.zeros(count)
    for age in range(min(weights.size, count)):
        weight = weights[age]
        into_squares, into_products = squares[age:], products[age:]
        about_x, about_y = centre_x[age:], centre_y[age:]
        for row in range(count - age):
            weighted = weight * (x[row] - about_x[row])
            into_squares[row] += weighted * (x[row] - about_x[row])
            into_products[row] += weighted * (y[row] - about_y[row])
    spread_x[:] = squares
    _root_mean(spread_x, weights, minimum)
    for row in range(count):
        varies = spread_x[row] > TIE_TOLERANCE
        slope[row] = products[row] / squares[row] if varies else np.nan

    deviation[:] = 0.0
    for age in range(min(weights.size, count)):
        weight = weights[age]
        into, steepness = deviation[age:], slope[age:]
        about_x, about_y = centre_x[age:], centre_y[age:]
        for row in range(count - age):
            residual = y[row] - about_y[row] - steepness[row] * (x[row] - about_x[row])
            into[row] += weight * residual * residual
    _root_mean(deviation, weights, minimum)


@njit(cache=True, nogil=True, error_model="numpy")
def cumulative_range(values, step, steps, highest, lowest):  # type: ignore[no-untyped-def]
    """Largest and smallest of the sums of the newest ``step``, 2 ``step``, … rows.

    Args:
        values: Shape (rows,), oldest first.
        step: Rows that each sum has more than the one before.
        steps: Number of sums.
        highest: Shape (rows,), overwritten; NaN before row ``step × steps - 1``.
        lowest: Shape (rows,), overwritten; NaN where ``highest`` is.
    """
    first = step * steps - 1
    highest[:] = np.nan
    lowest[:] = np.nan
    full = max(values.size - first, 0)
    total = np.zeros(full)
    high, low = highest[first:], lowest[first:]
    high[:] = -np.inf
    low[:] = np.inf
    for age in range(step * steps):
        newer = values[first - age :]
        for row in range(full):
            total[row] += newer[row]
        if (age + 1) % step == 0:
            for row in range(full):
                # unlike max and min, these keep a NaN
                high[row] = np.maximum(high[row], total[row])
                low[row] = np.minimum(low[row], total[row])


@njit(cache=True, nogil=True, error_model="numpy")
def mean_of_present(values, length, minimum, out):  # type: ignore[no-untyped-def]
    """Mean of the values present in the last ``length`` rows, if ``minimum`` are.

    Args:
        values: Shape (rows,), oldest first; NaN where one is absent.
        length: Rows in a window.
        minimum: Values that must be present in it.
        out: Shape (rows,), overwritten.
    """
    count = values.size
    filled, present, found = np.empty(count), np.empty(count), np.zeros(count)
    for row in range(count):
        known = values[row] == values[row]
        filled[row] = values[row] if known else 0.0
        present[row] = 1.0 if known else 0.0
    out[:] = 0.0
    for age in range(min(length, count)):
        into, counted = out[age:], found[age:]
        for row in range(count - age):
            into[row] += filled[row]
            counted[row] += present[row]
    for row in range(count):
        out[row] = out[row] / found[row] if found[row] >= max(minimum, 1) else np.nan


@njit(cache=True, nogil=True, error_model="numpy")
def _root_mean(squares, weights, minimum):  # type: ignore[no-untyped-def]
    """Turn weighted sums of squares into root mean squares, in place."""
    total = 0.0
    for row in range(squares.size):
        if row < weights.size:
            total += weights[row]
        squares[row] = np.sqrt(squares[row] / total) if row >= minimum - 1 else np.nan
