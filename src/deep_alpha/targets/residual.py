"""Targets without the part that the risk model's factors explain (SPEC 2.6)."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.errors import ConfigurationError, PanelError
from deep_alpha.risk.model import RiskModel
from deep_alpha.risk.regression import fit_cross_sections
from deep_alpha.targets.forward import forward_return
from deep_alpha.targets.settings import TargetSettings


def target_return(
    panel: xr.Dataset, settings: TargetSettings, risk: RiskModel | None = None
) -> xr.DataArray:
    """The target of any kind.

    Args:
        panel: The market panel.
        settings: Kind, horizon, entry, tolerated suspension.
        risk: The fitted risk model; only ``kind=raw`` does without.

    Returns:
        float32, shape (date, asset), decimals; NaN where unknown.

    Raises:
        ConfigurationError: The kind needs a risk model and there is none.
    """
    if settings.kind == "raw":
        return forward_return(panel, settings)
    if risk is None:
        raise ConfigurationError(
            f"target.kind={settings.kind} needs the risk model: run "
            "`kedro run --pipeline=risk` first"
        )
    return residual_return(panel, settings, risk)


def residual_return(panel: xr.Dataset, settings: TargetSettings, risk: RiskModel) -> xr.DataArray:
    """The specific part of the forward return (SPEC 2.6 and 001-F1).

    A label is known where the raw one is, and where the risk model tells the specific
    return of every day of its window. A suspended name's specific return is minus what
    its factors earned, until the price answers on the day trading resumes: the sum over
    a suspension is the whole move less the whole factor part.

    Args:
        panel: The market panel.
        settings: ``kind`` residual, compound or single; see ``TargetSettings``.
        risk: The fitted risk model of this panel.

    Returns:
        float32, shape (date, asset), decimals.

    Raises:
        PanelError: The risk model was fitted on other dates or assets.
    """
    for name in ("date", "asset"):
        if not np.array_equal(panel[name].to_numpy(), risk.returns[name].to_numpy()):
            raise PanelError(
                f"the risk model covers other {name}s than the panel: run "
                "`kedro run --pipeline=risk` again"
            )
    raw = forward_return(panel, settings)
    if settings.kind == "single":
        values = _single(raw, risk)
    else:
        specific = risk.returns["specific_return"].to_numpy()
        values = _over_window(specific, settings.horizon, settings.kind == "compound")
        values[np.isnan(raw.to_numpy())] = np.nan
    result = raw.copy(data=values.astype(np.float32))
    result.name = f"{settings.kind}_return_{settings.horizon}"
    return result


def stored_target(targets: xr.Dataset, settings: TargetSettings) -> xr.DataArray:
    """One of the targets that the risk pipeline stored.

    Raises:
        ConfigurationError: It made others.
    """
    name = target_name(settings)
    if name not in targets:
        raise ConfigurationError(
            f"there is no target {name} among {', '.join(map(str, targets.data_vars))}: run "
            "`kedro run --pipeline=risk` with this profile"
        )
    return targets[name]


def target_name(settings: TargetSettings) -> str:
    """What a target is called where it is stored, as in ``residual_10``."""
    return f"{settings.kind}_{settings.horizon}"


def _over_window(
    specific: NDArray[np.floating], horizon: int, compound: bool
) -> NDArray[np.float64]:
    """Sum or compound of the specific returns of the ``horizon`` days after each day."""
    days = len(specific)
    result = np.full(specific.shape, np.nan)
    if days <= horizon:
        return result
    total = np.zeros((days - horizon, specific.shape[1]))
    for ahead in range(1, horizon + 1):
        day = specific[ahead : days - horizon + ahead].astype(np.float64)
        # a loss of more than everything is possible for a residual: -1 is the floor
        total += np.log1p(np.maximum(day, -0.999999)) if compound else day
    result[: days - horizon] = np.expm1(total) if compound else total
    return result


def _single(raw: xr.DataArray, risk: RiskModel) -> NDArray[np.float64]:
    exposures = risk.exposures
    fitted = fit_cross_sections(
        raw.to_numpy(),
        exposures["exposure"].transpose("date", "asset", "style").to_numpy(),
        exposures["industry"].to_numpy(),
        exposures["cap"].to_numpy(),
        estimation=exposures["estimation"].to_numpy(),
    )
    residuals: NDArray[np.float64] = np.asarray(fitted.residuals)
    return residuals
