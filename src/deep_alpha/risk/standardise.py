"""Steps from a descriptor to an exposure, on the cross-section of one day (SPEC 2.7).

All moments are those of the estimation universe; what they give is applied to everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deep_alpha.risk.settings import Outliers

FloatArray = NDArray[np.float64]

FEWEST_VALUES = 10
"""With fewer values in the estimation universe there is no cross-section to speak of."""

SMALLEST_DEVIATION = 1e-12
"""Relative to the mean where that is above 1: rounding must not pass for variation."""

CLIP_DEVIATIONS = 3.0
FORGET_DEVIATIONS = 10.0


@dataclass(frozen=True)
class CrossSection:
    """Who counts on a day; arrays are (asset,).

    Args:
        inside: The estimation universe.
        cap: Float cap of its members, 0 for everybody else and where it is unknown.
    """

    inside: NDArray[np.bool_]
    cap: FloatArray

    @classmethod
    def of(cls, inside: NDArray[np.bool_], cap: FloatArray) -> CrossSection:
        """From caps as they come: NaN and values that are not positive are unknown."""
        known = inside & np.isfinite(cap) & (cap > 0)
        return cls(inside=inside, cap=np.where(known, cap, 0.0))


@dataclass(frozen=True)
class Winsorised:
    """Values after outliers were dealt with.

    Args:
        values: NaN where there was none or it was forgotten; all NaN without enough
            values or without variation in the estimation universe.
        clipped: Share of the estimation universe that was moved to a bound.
        forgotten: Share of it whose value was dropped.
    """

    values: FloatArray
    clipped: float = 0.0
    forgotten: float = 0.0


def winsorise(values: FloatArray, section: CrossSection, outliers: Outliers = "clip") -> Winsorised:
    """Clip at the equal-weighted mean ± 3 population sd of the estimation universe.

    With ``three_zone``, values beyond 10 sd are dropped first and mean and sd computed
    anew.

    Args:
        values: (asset,) any unit; what is not finite is no value.
        section: Who counts.
        outliers: ``clip`` or ``three_zone``.
    """
    values = np.where(np.isfinite(values), values, np.nan)
    size = int(np.count_nonzero(section.inside))
    moments = _moments(values[section.inside])
    forgotten = 0
    if outliers == "three_zone" and moments is not None:
        far = np.abs(values - moments[0]) > FORGET_DEVIATIONS * moments[1]
        forgotten = int(np.count_nonzero(far & section.inside))
        values[far] = np.nan
        moments = _moments(values[section.inside])
    if moments is None:
        return Winsorised(np.full_like(values, np.nan), forgotten=forgotten / max(size, 1))
    mean, deviation = moments
    low, high = mean - CLIP_DEVIATIONS * deviation, mean + CLIP_DEVIATIONS * deviation
    beyond = section.inside & ((values < low) | (values > high))
    return Winsorised(
        np.clip(values, low, high),
        clipped=int(np.count_nonzero(beyond)) / size,
        forgotten=forgotten / size,
    )


def standardise(values: FloatArray, section: CrossSection) -> FloatArray:
    """Shift to a cap-weighted mean of 0, scale to an equal-weighted population sd of 1.

    Args:
        values: (asset,) NaN where there is none.
        section: Who counts, with their caps.

    Returns:
        (asset,); all NaN if the estimation universe has fewer than ten values, no
        variation, or no cap among those with a value.
    """
    sample, cap = values[section.inside], section.cap[section.inside]
    moments = _moments(sample)
    known = ~np.isnan(sample)
    total = cap[known].sum()
    if moments is None or total == 0.0:
        return np.full_like(values, np.nan)
    # Distances to the equal-weighted mean: less is lost where values are large but close.
    distance = values - moments[0]
    shift = (sample[known] - moments[0]) @ cap[known] / total
    result: FloatArray = (distance - shift) / moments[1]
    return result


def weighted_mean(parts: Iterable[tuple[float, FloatArray]], size: int) -> FloatArray:
    """Mean over the parts that an asset has, weights rescaled to them.

    Args:
        parts: Weight and (asset,) values, NaN where there is none.
        size: Number of assets.

    Returns:
        (asset,); NaN for an asset without any part.
    """
    total, weights = np.zeros(size), np.zeros(size)
    for weight, values in parts:
        known = ~np.isnan(values)
        total += np.where(known, weight * values, 0.0)
        weights += weight * known
    mean: FloatArray = np.divide(total, weights, out=np.full(size, np.nan), where=weights > 0)
    return mean


def fill_by_industry(
    values: FloatArray, industry: NDArray[np.integer], section: CrossSection
) -> FloatArray:
    """Give assets without a value the equal-weighted mean of their industry.

    Args:
        values: (asset,) NaN where there is none.
        industry: (asset,) codes from 0.
        section: Whose values the means are taken over.

    Returns:
        (asset,) without NaN: 0, the market, where nobody in the industry has a value.
    """
    missing = np.isnan(values)
    source = section.inside & ~missing
    groups = int(industry.max(initial=-1)) + 1
    counts = np.bincount(industry[source], minlength=groups)
    sums = np.bincount(industry[source], weights=values[source], minlength=groups)
    means = np.divide(sums, counts, out=np.zeros(groups), where=counts > 0)
    return np.where(missing, means[industry], values)


def residual(
    values: FloatArray, regressors: Sequence[FloatArray], section: CrossSection
) -> FloatArray:
    """What least squares on the regressors and a constant leaves of the values.

    Weights are √cap, as in the regression of returns. Regressors without variation or
    that repeat each other take nothing away.

    Args:
        values: (asset,) without NaN.
        regressors: At least one (asset,) without NaN.
        section: Whom the fit is made on, somebody with a cap among them; the rest gets the
            same line subtracted.

    Returns:
        (asset,).
    """
    weight = np.sqrt(section.cap)
    weight /= weight.sum()
    stacked = np.stack(regressors)
    centred = stacked - (stacked @ weight)[:, None]
    weighted = centred * weight
    slopes = np.linalg.lstsq(weighted @ centred.T, weighted @ values, rcond=None)[0]
    left: FloatArray = values - values @ weight - slopes @ centred
    return left


def _moments(sample: FloatArray) -> tuple[float, float] | None:
    """Mean and population sd of the values there are; None without enough variation."""
    known = sample[~np.isnan(sample)]
    if len(known) < FEWEST_VALUES:
        return None
    mean, deviation = float(known.mean()), float(known.std())
    if deviation < SMALLEST_DEVIATION * max(1.0, abs(mean)):
        return None
    return mean, deviation
