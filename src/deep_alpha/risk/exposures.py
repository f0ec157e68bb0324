"""From descriptors to style exposures, every day by itself (SPEC 2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.risk.catalogue import BY_NAME, Level, descriptors_of, styles_of
from deep_alpha.risk.settings import RiskSettings
from deep_alpha.risk.standardise import (
    CrossSection,
    fill_by_industry,
    residual,
    standardise,
    weighted_mean,
    winsorise,
)

FloatArray = NDArray[np.float64]

_CUBE = "NLSIZE"
"""The one descriptor that is made of a style, not of data."""


@dataclass(frozen=True)
class DayExposures:
    """Exposures of one day.

    Args:
        values: Style → (asset,).
        coverage: Descriptor → share of the estimation universe that has it.
        filled: Style → share of the estimation universe that had no value of its own.
        clipped: Descriptor → share of the estimation universe moved to 3 sd.
        forgotten: Descriptor → share of the estimation universe dropped beyond 10 sd.
    """

    values: dict[str, FloatArray] = field(default_factory=dict)
    coverage: dict[str, float] = field(default_factory=dict)
    filled: dict[str, float] = field(default_factory=dict)
    clipped: dict[str, float] = field(default_factory=dict)
    forgotten: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Exposures:
    """Style exposures of a market; shares are (date,), of the day's estimation universe.

    Args:
        values: (date, style, asset) in cross-sectional standard deviations; NaN for assets
            without exposures that day.
        styles: Along the second axis, in the catalogue's order.
        coverage: Descriptor → share that has it, after outliers were dropped.
        filled: Style → share whose exposure is the industry's mean or 0. SIZENL is filled
            where SIZE is.
        clipped: Descriptor → share moved to 3 sd.
        forgotten: Descriptor → share dropped beyond 10 sd (``three_zone`` only).
        weights: Descriptor → its weight in its style, absent descriptors taken out.
    """

    values: NDArray[np.float32]
    styles: tuple[str, ...]
    coverage: dict[str, FloatArray]
    filled: dict[str, FloatArray]
    clipped: dict[str, FloatArray]
    forgotten: dict[str, FloatArray]
    weights: dict[str, float]


def build_exposures(
    descriptors: Mapping[str, FloatArray],
    cap: FloatArray,
    estimation: NDArray[np.bool_],
    holders: NDArray[np.bool_],
    industry: NDArray[np.integer],
    level: Level,
    settings: RiskSettings,
) -> Exposures:
    """Winsorise, standardise, combine, fill, orthogonalise: the pipeline of SPEC 2.7.

    Moments, fits and industry means are those of the day's estimation universe. Days on
    which nobody in it has a cap have no exposures.

    Args:
        descriptors: Name → (date, asset), NaN where unknown. A descriptor that the market
            does not have is no key; its weight goes to the others of its style, and a
            style without any descriptor is left out. NLSIZE is made here.
        cap: (date, asset) float cap, in currency.
        estimation: (date, asset) estimation universe.
        holders: (date, asset) who gets exposures; includes the estimation universe.
        industry: (date, asset) codes of the day's industry groups.
        level: Which descriptors there can be.
        settings: The switches.

    Returns:
        The exposures; those of a day depend on that day only.

    Raises:
        PanelError: Shapes do not fit, a descriptor is not one of the level's, there is
            none, or a member of the estimation universe is no holder.
    """
    _check(descriptors, cap, estimation, holders, industry, level)
    weights = _weights(descriptors, level)
    possible = {BY_NAME[name].style for name in weights}
    styles = tuple(style for style in styles_of(level) if style in possible)
    days, assets = holders.shape
    values = np.full((days, len(styles), assets), np.nan, dtype=np.float32)
    coverage, clipped, forgotten = (
        {name: np.full(days, np.nan) for name in weights} for _ in range(3)
    )
    filled = {style: np.full(days, np.nan) for style in styles}
    for day in range(days):
        who = np.flatnonzero(holders[day])
        section = CrossSection.of(estimation[day, who], cap[day, who])
        if not section.cap.any():
            continue
        raw = {name: table[day, who] for name, table in descriptors.items()}
        made = day_exposures(raw, section, industry[day, who], weights, styles, settings)
        for place, style in enumerate(styles):
            values[day, place, who] = made.values[style]
            filled[style][day] = made.filled[style]
        for name in weights:
            coverage[name][day] = made.coverage[name]
            clipped[name][day] = made.clipped[name]
            forgotten[name][day] = made.forgotten[name]
    return Exposures(values, styles, coverage, filled, clipped, forgotten, weights)


def day_exposures(
    raw: Mapping[str, FloatArray],
    section: CrossSection,
    industry: NDArray[np.integer],
    weights: Mapping[str, float],
    styles: tuple[str, ...],
    settings: RiskSettings,
) -> DayExposures:
    """Exposures of the holders of one day, in float64.

    Args:
        raw: Descriptor → (asset,) of the holders.
        section: Who of them counts; somebody must have a cap.
        industry: (asset,) codes.
        weights: Descriptor → weight in its style.
        styles: To build, in the catalogue's order.
        settings: The switches.

    Returns:
        Exposures without NaN: a style that too few have that day is 0 for everybody.
    """
    made = DayExposures()
    ready = {
        name: _standardised(name, values, section, made, settings) for name, values in raw.items()
    }
    for style in styles:
        if style == "SIZENL":
            made.values[style] = _non_linear_size(section, made)
            continue
        parts = ((weights[name], ready[name]) for name in ready if BY_NAME[name].style == style)
        combined = weighted_mean(parts, len(section.inside))
        made.filled[style] = float(np.isnan(combined[section.inside]).mean())
        if 1.0 - made.filled[style] < settings.min_style_share:
            # Industry means alone say nothing that the industries do not say.
            combined = np.full_like(combined, np.nan)
        exposure = _exposure(fill_by_industry(combined, industry, section), section)
        earlier = [made.values[name] for name in _orthogonal_to(style, settings) if name in styles]
        if earlier:
            exposure = _exposure(residual(exposure, earlier, section), section)
        made.values[style] = exposure
    return made


def _standardised(
    name: str,
    values: FloatArray,
    section: CrossSection,
    made: DayExposures,
    settings: RiskSettings,
) -> FloatArray:
    """One descriptor, outliers dealt with and standardised; its shares are noted."""
    tamed = winsorise(values, section, settings.outliers)
    ready = standardise(tamed.values, section)
    made.coverage[name] = float((~np.isnan(ready[section.inside])).mean())
    made.clipped[name] = tamed.clipped
    made.forgotten[name] = tamed.forgotten
    return ready


def _non_linear_size(section: CrossSection, made: DayExposures) -> FloatArray:
    """SIZENL: the cube of SIZE, orthogonal to SIZE, then winsorised and standardised.

    This is the order of SPEC 2.7: clipping comes last and leaves a little of SIZE in it.
    """
    size = made.values["SIZE"]
    tamed = winsorise(residual(size**3, [size], section), section)
    made.coverage[_CUBE] = 1.0 - made.filled["SIZE"]
    made.filled["SIZENL"] = made.filled["SIZE"]
    made.clipped[_CUBE] = tamed.clipped
    made.forgotten[_CUBE] = tamed.forgotten
    return _exposure(tamed.values, section)


def _exposure(values: FloatArray, section: CrossSection) -> FloatArray:
    """Standardised values; 0 for everybody where they do not vary."""
    return np.nan_to_num(standardise(values, section))


def _orthogonal_to(style: str, settings: RiskSettings) -> tuple[str, ...]:
    if style == "RESVOL":
        return ("BETA",) if settings.resvol_orth == "beta" else ("BETA", "SIZE")
    if style == "LIQUIDTY" and settings.liq_orth:
        return ("SIZE",)
    return ()


def _weights(descriptors: Mapping[str, FloatArray], level: Level) -> dict[str, float]:
    """Weights of the descriptors there are, 1 for each style, in the catalogue's order."""
    available = [
        descriptor
        for descriptor in descriptors_of(level)
        if descriptor.name in descriptors or (descriptor.name == _CUBE and "LNCAP" in descriptors)
    ]
    totals: dict[str, float] = {}
    for descriptor in available:
        totals[descriptor.style] = totals.get(descriptor.style, 0.0) + descriptor.weight
    return {one.name: one.weight / totals[one.style] for one in available}


def _check(
    descriptors: Mapping[str, FloatArray],
    cap: FloatArray,
    estimation: NDArray[np.bool_],
    holders: NDArray[np.bool_],
    industry: NDArray[np.integer],
    level: Level,
) -> None:
    known = {descriptor.name for descriptor in descriptors_of(level)} - {_CUBE}
    foreign = sorted(set(descriptors) - known)
    if foreign:
        raise PanelError(f"descriptors {foreign} are not data of the level {level!r}")
    if not descriptors:
        raise PanelError(f"there is no descriptor of the level {level!r} to make exposures of")
    tables = {"cap": cap, "estimation": estimation, "industry": industry, **descriptors}
    for name, table in tables.items():
        if table.shape != holders.shape:
            raise PanelError(f"{name} has shape {table.shape}, holders have {holders.shape}")
    astray = int(np.count_nonzero(estimation & ~holders))
    if astray:
        raise PanelError(
            f"{astray} members of the estimation universe are not among the holders of exposures; "
            "holders must include it"
        )
