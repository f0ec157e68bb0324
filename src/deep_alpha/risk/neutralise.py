"""Scores without their industry and style content, and the five factors (SPEC 2.7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.factors.composite import composite_signals
from deep_alpha.factors.scaling import zscore
from deep_alpha.risk.capitalisation import capitalisation
from deep_alpha.risk.cross_section_inputs import Array
from deep_alpha.risk.regression import fit_cross_sections

FIVE_FACTOR_STYLES = ("log_cap", "return_20", "volatility_20", "turnover_20")
"""Industry is the fifth of the five factors, and a code, not an exposure."""

CLIP_DEVIATIONS = 3.0

_PRICES_AND_VOLUMES = ("close", "vwap", "volume", "turnover")
_NEEDED = (*_PRICES_AND_VOLUMES, "traded", "total_cap", "float_cap", "adj_factor")


def neutralise(
    scores: Array,
    exposures: Array,
    industry: Array,
    cap: Array | None = None,
    styles: Sequence[str] | Sequence[int] | None = None,
    *,
    threads: int = 1,
) -> Any:
    """Take country, industries and styles out of each day's scores.

    Row t is regressed on row t, as in :func:`deep_alpha.risk.fit_cross_sections`: scores
    and exposures known at the same close.

    Args:
        scores: Shape (T, N); NaN = no score. As all arrays: numpy, or a DataArray with dims
            ``date`` and ``asset`` in any order.
        exposures: Shape (T, N, Q), styles.
        industry: Shape (N,) or (T, N), codes from 0; -1 or NaN = none.
        cap: Shape (T, N): weights are √cap, and names without cap do not take part in the
            regression. None for equal weights.
        styles: The styles to take out: names if exposures are a DataArray, else positions.
            None for all; empty for industries alone.
        threads: Threads to use; results are the same to the last bit.

    Returns:
        (date, asset), a DataArray if scores are one: residuals of the names with a score, all
        chosen exposures and an industry; NaN for others, and on days with too few names.

    Raises:
        PanelError: As of :func:`deep_alpha.risk.fit_cross_sections`, or there is no such style.
    """
    if cap is None:
        ones = np.ones(np.shape(scores))
        cap = scores.copy(data=ones) if isinstance(scores, xr.DataArray) else ones
    if styles is not None:
        exposures = _chosen(exposures, styles)
    residuals = fit_cross_sections(scores, exposures, industry, cap, threads=threads).residuals
    return residuals.rename(scores.name) if isinstance(scores, xr.DataArray) else residuals


def five_factor_exposures(panel: xr.Dataset) -> xr.DataArray:
    """The exposures of five-factor neutralisation, which has industry as its fifth.

    - ``log_cap``: logarithm of the total market cap;
    - ``return_20``: return over 20 of the asset's own traded days;
    - ``volatility_20``: standard deviation (ddof 1) of 20 daily returns;
    - ``turnover_20``: mean daily turnover of 20 days.

    Each is standardised over the names that traded that day, clipped at 3 standard
    deviations, and standardised again: equal-weighted mean 0 and population sd 1; 0 for
    everyone where all are the same.

    Args:
        panel: The market panel.

    Returns:
        Dims (date, asset, style), float64; NaN where an asset did not trade or its window is
        not full.

    Raises:
        PanelError: A variable is missing.
    """
    missing = [name for name in _NEEDED if name not in panel]
    if missing:
        raise PanelError(
            f"the panel has no variable {missing[0]!r}, which the five factors need; "
            "build it with deep_alpha.panel.build_panel"
        )
    traded = panel["traded"].transpose("date", "asset").to_numpy()
    own_days = panel[list(_PRICES_AND_VOLUMES)].where(panel["traded"])
    windows = composite_signals(own_days).to_numpy()
    with np.errstate(invalid="ignore"):
        log_cap = np.log(capitalisation(panel, carry_days=0).total)
    # The composite's first three signals have the sign that makes higher better.
    values = np.concatenate([log_cap[:, None], -windows[:, :3]], axis=1)
    values = np.clip(zscore(values, traded), -CLIP_DEVIATIONS, CLIP_DEVIATIONS)
    return xr.DataArray(
        zscore(values, traded),
        dims=("date", "style", "asset"),
        coords={
            "date": panel["date"].to_numpy(),
            "style": np.array(FIVE_FACTOR_STYLES, dtype=object),
            "asset": panel["asset"].to_numpy(),
        },
        name="five_factor_exposures",
    ).transpose("date", "asset", "style")


def _chosen(exposures: Array, styles: Sequence[Any]) -> Array:
    """The exposures of some styles."""
    chosen = list(styles)
    if isinstance(exposures, xr.DataArray):
        dim = next(str(dim) for dim in exposures.dims if dim not in ("date", "asset"))
        known = list(exposures[dim].to_numpy())
        unknown = [style for style in chosen if style not in known]
        if unknown:
            raise PanelError(f"exposures have no style {unknown[0]!r}; they have {known}")
        return exposures.isel({dim: [known.index(style) for style in chosen]})
    count = np.shape(exposures)[-1]
    outside = [style for style in chosen if not 0 <= style < count]
    if outside:
        raise PanelError(f"exposures have no style {outside[0]}; they have 0 … {count - 1}")
    values: NDArray[Any] = np.asarray(exposures)[..., np.array(chosen, dtype=np.int64)]
    return values
