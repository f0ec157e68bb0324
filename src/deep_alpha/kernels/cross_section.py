"""One day's weighted regression on country, industries and styles (SPEC 2.7).

Every name belongs to exactly one industry. The country and industry columns therefore need
no matrix: taking each industry's weighted mean out of returns and styles leaves a small
regression on the styles alone, and everything else follows from its solution.

Names are laid out industry by industry and column after column, so that every sum runs over
memory that lies side by side and fits the processor's nearest cache.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit

COLLINEAR = 1e-10
"""Share of a column's weighted sum of squares that industries and earlier columns must leave."""

CONSTANT = 1e-18
"""A column that varies less than this against its own square is constant (SPEC 0.1f: 1e-9)."""

_PLACES_AT_ONCE = 384  # so many places of a dozen columns stay in the processor's nearest cache

RETURN, CAP, EXPOSURE = 0, 1, 2
"""What ``lay_out`` found to be infinite; exposures of style q are ``EXPOSURE + q``."""


class DayLayout(NamedTuple):
    """The names of a day industry by industry, those without one at the end.

    Args:
        starts: Shape (industries + 1,), int64: members of industry i have the places
            ``starts[i]:starts[i + 1]``.
        columns: Shape (an even number, names), float64: styles, then the return, then a
            column of zeros if needed; 0 for names that lack a style or the return.
        weight: Shape (names,), float64: √cap; 0 for names that do not take part.
        asset: Shape (names,), int64: the position that the name came from; -1 for names
            that lack a return or an exposure.
        capital: Shape (industries,), float64: cap of the names that take part.
    """

    starts: Any
    columns: Any
    weight: Any
    asset: Any
    capital: Any


class DayFit(NamedTuple):
    """Where the fit of a day goes; what has no value is not written. All float64.

    Args:
        factor_returns: Shape (1 + industries + styles,).
        t_statistics: Shape (1 + industries + styles,).
        residuals: Shape (names,), by position, not by place.
        industry_weight: Shape (industries,), share in the capital.
        variance_inflation: Shape (styles,).
    """

    factor_returns: Any
    t_statistics: Any
    residuals: Any
    industry_weight: Any
    variance_inflation: Any


@njit(cache=True, nogil=True, error_model="numpy")
def lay_out(returns, exposures, industry, cap, estimation, layout):  # type: ignore[no-untyped-def]
    """Lay out the names of a day.

    Args:
        returns: Shape (names,), float64; NaN = no value, here and below.
        exposures: Shape (names, styles), float32 or float64 of any layout in memory.
        industry: Shape (names,), codes from 0; -1 = none.
        cap: Shape (names,), float64.
        estimation: Shape (names,), booleans: who may take part in the estimation.
        layout: A ``DayLayout``, overwritten.

    Returns:
        Names with a return; names that take part; industries that they belong to; and, as
        name × (styles + 2) + what, the first infinite value, -1 if there is none.
    """
    names, styles = exposures.shape
    starts, columns, weight, asset, capital = layout
    industries = capital.size
    starts[:] = 0
    capital[:] = 0.0
    for name in range(names):
        if industry[name] >= 0:
            starts[industry[name] + 1] += 1
    for code in range(industries):
        starts[code + 1] += starts[code]
    # The next place of each industry and, last, of names without one: code -1 points there.
    following = starts.copy()
    returned, estimated = 0, 0
    for name in range(names):
        code = industry[name]
        place = following[code]
        following[code] += 1
        columns[styles, place] = returns[name]
        # Zero if all of them are finite, NaN if not.
        finite = returns[name] - returns[name]
        for style in range(styles):
            value = np.float64(exposures[name, style])
            columns[style, place] = value
            finite += value - value
        if finite != 0.0 or np.isinf(cap[name]):
            infinite = _first_infinite(returns[name], exposures[name], cap[name])
            if infinite >= 0:
                return returned, estimated, 0, name * (styles + 2) + infinite
        returned += int(returns[name] == returns[name])
        known = finite == 0.0
        if not known:
            columns[:, place] = 0.0
        asset[place] = name if known else -1
        takes_part = known and code >= 0 and estimation[name] and cap[name] > 0.0
        weight[place] = np.sqrt(cap[name]) if takes_part else 0.0
        if takes_part:
            capital[code] += cap[name]
            estimated += 1
    present = 0
    for code in range(industries):
        present += int(capital[code] > 0.0)
    return returned, estimated, present, -1


