"""One IC series in a few figures: level, stability, and how sure they are (SPEC 0.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.evaluation.inference import (
    effective_dof,
    naive_t,
    newey_west_t,
    overlap_p_value,
)


@dataclass(frozen=True)
class IcSummary:
    """Figures of one daily IC series.

    Args:
        horizon: Length h of the labels in days.
        mean: Mean IC over the days that have one.
        sd: Standard deviation over those days, ddof 1.
        icir: mean ÷ sd, **not** annualised.
        hac_t: Newey–West t statistic of the mean, Bartlett weights, lag h−1. It rejects
            too often when read against a normal distribution: read ``hac_p``.
        hac_p: Two-sided p value of ``hac_t``, corrected for overlapping labels.
        hac_dof: Degrees of freedom behind ``hac_p``: T/h − 1.
        naive_t: t statistic that ignores the overlap; for comparison only.
        n_days: Days with an IC.
        n_skipped: Days without one: labels unknown, too few names, a constant side.
        names: Mean number of names N a day, NaN if not given.
        null_sd: Mean over days of 1 ÷ √(N−1), the sd of a worthless signal's daily IC.
        hit_rate: Share of the days with IC > 0.
    """

    horizon: int
    mean: float
    sd: float
    icir: float
    hac_t: float
    hac_p: float
    hac_dof: float
    naive_t: float
    n_days: int
    n_skipped: int
    names: float
    null_sd: float
    hit_rate: float


@dataclass(frozen=True)
class OffsetSummary:
    """An IC series sampled every h-th day, over all h offsets of that grid.

    Which offset is taken matters: IC/sd of one model ran from 0.82 to 1.21 over the ten
    offsets of a ten-day grid. So none is chosen.

    Args:
        horizon: Step h of the grid in days, the length of the labels.
        mean: Mean over offsets of the mean IC.
        sd: Mean over offsets of the sd of IC (ddof 1).
        icir: Mean over offsets of IC/sd, not annualised.
        icir_min: Smallest IC/sd of an offset.
        icir_max: Largest IC/sd of an offset.
        icir_by_offset: IC/sd of offsets 0 … h−1; NaN where an offset has fewer than two
            known days. Such offsets are left out of the means above.
        n_days: Days with an IC over all offsets.
        n_skipped: Days without one.
    """

    horizon: int
    mean: float
    sd: float
    icir: float
    icir_min: float
    icir_max: float
    icir_by_offset: tuple[float, ...]
    n_days: int
    n_skipped: int


def ic_summary(ic: pd.Series, horizon: int, names: pd.Series | None = None) -> IcSummary:
    """Summarise a daily IC series.

    Args:
        ic: IC by date in time order, one row for each trading day; NaN = no IC, for
            example because the label is not known yet. Such days are skipped and counted.
        horizon: Length h of the labels behind it, in days.
        names: Number of joint names by date (:func:`~deep_alpha.evaluation.ic.joint_names`).

    Returns:
        The figures; those that need more days than there are, are NaN.

    Raises:
        ValueError: ``horizon`` is below 1, or dates are not ascending.
    """
    values, known = _checked(ic, horizon)
    taken = values[known]
    hac_t = newey_west_t(taken, horizon - 1)
    mean, sd, ratio = _mean_sd_ratio(taken)
    breadth = _known_names(names, ic.index[known])
    return IcSummary(
        horizon=horizon,
        mean=mean,
        sd=sd,
        icir=ratio,
        hac_t=hac_t,
        hac_p=overlap_p_value(hac_t, len(taken), horizon),
        hac_dof=effective_dof(len(taken), horizon),
        naive_t=naive_t(taken),
        n_days=len(taken),
        n_skipped=len(values) - len(taken),
        names=_mean(breadth),
        null_sd=_mean(1 / np.sqrt(breadth - 1)),
        hit_rate=_mean((taken > 0).astype(np.float64)),
    )


def offset_grid(ic: pd.Series, horizon: int) -> OffsetSummary:
    """Evaluate a daily IC series on the h-day grid, at all h offsets.

    Offset o takes rows o, o + h, o + 2h … of ``ic``, whose labels do not overlap.

    Args:
        ic: Daily IC by date, one row for **each** trading day, NaN = no IC.
        horizon: Length h of the labels in days.

    Returns:
        Means over the offsets, with the range of IC/sd.

    Raises:
        ValueError: ``horizon`` is below 1, or dates are not ascending.
    """
    values, known = _checked(ic, horizon)
    offsets = [values[o::horizon][known[o::horizon]] for o in range(horizon)]
    table = np.array([_mean_sd_ratio(taken) for taken in offsets])
    usable = table[np.isfinite(table[:, 2])]
    means = usable.mean(axis=0) if len(usable) else np.full(3, np.nan)
    ratios = usable[:, 2] if len(usable) else np.array([np.nan])
    return OffsetSummary(
        horizon=horizon,
        mean=float(means[0]),
        sd=float(means[1]),
        icir=float(means[2]),
        icir_min=float(ratios.min()),
        icir_max=float(ratios.max()),
        icir_by_offset=tuple(float(ratio) for ratio in table[:, 2]),
        n_days=int(known.sum()),
        n_skipped=int((~known).sum()),
    )


def _checked(ic: pd.Series, horizon: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    if horizon < 1:
        raise ValueError(f"horizon is {horizon} days: a label covers at least one day")
    if not ic.index.is_monotonic_increasing:
        raise ValueError("the IC series is not in time order: sort it by date first")
    values = ic.to_numpy(dtype=np.float64, na_value=np.nan)
    return values, ~np.isnan(values)


def _mean_sd_ratio(values: NDArray[np.float64]) -> tuple[float, float, float]:
    if len(values) < 2 or np.ptp(values) == 0:
        return _mean(values), float("nan"), float("nan")
    mean, sd = float(values.mean()), float(values.std(ddof=1))
    return mean, sd, mean / sd


def _known_names(names: pd.Series | None, dates: pd.Index) -> NDArray[np.float64]:
    if names is None:
        return np.array([np.nan])
    return names.reindex(dates).to_numpy(dtype=np.float64)


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else float("nan")
