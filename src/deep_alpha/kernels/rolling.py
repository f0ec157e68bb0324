"""Windows over one asset's own traded rows, and the composite's five signals.

Every window is computed from its own members, measured from one of them: no running sum
carries rounding or a NaN into later windows, and a constant window has exactly zero
variance. A window with a NaN, or not full yet, gives NaN.
"""

import numpy as np
from numba import njit

from deep_alpha.kernels.ranking import tied


@njit(cache=True, nogil=True, error_model="numpy")
def window_mean(values, length, out):  # type: ignore[no-untyped-def]
    """Mean of the last ``length`` rows."""
    out[: length - 1] = np.nan
    for row in range(length - 1, values.size):
        total = 0.0
        for k in range(row - length + 1, row + 1):
            total += values[k]
        out[row] = total / length


@njit(cache=True, nogil=True, error_model="numpy")
def window_deviation(values, length, out):  # type: ignore[no-untyped-def]
    """Sample standard deviation (ddof 1) of the last ``length`` rows."""
    out[: length - 1] = np.nan
    for row in range(length - 1, values.size):
        total = 0.0
        for k in range(row - length + 1, row + 1):
            total += values[k] - values[row]
        mean = total / length
        squares = 0.0
        for k in range(row - length + 1, row + 1):
            squares += (values[k] - values[row] - mean) ** 2
        out[row] = np.sqrt(squares / (length - 1))


@njit(cache=True, nogil=True, error_model="numpy")
def window_correlation(first, second, length, out):  # type: ignore[no-untyped-def]
    """Pearson correlation over the last ``length`` rows; NaN where a side is constant.

    A side is constant when all of its values tie with the last one (SPEC 0.1f).
    """
    out[: length - 1] = np.nan
    for row in range(length - 1, first.size):
        sum_x, sum_y = 0.0, 0.0
        constant_x, constant_y = True, True
        for k in range(row - length + 1, row + 1):
            sum_x += first[k] - first[row]
            sum_y += second[k] - second[row]
            constant_x &= tied(first[k], first[row])
            constant_y &= tied(second[k], second[row])
        if constant_x or constant_y:
            out[row] = np.nan
            continue
        mean_x, mean_y = sum_x / length, sum_y / length
        xx, xy, yy = 0.0, 0.0, 0.0
        for k in range(row - length + 1, row + 1):
            x = first[k] - first[row] - mean_x
            y = second[k] - second[row] - mean_y
            xx += x * x
            xy += x * y
            yy += y * y
        out[row] = xy / np.sqrt(xx * yy)


@njit(cache=True, nogil=True, error_model="numpy")
def window_maximum(values, length, out):  # type: ignore[no-untyped-def]
    """Largest of the last ``length`` rows.

    The loop over ages is the outer one, so that the inner one uses vector instructions.
    """
    out[: length - 1] = np.nan
    full = out[length - 1 :]
    full[:] = -np.inf
    for age in range(min(length, values.size)):
        older = values[length - 1 - age :]
        for row in range(full.size):
            # unlike max, this keeps a NaN
            full[row] = np.maximum(full[row], older[row])


@njit(cache=True, nogil=True, error_model="numpy")
def window_median(values, length, minimum, out):  # type: ignore[no-untyped-def]
    """Median of the values present in the last ``length`` rows, if ``minimum`` are."""
    ascending = np.empty(length)
    count = 0
    for row in range(values.size):
        if row >= length and values[row - length] == values[row - length]:
            place = np.searchsorted(ascending[:count], values[row - length])
            for k in range(place, count - 1):
                ascending[k] = ascending[k + 1]
            count -= 1
        if values[row] == values[row]:
            place = np.searchsorted(ascending[:count], values[row])
            for k in range(count, place, -1):
                ascending[k] = ascending[k - 1]
            ascending[place] = values[row]
            count += 1
        if count >= max(minimum, 1):
            out[row] = (ascending[(count - 1) // 2] + ascending[count // 2]) / 2.0
        else:
            out[row] = np.nan


@njit(cache=True, nogil=True, error_model="numpy")
def relative_volume(close, volume, length, minimum, out):  # type: ignore[no-untyped-def]
    """Volume over its own rolling median: what stands for turnover without share counts.

    Args:
        close: Shape (dates, assets); an asset's rows are its days with a close.
        volume: Shape (dates, assets).
        length: Traded rows in the median's window.
        minimum: Volumes that must be present in it.
        out: Shape (dates, assets), overwritten; NaN on days without a row.
    """
    out[:] = np.nan
    for asset in range(close.shape[1]):
        rows = np.flatnonzero(~np.isnan(close[:, asset]))
        own = np.empty(rows.size)
        for k in range(rows.size):
            own[k] = volume[rows[k], asset]
        medians = np.empty(rows.size)
        window_median(own, length, minimum, medians)
        for k in range(rows.size):
            if medians[k] > 0.0:
                out[rows[k], asset] = own[k] / medians[k]


@njit(cache=True, nogil=True, error_model="numpy")
def composite_signals(close, volume, vwap, turnover, out):  # type: ignore[no-untyped-def]
    """The composite's five raw signals, each with the sign that makes higher better.

    Args:
        close: Shape (dates, assets), adjusted; an asset's rows are its days with a close.
        volume: Shape (dates, assets), adjusted.
        vwap: Shape (dates, assets), adjusted.
        turnover: Shape (dates, assets).
        out: Shape (dates, 5, assets), overwritten; NaN on days without a row.
    """
    out[:] = np.nan
    for asset in range(close.shape[1]):
        rows = np.flatnonzero(~np.isnan(close[:, asset]))
        count = rows.size
        own = np.empty((4, count))
        for k in range(count):
            own[0, k] = close[rows[k], asset]
            own[1, k] = volume[rows[k], asset]
            own[2, k] = vwap[rows[k], asset]
            own[3, k] = turnover[rows[k], asset]
        returns = np.full(count, np.nan)
        for k in range(1, count):
            returns[k] = own[0, k] / own[0, k - 1] - 1.0
        deviation, activity, correlation = np.empty(count), np.empty(count), np.empty(count)
        window_deviation(returns, 20, deviation)
        window_mean(own[3], 20, activity)
        window_correlation(own[0], own[1], 10, correlation)
        for k in range(count):
            day = rows[k]
            if k >= 20:
                out[day, 0, asset] = 1.0 - own[0, k] / own[0, k - 20]
            out[day, 1, asset] = -deviation[k]
            out[day, 2, asset] = -activity[k]
            out[day, 3, asset] = -correlation[k]
            out[day, 4, asset] = own[2, k] / own[0, k] - 1.0
