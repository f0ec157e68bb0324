"""Volatility of an asset's own days, as an order of the day can know it."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def known_volatility(close, length, out):  # type: ignore[no-untyped-def]
    """Standard deviation (ddof 1) of the last ``length`` own returns before each day.

    Args:
        close: Shape (dates, assets); an asset's days are those with a close.
        length: Returns in the window.
        out: Shape (dates, assets), overwritten; NaN on days without a close and before
            ``length`` returns are known.
    """
    assets = close.shape[1]
    window = np.empty((assets, length))
    count = np.zeros(assets, dtype=np.int64)
    before = np.full(assets, np.nan)
    for day in range(close.shape[0]):
        for asset in range(assets):
            out[day, asset] = np.nan
            price = close[day, asset]
            if price != price:
                continue
            if count[asset] >= length:
                own = window[asset]
                mean = own.sum() / length
                squares = 0.0
                for k in range(length):
                    squares += (own[k] - mean) ** 2
                out[day, asset] = np.sqrt(squares / (length - 1))
            if before[asset] == before[asset]:
                window[asset, count[asset] % length] = price / before[asset] - 1.0
                count[asset] += 1
            before[asset] = price
