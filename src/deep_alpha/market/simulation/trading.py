"""One trading day: limits, the intraday path inside them, and volume."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deep_alpha.market.simulation.arrays import BoolArray, FloatArray
from deep_alpha.market.simulation.names import CHINEXT_REFORM, Names

# the part of a day's variance that the opening auction takes
_OVERNIGHT = 0.25


def round_to_tick(price: FloatArray) -> FloatArray:
    """Half-up rounding to 0.01, as the exchanges do; the small term heals binary halves."""
    ticks: FloatArray = np.floor(price * 100.0 + 0.5 + 1e-6) / 100.0
    return ticks


def limit_rates(
    names: Names, date: np.datetime64, special: BoolArray, free: BoolArray
) -> FloatArray:
    """Permitted move as a fraction of the reference price, (asset,); infinite if free.

    10 % on the main boards, 5 % there for special treatment, 20 % on STAR and, from
    2020-08-24, on ChiNext, special treatment or not.
    """
    wide = names.board == "star"
    if date >= CHINEXT_REFORM:
        wide = wide | (names.board == "chinext")
    rate = np.where(special, 0.05, 0.10)
    rate = np.where(wide, 0.20, rate)
    return np.where(free, np.inf, rate)


@dataclass(frozen=True)
class DayBars:
    """Raw bars of one day, each (asset,); ``limit_up`` and ``limit_down`` NaN if free."""

    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    vwap: FloatArray
    limit_up: FloatArray
    limit_down: FloatArray
    one_price: BoolArray


def trade(
    start: FloatArray,
    end: FloatArray,
    volatility: FloatArray,
    reference: FloatArray,
    rate: FloatArray,
    normal: FloatArray,
    uniform: FloatArray,
) -> DayBars:
    """Run the day from yesterday's fair value to today's, inside the price limits.

    The path is a Brownian bridge: the opening takes the overnight share of the move, the
    close is the day's fair value, high and low are drawn from the bridge's own extremes.
    Whatever lies beyond a limit is unfilled demand: the price stays at the limit and the
    fair value keeps the rest for the next day.

    Args:
        start: Log of yesterday's fair value in today's raw units, (asset,).
        end: Log of today's fair value.
        volatility: Conditional standard deviation of the day's log return.
        reference: Raw reference price: yesterday's close, ex rights.
        rate: Limits as a fraction of the reference price, see ``limit_rates``.
        normal: (2, asset) standard normal numbers.
        uniform: (2, asset) uniform numbers.
    """
    opened = (
        start
        + _OVERNIGHT * (end - start)
        + np.sqrt(_OVERNIGHT * (1.0 - _OVERNIGHT)) * volatility * normal[0]
    )
    variance = (1.0 - _OVERNIGHT) * volatility**2
    extreme = np.sqrt((end - opened) ** 2 - 2.0 * variance * np.log1p(-uniform))
    highest = 0.5 * (opened + end + extreme[0])
    lowest = 0.5 * (opened + end - extreme[1])

    free = np.isinf(rate)
    quoted = round_to_tick(reference)
    step = np.maximum(quoted * np.where(free, 0.0, rate), 0.01)
    limit_up, limit_down = round_to_tick(quoted + step), round_to_tick(quoted - step)
    upper = np.where(free, np.inf, limit_up)
    lower = np.where(free, 0.01, np.maximum(limit_down, 0.01))
    path = np.exp(np.stack([opened, highest, lowest, end]))
    open_, high, low, close = np.clip(round_to_tick(path), lower, upper)
    # the average price is drawn to the middle of the path
    middle = 0.25 * (open_ + close + high + low) + 0.12 * (high - low) * normal[1]
    return DayBars(
        open_,
        high,
        low,
        close,
        np.clip(middle, low, high),
        np.where(free, np.nan, limit_up),
        np.where(free, np.nan, limit_down),
        high == low,
    )


class VolumeState:
    """Turnover that follows volatility and attention.

    Attention is the decaying memory of large moves; a one-price day leaves most orders
    unfilled.
    """

    def __init__(self, n_assets: int) -> None:
        self._attention = np.full(n_assets, 0.8)

    def update(
        self,
        surprise: FloatArray,
        level: FloatArray,
        noise: FloatArray,
        one_price: BoolArray,
    ) -> FloatArray:
        """Turnover of the day, fraction of float shares, (asset,).

        Args:
            surprise: Absolute log return over its conditional standard deviation.
            level: Log of the name's usual turnover.
            noise: Log-turnover noise, of the name and of the whole market.
            one_price: Whether the price did not move all day.
        """
        excitement = np.minimum(surprise, 4.0)
        log_turnover = (
            level
            + noise
            + 0.30 * (excitement - 0.8)
            + 0.60 * (self._attention - 0.8)
            - np.where(one_price, 1.5, 0.0)
        )
        self._attention = 0.85 * self._attention + 0.15 * excitement
        turnover: FloatArray = np.clip(np.exp(log_turnover), 1e-5, 0.6)
        return turnover
