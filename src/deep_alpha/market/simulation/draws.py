"""Random numbers, one independent stream for each component of the market."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from deep_alpha.market.simulation.arrays import FloatArray


class Component(IntEnum):
    """The streams. A member's value keys its stream: append, never renumber."""

    NAMES = 0
    COUNTRY = 1
    INDUSTRY = 2
    STYLE = 3
    EXPOSURE = 4
    SPECIFIC = 5
    SPECIFIC_VOLATILITY = 6
    INTRADAY = 7
    VOLUME = 8
    SUSPENSION = 9
    SPECIAL_TREATMENT = 10
    CORPORATE_ACTION = 11
    FUNDAMENTALS = 12
    RISK_FREE = 13
    COUNTRY_VOLATILITY = 14
    INDUSTRY_VOLATILITY = 15
    STYLE_VOLATILITY = 16
    MARKET_VOLUME = 17


def generator(seed: int, component: Component) -> np.random.Generator:
    """The stream of one component.

    Draw one array from it, with time as the first axis: numbers are filled in that order,
    so a longer simulation repeats a shorter one and goes on.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(int(component),)))


def autoregression(noise: FloatArray, persistence: float) -> FloatArray:
    """Stationary AR(1) paths of unit variance from standard normal ``noise`` (time, ...)."""
    paths = np.empty_like(noise)
    if len(noise) == 0:
        return paths
    paths[0] = noise[0]
    innovation = np.sqrt(1.0 - persistence**2)
    for t in range(1, len(noise)):
        paths[t] = persistence * paths[t - 1] + innovation * noise[t]
    return paths


def fat_tailed(rng: np.random.Generator, degrees: float, size: tuple[int, ...]) -> FloatArray:
    """Symmetric Student-t shocks of unit variance, clipped at ten standard deviations."""
    shocks = rng.standard_t(degrees, size) * np.sqrt((degrees - 2.0) / degrees)
    clipped: FloatArray = np.clip(shocks, -10.0, 10.0)
    return clipped
