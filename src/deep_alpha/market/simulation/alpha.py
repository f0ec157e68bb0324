"""The planted truth: how three crowd behaviours move the next days' specific returns.

At each close the chart of every name gives an impulse for each behaviour of paper 000. An
impulse raises the expected specific return of the following days, which decays with the
behaviour's own half-life. All three are products of thresholds, so that their sum has a
linear part that ridge can find and a larger part that it can not.
"""

from __future__ import annotations

import numpy as np

from deep_alpha.market.simulation.arrays import BoolArray, FloatArray
from deep_alpha.market.simulation.behaviours import Chart
from deep_alpha.market.simulation.settings import SimulationSettings

BEHAVIOURS = ("bottom_reversal", "volume_price_divergence", "momentum_herding")
# half-lives in days, and the whole payoff of a unit of behaviour in daily specific
# standard deviations
_HALF_LIFE = np.array([1.5, 1.2, 1.0])
_PAYOFF = np.array([0.50, 0.55, 0.43])


class AlphaState:
    """Expected specific returns, updated at each close.

    ``expected`` (asset,) is the expectation for the next day; impulses of coming closes,
    which nobody knows yet, are not in it.
    """

    def __init__(self, settings: SimulationSettings) -> None:
        half_life = _HALF_LIFE * settings.horizon_scale
        self._decay = (0.5 ** (1.0 / half_life))[:, None]
        scale = settings.alpha_strength * settings.specific_volatility * _PAYOFF[:, None]
        # a unit impulse pays scale in total: scale·(1 − decay)·(1 + decay + decay² + …)
        self._first_day = scale * (1.0 - self._decay)
        horizon = settings.oracle_horizon
        self._sum_of_decays = (1.0 - self._decay**horizon) / (1.0 - self._decay)
        self._drift = np.zeros((len(BEHAVIOURS), settings.n_assets))

    def update(self, behaviours: FloatArray) -> None:
        """Let the old drift decay by a day and add the day's impulses (behaviour, asset)."""
        self._drift = self._decay * self._drift + self._first_day * behaviours

    @property
    def expected(self) -> FloatArray:
        """Expected specific log return of the next day, (asset,)."""
        total: FloatArray = self._drift.sum(axis=0)
        return total

    @property
    def oracle(self) -> FloatArray:
        """Expected specific log return over the oracle's horizon, (asset,)."""
        total: FloatArray = (self._sum_of_decays * self._drift).sum(axis=0)
        return total


def crowd_behaviours(chart: Chart) -> FloatArray:
    """Strength and direction of the three behaviours, (behaviour, asset).

    Each is a slow condition times a fast trigger. The trigger, the day's candle, is as likely
    up as down whatever happened before, so that tomorrow's behaviours can not be foreseen
    today and the decaying drift is all that is known about the future.

    * Bottom reversal: in a name low in its band, an up candle on mildly rising volume starts
      a rebound and a down candle a further fall; most of all in volatile names.
    * Volume-price divergence: after a large move of five days either way, an up candle on
      falling volume and a down candle on rising volume are reversed.
    * Momentum herding: in a strong name the crowd joins a candle on rising volume and
      distrusts one on falling volume; most of all in calm names.

    Each is centred over the names that are ready, which makes it pure stock selection.
    """
    candle, volume = np.tanh(1.5 * chart.body), np.tanh(1.5 * chart.volume_spike)
    volatile = _above(chart.volatility, 0.0)

    mild = np.exp(-0.5 * ((chart.volume_spike - 0.3) / 0.8) ** 2)
    bottom = _above(-chart.band_position, 0.6) * mild * candle * (0.2 + 1.6 * volatile)

    stretched = _above(np.abs(chart.momentum), 0.6)
    divergence = -stretched * candle * np.maximum(-candle * volume, 0.0)

    strong = _above(chart.rsi, 0.3)
    herding = strong * candle * volume * (1.6 - 1.2 * volatile)
    return _centred(np.stack([bottom, divergence, herding]), chart.ready)


def _above(score: FloatArray, threshold: float) -> FloatArray:
    """Smooth step from 0 to 1 around a threshold."""
    step: FloatArray = 1.0 / (1.0 + np.exp(-4.0 * (score - threshold)))
    return step


def _centred(values: FloatArray, ready: BoolArray) -> FloatArray:
    count = max(int(ready.sum()), 1)
    mean = (values * ready).sum(axis=1, keepdims=True) / count
    return np.where(ready, values - mean, 0.0)
