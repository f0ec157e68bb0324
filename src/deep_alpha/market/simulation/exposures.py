"""Style exposures of the simulated names, in the manner of CNE5 (SPEC 2.7).

Size, momentum, value and earnings yield follow prices and announced accounts; the other
styles are slow latent characteristics which the tables show as market sensitivity,
volatility, turnover, growth and indebtedness.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deep_alpha.market.simulation.arrays import BoolArray, FloatArray
from deep_alpha.market.simulation.draws import Component, autoregression, generator
from deep_alpha.market.simulation.factors import STYLES
from deep_alpha.market.simulation.names import Names
from deep_alpha.market.simulation.settings import SimulationSettings

_MOMENTUM_LAG = 21
_MOMENTUM_DECAY = 0.5 ** (1 / 126)
_SLOW = ("beta", "liquidity", "volatility", "growth", "leverage")


def slow_characteristics(settings: SimulationSettings, names: Names) -> dict[str, FloatArray]:
    """Latent characteristics by name, (date, asset), about standard normal across assets."""
    rng = generator(settings.seed, Component.EXPOSURE)
    noise = rng.standard_normal((settings.n_days, len(_SLOW), settings.n_assets))
    drifting = autoregression(noise, 0.998)
    debt = names.traits["debt"]
    levels = {
        "beta": names.traits["beta"],
        "liquidity": names.traits["liquidity"],
        "volatility": names.traits["volatility"],
        "growth": names.traits["growth"],
        "leverage": np.log(debt / (1.0 - debt)),
    }
    return {name: levels[name] + 0.4 * drifting[:, i] for i, name in enumerate(_SLOW)}


def standardise(values: FloatArray, cap: FloatArray, listed: BoolArray) -> FloatArray:
    """Cap-weighted mean 0 and equal-weighted sd 1 over the listed names, clipped at 3 sd.

    ``values`` is (style, asset); names that are not listed get 0.
    """
    weight = np.where(listed, cap, 0.0)
    # on a day when every name has left there is nothing to standardise
    weight = weight / max(float(weight.sum()), 1.0)
    count = max(int(listed.sum()), 1)
    centre = (values * listed).sum(axis=-1, keepdims=True) / count
    spread = _spread(values, centre, listed, count)
    clipped = np.clip((values - centre) / spread, -3.0, 3.0)
    centre = (clipped * listed).sum(axis=-1, keepdims=True) / count
    spread = _spread(clipped, centre, listed, count)
    scaled = (clipped - (clipped * weight).sum(axis=-1, keepdims=True)) / spread
    return np.where(listed, scaled, 0.0)


def _spread(values: FloatArray, centre: FloatArray, listed: BoolArray, count: int) -> FloatArray:
    variance = (((values - centre) * listed) ** 2).sum(axis=-1, keepdims=True) / count
    return np.where(variance > 1e-24, np.sqrt(variance), 1.0)


@dataclass
class MomentumState:
    """Exponentially weighted log return with a lag of 21 days, updated day by day."""

    value: FloatArray
    lagged: FloatArray
    day: int = 0

    @classmethod
    def begin(cls, names: Names) -> MomentumState:
        """The state before day 0, as if the names had a history."""
        n = len(names.asset)
        return cls(0.2 * names.traits["momentum"], np.zeros((_MOMENTUM_LAG, n)))

    def update(self, log_return: FloatArray) -> None:
        """Take in the day's adjusted log returns, (asset,)."""
        slot = self.day % _MOMENTUM_LAG
        self.value = _MOMENTUM_DECAY * self.value + self.lagged[slot]
        self.lagged[slot] = log_return
        self.day += 1


def style_exposures(
    slow: dict[str, FloatArray],
    momentum: FloatArray,
    cap: FloatArray,
    book: FloatArray,
    earnings: FloatArray,
    listed: BoolArray,
) -> FloatArray:
    """Exposures known at a close, (style, asset); every argument is (asset,) of that close."""
    raw = {
        "BETA": slow["beta"],
        "MOMENTUM": momentum,
        "SIZE": np.log(cap),
        "EARNYILD": earnings / cap,
        "RESVOL": slow["volatility"],
        "GROWTH": slow["growth"],
        "BTOP": np.log(book / cap),
        "LEVERAGE": slow["leverage"],
        "LIQUIDTY": slow["liquidity"],
        "SIZENL": np.zeros_like(cap),
    }
    exposures = standardise(np.stack([raw[style] for style in STYLES]), cap, listed)
    size = exposures[STYLES.index("SIZE")]
    weight = np.where(listed, np.sqrt(cap), 0.0)
    cubed = size**3
    slope = (weight * cubed * size).sum() / max(float((weight * size * size).sum()), 1e-12)
    nonlinear = standardise((cubed - slope * size)[None], cap, listed)
    exposures[STYLES.index("SIZENL")] = nonlinear[0]
    return exposures
