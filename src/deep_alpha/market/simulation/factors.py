"""Factor and specific return shocks: symmetric, fat-tailed, with clustering volatility.

Every shock is a symmetric log return whose scale is independent of its sign. The median of
every name's return is therefore the same whatever its volatility, and in a null market the
rank of a future return can not be predicted (a premium for volatility would otherwise come
in through the difference of mean and median). The arithmetic mean of a simple return still
exceeds zero by half its variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deep_alpha.market.simulation.arrays import FloatArray
from deep_alpha.market.simulation.draws import (
    Component,
    autoregression,
    fat_tailed,
    generator,
)
from deep_alpha.market.simulation.settings import SimulationSettings

STYLES = (
    "BETA",
    "MOMENTUM",
    "SIZE",
    "EARNYILD",
    "RESVOL",
    "GROWTH",
    "BTOP",
    "LEVERAGE",
    "LIQUIDTY",
    "SIZENL",
)
# daily standard deviations of the pure style returns
_STYLE_SCALE = np.array(
    [0.0022, 0.0022, 0.0028, 0.0012, 0.0020, 0.0010, 0.0013, 0.0009, 0.0018, 0.0014]
)
# a name with a beta exposure of one moves this much more with the country
_BETA_LOADING = 0.25


@dataclass(frozen=True)
class Shocks:
    """Return shocks in log units.

    Args:
        country: (date,).
        industries: (date, industry), before the cap-weighted mean is taken out.
        styles: (date, style).
        specific: (date, asset).
        country_volatility: (date,) conditional standard deviation of ``country``.
        specific_volatility: (date, asset) conditional standard deviation of ``specific``.
    """

    country: FloatArray
    industries: FloatArray
    styles: FloatArray
    specific: FloatArray
    country_volatility: FloatArray
    specific_volatility: FloatArray


def make_shocks(settings: SimulationSettings, volatility_exposure: FloatArray) -> Shocks:
    """Draw all shocks; ``volatility_exposure`` (date, asset) scales the specific ones."""
    days, seed = settings.n_days, settings.seed
    degrees = settings.tail_degrees_of_freedom

    def clustered(
        size: tuple[int, ...], shock: Component, volatility: Component, spread: float
    ) -> tuple[FloatArray, FloatArray]:
        noise = generator(seed, volatility).standard_normal(size)
        log_scale = spread * autoregression(noise, 0.97)
        # exp(-spread²) keeps the unconditional variance at one
        scale = np.exp(log_scale - spread**2)
        return scale * fat_tailed(generator(seed, shock), degrees, size), scale

    country, country_scale = clustered(
        (days,), Component.COUNTRY, Component.COUNTRY_VOLATILITY, 0.45
    )
    industries, _ = clustered(
        (days, settings.n_industries), Component.INDUSTRY, Component.INDUSTRY_VOLATILITY, 0.4
    )
    styles, _ = clustered((days, len(STYLES)), Component.STYLE, Component.STYLE_VOLATILITY, 0.4)
    specific, specific_scale = clustered(
        (days, settings.n_assets), Component.SPECIFIC, Component.SPECIFIC_VOLATILITY, 0.4
    )
    country = settings.country_volatility * country
    styles = settings.style_volatility * _STYLE_SCALE * styles
    styles[:, STYLES.index("BETA")] += _BETA_LOADING * country
    base = settings.specific_volatility * np.exp(0.25 * volatility_exposure)
    return Shocks(
        country,
        settings.industry_volatility * industries,
        styles,
        base * specific,
        settings.country_volatility * country_scale,
        base * specific_scale,
    )
