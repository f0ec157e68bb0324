"""The four behavioural indicators over one asset's own traded rows (SPEC 1.3).

Everything is an asset's own past: windows end at the row itself, and RSI and bands are
those of the behavioural factors (SPEC 1.1). Comparisons treat values within the tie
tolerance as equal, so that a resting price is neither up nor down by rounding.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from deep_alpha.kernels.ranking import below, tied
from deep_alpha.kernels.rolling import window_deviation, window_mean

CHASE, PANIC, DIVERGENCE, BOTTOM = range(4)
INDICATORS = 4

_RSI_DAYS = 14


class Limits(NamedTuple):
    """Thresholds of the indicators; ``factors.behaviours`` says what each one means."""

    chase_up_closes: int
    chase_rsi: float
    chase_expansion: float
    panic_deviations: float
    panic_volume: float
    panic_near_low: float
    divergence_deviations: float
    divergence_contraction: float
    divergence_expansion: float
    bottom_days: int
    bottom_rsi: float
    bottom_fall: float
    bottom_least_volume: float
    bottom_most_volume: float


@njit(cache=True, nogil=True, error_model="numpy")
def wilder_rsi(close, out):  # type: ignore[no-untyped-def]
    """RSI(14) with Wilder's smoothing; NaN before the 14th row, 100 without any loss."""
    gain, loss = 0.0, 0.0
    for row in range(close.size):
        # The first row has no change: the smoothers start at zero there.
        if row > 0:
            change = close[row] - close[row - 1]
            if tied(close[row], close[row - 1]):
                change = 0.0
            gain += (max(change, 0.0) - gain) / _RSI_DAYS
            loss += (max(-change, 0.0) - loss) / _RSI_DAYS
        rsi = 100.0 if loss == 0.0 else 100.0 - 100.0 / (1.0 + gain / loss)
        out[row] = rsi if row >= _RSI_DAYS - 1 else np.nan


@njit(cache=True, nogil=True, error_model="numpy")
def _mark_moves(close, deviation, rsi, expansion, limits, marks):  # type: ignore[no-untyped-def]
    """Chase and divergence: what a week's return says beside its volume."""
    for row in range(5, close.size):
        week_return = close[row] / close[row - 5] - 1.0
        if np.isfinite(rsi[row - 3] + rsi[row] + expansion[row]):
            ups = 0
            for age in range(5):
                ups += below(close[row - age - 1], close[row - age])
            chase = below(0.0, week_return) & (ups >= limits.chase_up_closes)
            chase &= below(rsi[row - 3], rsi[row]) & below(limits.chase_rsi, rsi[row])
            chase &= below(limits.chase_expansion, expansion[row])
            marks[CHASE, row] = 1.0 if chase else 0.0
        if np.isfinite(deviation[row] + expansion[row]):
            move = limits.divergence_deviations * deviation[row] * np.sqrt(5.0)
            up = below(move, week_return) & below(expansion[row], limits.divergence_contraction)
            down = below(week_return, -move) & below(limits.divergence_expansion, expansion[row])
            marks[DIVERGENCE, row] = 1.0 if up else (-1.0 if down else 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def _mark_panic(returns, deviation, relative, near_low, limits, marks):  # type: ignore[no-untyped-def]
    for row in range(returns.size):
        if np.isfinite(deviation[row] + relative[row] + near_low[row]):
            panic = below(returns[row], -limits.panic_deviations * deviation[row])
            panic &= below(limits.panic_volume, relative[row])
            panic &= below(limits.panic_near_low, near_low[row])
            marks[PANIC, row] = 1.0 if panic else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _mark_bottom(close, lower, rsi, relative, limits, marks):  # type: ignore[no-untyped-def]
    """A mild rise after an oversold day; a panic, marked before, is one."""
    oversold = np.full(close.size, np.nan)
    for row in range(close.size):
        if np.isfinite(rsi[row] + lower[row] + marks[PANIC, row]):
            weak = below(rsi[row], limits.bottom_rsi) | below(close[row], lower[row])
            oversold[row] = 1.0 if weak | (marks[PANIC, row] == 1.0) else 0.0
    for row in range(max(20, limits.bottom_days - 1), close.size):
        seen = 0.0
        for age in range(limits.bottom_days):
            seen += oversold[row - age]
        if np.isfinite(seen + rsi[row - 1] + relative[row]):
            bottom = (seen > 0.0) & below(close[row] / close[row - 20] - 1.0, limits.bottom_fall)
            bottom &= below(close[row - 1], close[row]) & below(rsi[row - 1], rsi[row])
            bottom &= below(limits.bottom_least_volume, relative[row])
            bottom &= below(relative[row], limits.bottom_most_volume)
            marks[BOTTOM, row] = 1.0 if bottom else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _mark(high, low, close, volume, limits, marks):  # type: ignore[no-untyped-def]
    """Write ``marks`` (4, rows) of one asset whose rows follow each other."""
    count = close.size
    returns = np.full(count, np.nan)
    for row in range(1, count):
        returns[row] = close[row] / close[row - 1] - 1.0
    rsi, deviation, band, middle = (
        np.empty(count),
        np.empty(count),
        np.empty(count),
        np.empty(count),
    )
    week, month = np.empty(count), np.empty(count)
    wilder_rsi(close, rsi)
    window_deviation(returns, 20, deviation)
    window_deviation(close, 20, band)
    window_mean(close, 20, middle)
    window_mean(volume, 5, week)
    window_mean(volume, 20, month)
    # The band's deviation is that of the population.
    lower = middle - 2.0 * np.sqrt(19.0 / 20.0) * band
    relative = volume / month
    near_low = (high - close) / (high - low + 0.001)
    marks[:] = np.nan
    _mark_moves(close, deviation, rsi, week / month, limits, marks)
    _mark_panic(returns, deviation, relative, near_low, limits, marks)
    _mark_bottom(close, lower, rsi, relative, limits, marks)


@njit(cache=True, nogil=True, error_model="numpy")
def behaviour_indicators(high, low, close, volume, limits, out):  # type: ignore[no-untyped-def]
    """The indicators of every asset.

    Args:
        high: Shape (dates, assets), adjusted, float64.
        low: Likewise.
        close: Likewise; an asset's rows are its days with a close.
        volume: Likewise, adjusted.
        limits: The thresholds, a :class:`Limits`.
        out: Shape (dates, 4, assets), overwritten: 1 or 0, divergence −1, 0 or 1; NaN on
            days without a close, and where an input has no value.
    """
    out[:] = np.nan
    for asset in range(close.shape[1]):
        rows = np.flatnonzero(~np.isnan(close[:, asset]))
        own = np.empty((4, rows.size))
        for k in range(rows.size):
            own[0, k] = high[rows[k], asset]
            own[1, k] = low[rows[k], asset]
            own[2, k] = close[rows[k], asset]
            own[3, k] = volume[rows[k], asset]
        marks = np.empty((INDICATORS, rows.size))
        _mark(own[0], own[1], own[2], own[3], limits, marks)
        for k in range(rows.size):
            for indicator in range(INDICATORS):
                out[rows[k], indicator, asset] = marks[indicator, k]