@njit(cache=True, nogil=True, error_model="numpy")
def _first_infinite(own_return, exposures, cap):  # type: ignore[no-untyped-def]
    if np.isinf(own_return):
        return RETURN
    if np.isinf(cap):
        return CAP
    for style in range(exposures.size):
        if np.isinf(exposures[style]):
            return EXPOSURE + style
    return -1


@njit(cache=True, nogil=True, error_model="numpy")
def fit(layout, estimated, result):  # type: ignore[no-untyped-def]
    """Fit one day that :func:`lay_out` has laid out.

    Args:
        layout: A ``DayLayout``; its columns become deviations from industry means, less
            what styles explain of the return.
        estimated: Names that take part.
        result: A ``DayFit``, written where there is a value.

    Returns:
        R² of the weighted regression, and for each style whether it was kept.
    """
    starts, columns, weight, _, capital = layout
    factor_returns, t_statistics, residuals, share, inflation = result
    styles, industries = inflation.size, capital.size
    total, means = _take_out_means(columns[: styles + 1], weight, starts)
    products = _products(columns, weight, starts[-1])
    spread, square = _spread_of_columns(total, means, products)
    root, kept = _inverse_root(products, spread, square, styles)

    share[:] = capital / capital.sum()
    styled = _solve(root, products[:styles, styles].copy())
    intercept, centre = np.zeros(industries), np.zeros(styles)
    country, noise = 0.0, 0.0
    for code in range(industries):
        if total[code] > 0.0:
            intercept[code] = means[code, styles] - _dot(means[code, :styles], styled)
            country += share[code] * intercept[code]
            noise += share[code] ** 2 / total[code]
            for style in range(styles):
                centre[style] += share[code] * means[code, style]

    squares = _write_residuals(layout, total, styled, residuals)
    present = np.sum(total > 0.0)
    variance = squares / (estimated - present - np.sum(kept))

    factor_returns[0] = country
    t_statistics[0] = country / np.sqrt(variance * (noise + _length(root, centre)))
    apart = np.empty(styles)
    for code in range(industries):
        if total[code] > 0.0:
            factor_returns[1 + code] = intercept[code] - country
            own = (1.0 - 2.0 * share[code]) / total[code] + noise
            for style in range(styles):
                apart[style] = means[code, style] - centre[style]
            own += _length(root, apart)
            t_statistics[1 + code] = factor_returns[1 + code] / np.sqrt(variance * own)
    for style in range(styles):
        if kept[style]:
            own = np.sum(root[:, style] ** 2)
            factor_returns[1 + industries + style] = styled[style]
            t_statistics[1 + industries + style] = styled[style] / np.sqrt(variance * own)
            inflation[style] = own * spread[style]
    varies = spread[styles] > CONSTANT * square[styles]
    return 1.0 - squares / spread[styles] if varies else np.nan, kept


@njit(cache=True, nogil=True, error_model="numpy")
def _take_out_means(columns, weight, starts):  # type: ignore[no-untyped-def]
    """Turn columns into deviations from weighted industry means.

    Returns:
        Shapes (industries,) and (industries, columns): total weight and means.
    """
    industries, count = starts.size - 1, columns.shape[0]
    total, means = np.zeros(industries), np.zeros((industries, count))
    for code in range(industries):
        first, last = starts[code], starts[code + 1]
        own = weight[first:last]
        total[code] = _sum(own)
        if total[code] == 0.0:
            continue
        for column in range(count):
            values = columns[column, first:last]
            mean = _dot(own, values) / total[code]
            for k in range(values.size):
                values[k] -= mean
            means[code, column] = mean
    return total, means


@njit(cache=True, nogil=True, error_model="numpy")
def _scale(weight, values, out):  # type: ignore[no-untyped-def]
    for k in range(out.size):
        out[k] = weight[k] * values[k]


@njit(cache=True, nogil=True, error_model="numpy")
def _products(columns, weight, places):  # type: ignore[no-untyped-def]
    """Weighted sums of products of an even number of columns; read the upper triangle only.

    They are of deviations, so that a column far from zero loses no digits.
    """
    count = columns.shape[0]
    products = np.zeros((count, count))
    weighted = np.empty((2, _PLACES_AT_ONCE))
    for first in range(0, places, _PLACES_AT_ONCE):
        last = min(first + _PLACES_AT_ONCE, places)
        own, one, two = weight[first:last], weighted[0, : last - first], weighted[1, : last - first]
        # Four products at a time read every value half as often as one at a time.
        for row in range(0, count, 2):
            _scale(own, columns[row, first:last], one)
            _scale(own, columns[row + 1, first:last], two)
            for column in range(row, count, 2):
                sums = _four_dots(
                    one, two, columns[column, first:last], columns[column + 1, first:last]
                )
                products[row, column] += sums[0]
                products[row, column + 1] += sums[1]
                products[row + 1, column] += sums[2]
                products[row + 1, column + 1] += sums[3]
    return products


