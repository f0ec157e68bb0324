"""The record that the day loop leaves behind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deep_alpha.market.simulation.alpha import BEHAVIOURS
from deep_alpha.market.simulation.arrays import BoolArray, FloatArray
from deep_alpha.market.simulation.factors import STYLES

PRICES = ("open", "high", "low", "close", "vwap", "limit_up", "limit_down")


@dataclass(frozen=True)
class History:
    """Everything that happened; arrays are (date, asset) unless said otherwise.

    ``prices`` are raw, ``volume`` in shares. ``factor_returns`` is (date, 1 + industries +
    styles). ``exposures`` (date, style, asset), ``behaviours`` (date, behaviour, asset),
    ``expected`` and ``oracle`` are those known at the close of their date. ``specific`` is
    the specific log return of its date, drift included.
    """

    prices: dict[str, FloatArray]
    traded: BoolArray
    volume: FloatArray
    adjustment: FloatArray
    total_shares: FloatArray
    float_shares: FloatArray
    dividend_cash: FloatArray
    factor_returns: FloatArray
    specific: FloatArray
    exposures: FloatArray
    behaviours: FloatArray
    expected: FloatArray
    oracle: FloatArray


def empty_history(n_days: int, n: int, n_factors: int) -> History:
    """A history to fill in: nothing traded, every number NaN but for the dividends."""

    def table(*shape: int) -> FloatArray:
        return np.full((n_days, *shape), np.nan)

    return History(
        prices={name: table(n) for name in PRICES},
        traded=np.zeros((n_days, n), dtype=np.bool_),
        volume=table(n),
        adjustment=table(n),
        total_shares=table(n),
        float_shares=table(n),
        dividend_cash=np.zeros((n_days, n)),
        factor_returns=table(n_factors),
        specific=table(n),
        exposures=table(len(STYLES), n),
        behaviours=table(len(BEHAVIOURS), n),
        expected=table(n),
        oracle=table(n),
    )
