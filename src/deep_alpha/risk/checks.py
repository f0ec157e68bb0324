"""The identities that a fitted risk model must keep, each with its worst day (SPEC 2.7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.risk.basis import Basis
from deep_alpha.risk.model import RiskModel

FloatArray = NDArray[np.float64]

_SINGLE = 1e-5
"""Exposures are stored in single precision: so exact can sums over them be."""


@dataclass(frozen=True)
class Check:
    """One identity over all days.

    Args:
        name: What should hold.
        formula: The same as a formula.
        worst: The largest deviation found; NaN where no day could be checked.
        date: Its day.
        tolerance: The largest deviation that passes.
    """

    name: str
    formula: str
    worst: float
    date: pd.Timestamp | None
    tolerance: float

    @property
    def passed(self) -> bool:
        """Whether every day is within the tolerance."""
        return bool(self.worst <= self.tolerance)


def check_model(model: RiskModel, basis: Basis) -> list[Check]:
    """Check the exposures and the regressions of every day.

    Args:
        model: The fitted risk model.
        basis: The returns that were regressed, and who they were regressed for.
    """
    dates = pd.DatetimeIndex(model.exposures["date"].to_numpy())
    centre, spread = _moments(model)
    leftover, gap = _regressions(model, basis)
    found = (
        ("styles have cap-weighted mean 0", "Σ s X = 0", centre, _SINGLE),
        ("styles have standard deviation 1", "sd X − 1 = 0", spread, _SINGLE),
        ("industries cancel out", "Σ s_i f_i = 0", _industry_sum(model), 1e-10),
        ("specific returns hold no style", "Σ √cap u X ÷ Σ √cap |u X| = 0", leftover, _SINGLE),
        ("factors and specific return add up", "r − X f − u = 0", gap, _SINGLE),
    )
    return [_worst(name, formula, values, dates, limit) for name, formula, values, limit in found]


def _moments(model: RiskModel) -> tuple[FloatArray, FloatArray]:
    """Largest |cap-weighted mean| and |sd − 1| over the styles, by date."""
    exposure = model.exposures["exposure"].to_numpy()
    cap = model.exposures["cap"].to_numpy()
    estimation = model.exposures["estimation"].to_numpy()
    centre, spread = np.full((2, len(exposure)), np.nan)
    for t, members in enumerate(estimation):
        if not members.any():
            continue
        inside = exposure[t][:, members].astype(np.float64)
        weight = cap[t, members].astype(np.float64)
        centre[t] = np.abs(inside @ weight / weight.sum()).max(initial=0.0)
        # a style that nobody has is 0 for everyone and has no spread to check
        varies = np.abs(inside).max(axis=1) > 0
        if varies.any():
            spread[t] = np.abs(inside[varies].std(axis=1) - 1.0).max()
    return centre, spread


def _industry_sum(model: RiskModel) -> FloatArray:
    weight = model.returns["industry_weight"].to_numpy()
    earned = model.returns["factor_return"].to_numpy()[:, 1 : 1 + weight.shape[1]]
    total: FloatArray = np.abs(np.nansum(weight * earned, axis=1))
    total[np.isnan(weight).all(axis=1)] = np.nan
    return total


def _regressions(model: RiskModel, basis: Basis) -> tuple[FloatArray, FloatArray]:
    """By date: what styles are left in the specific returns; what does not add up."""
    exposures, returns = model.exposures, model.returns
    exposure, cap = exposures["exposure"].to_numpy(), exposures["cap"].to_numpy()
    estimation = exposures["estimation"].to_numpy()
    codes = exposures["industry"].to_numpy()
    factor = returns["factor_return"].to_numpy()
    specific = returns["specific_return"].to_numpy()
    first_style = 1 + exposures.sizes["industry_name"]
    leftover, gap = np.full((2, len(factor)), np.nan)
    for t in range(1, len(factor)):
        known = ~np.isnan(specific[t])
        used = ~np.isnan(factor[t, first_style:])
        if not known.any():
            continue
        held = exposure[t - 1].astype(np.float64)[used]
        common = factor[t, 0] + factor[t, 1 + codes[t - 1, known]]
        common = common + factor[t, first_style:][used] @ held[:, known]
        gap[t] = np.abs(basis.returns.marked_excess[t, known] - common - specific[t, known]).max()
        inside = known & estimation[t - 1] & (basis.returns.gap[t] == 1)
        if used.any() and inside.any():
            weight = np.sqrt(cap[t - 1, inside].astype(np.float64))
            terms = weight * specific[t, inside] * held[:, inside]
            size = np.abs(terms).sum(axis=1)
            leftover[t] = (np.abs(terms.sum(axis=1)) / np.where(size > 0, size, 1.0)).max()
    return leftover, gap


def _worst(
    name: str, formula: str, values: FloatArray, dates: pd.DatetimeIndex, tolerance: float
) -> Check:
    if np.isnan(values).all():
        return Check(name, formula, float("nan"), None, tolerance)
    day = int(np.nanargmax(values))
    return Check(name, formula, float(values[day]), dates[day], tolerance)