@njit(cache=True, nogil=True, error_model="numpy")
def _spread_of_columns(total, means, products):  # type: ignore[no-untyped-def]
    """Weighted sums of squares of each column: about its mean over all names, and about 0."""
    count = means.shape[1]
    spread, square = np.empty(count), np.empty(count)
    everything = total.sum()
    for column in range(count):
        mean = _dot(total, means[:, column].copy()) / everything
        spread[column] = products[column, column]
        for code in range(total.size):
            spread[column] += total[code] * (means[code, column] - mean) ** 2
        square[column] = spread[column] + everything * mean**2
    return spread, square


@njit(cache=True, nogil=True, error_model="numpy")
def _inverse_root(products, spread, square, styles):  # type: ignore[no-untyped-def]
    """Lower triangular ``root`` with root′ root = the inverse of the normal matrix.

    The Cholesky decomposition leaves out a column of which industries and earlier columns
    leave nothing: its row and column of ``root`` are zero.
    """
    lower = np.zeros((styles, styles))
    root = np.zeros((styles, styles))
    kept = np.zeros(styles, dtype=np.bool_)
    for row in range(styles):
        for column in range(row):
            if kept[column]:
                rest = products[column, row] - _dot(lower[row, :column], lower[column, :column])
                lower[row, column] = rest / lower[column, column]
        pivot = products[row, row] - _dot(lower[row, :row], lower[row, :row])
        kept[row] = spread[row] > CONSTANT * square[row] and pivot > COLLINEAR * spread[row]
        if not kept[row]:
            lower[row] = 0.0
            continue
        lower[row, row] = np.sqrt(pivot)
        root[row, row] = 1.0 / lower[row, row]
        for column in range(row):
            rest = 0.0
            for k in range(column, row):
                rest += lower[row, k] * root[k, column]
            root[row, column] = -rest / lower[row, row]
    return root, kept


@njit(cache=True, nogil=True, error_model="numpy")
def _solve(root, right):  # type: ignore[no-untyped-def]
    """root′ root × right."""
    result = np.zeros(right.size)
    for row in range(right.size):
        scale = _dot(root[row], right)
        for k in range(row + 1):
            result[k] += scale * root[row, k]
    return result


@njit(cache=True, nogil=True, error_model="numpy")
def _length(root, vector):  # type: ignore[no-untyped-def]
    """Squared length of root × vector."""
    result = 0.0
    for row in range(vector.size):
        result += _dot(root[row], vector) ** 2
    return result


@njit(cache=True, nogil=True, error_model="numpy")
def _write_residuals(layout, total, styled, residuals):  # type: ignore[no-untyped-def]
    """Write what industries and styles leave of each return; gives its weighted squares."""
    starts, columns, weight, asset, _ = layout
    styles = styled.size
    left = columns[styles, : starts[-1]]
    for style in range(styles):
        values, factor = columns[style], styled[style]
        for place in range(left.size):
            left[place] -= factor * values[place]
    for code in range(total.size):
        if total[code] > 0.0:
            for place in range(starts[code], starts[code + 1]):
                if asset[place] >= 0:
                    residuals[asset[place]] = left[place]
    return _squares(weight, left)


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _sum(values):  # type: ignore[no-untyped-def]
    """Sum; in several lanes at once, which is what reassociation allows, here and below."""
    result = 0.0
    for k in range(values.size):
        result += values[k]
    return result


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _squares(weight, values):  # type: ignore[no-untyped-def]
    """Weighted sum of squares."""
    result = 0.0
    for k in range(values.size):
        result += weight[k] * values[k] * values[k]
    return result


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _dot(first, second):  # type: ignore[no-untyped-def]
    """Sum of products."""
    result = 0.0
    for k in range(first.size):
        result += first[k] * second[k]
    return result


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _four_dots(one, two, first, second):  # type: ignore[no-untyped-def]
    """Sums of products of each of two columns with each of two others."""
    one_first, one_second, two_first, two_second = 0.0, 0.0, 0.0, 0.0
    for k in range(one.size):
        one_first += one[k] * first[k]
        one_second += one[k] * second[k]
        two_first += two[k] * first[k]
        two_second += two[k] * second[k]
    return one_first, one_second, two_first, two_second
