"""The six daily inputs of sequence models, and their table of all traded rows (SPEC 001-I3)."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.factors.scaling import SMALLEST_DAY
from deep_alpha.feature_table import FeatureTable, make_feature_table
from deep_alpha.kernels.rolling import window_mean
from deep_alpha.kernels.scaling import SMALLEST_DEVIATION

SEQUENCE_INPUTS = (
    "log_return",
    "log_close_to_open",
    "log_high_to_low",
    "log_vwap_to_close",
    "relative_log_turnover",
    "log_turnover",
)

MEAN_WINDOW = 60
"""Traded days whose mean is taken off the log turnover."""

CLIP_DEVIATIONS = 5.0

Matrix = NDArray[np.float64]


def sequence_inputs(panel: xr.Dataset) -> xr.DataArray:
    """Compute the six inputs, raw; windows count an asset's own traded days (SPEC 0.1e).

    - ``log_return``: log of the close over that of the traded day before;
    - ``log_close_to_open``, ``log_high_to_low``, ``log_vwap_to_close``: of the same day;
    - ``log_turnover``: log of the turnover, or of the panel's proxy;
    - ``relative_log_turnover``: the log turnover minus its mean over 60 traded days, the
      day's own included; NaN where one of them is missing.

    Args:
        panel: Dims (date, asset) with adjusted ``open high low close vwap``, ``turnover``
            and ``traded``.

    Returns:
        Dims (date, input, asset), float32; NaN on days without trading, and where a
        quotient is not positive.

    Raises:
        PanelError: A variable is missing.
    """
    traded = _matrix(panel, "traded").astype(np.bool_)
    logs = {
        name: _log(np.where(traded, _matrix(panel, name), np.nan))
        for name in ("open", "high", "low", "close", "vwap", "turnover")
    }
    changes, means = (np.full(traded.shape, np.nan) for _ in range(2))
    for asset in range(traded.shape[1]):
        rows = np.flatnonzero(traded[:, asset])
        changes[rows[1:], asset] = np.diff(logs["close"][rows, asset])
        if len(rows) >= MEAN_WINDOW:
            mean = np.empty(len(rows))
            window_mean(np.ascontiguousarray(logs["turnover"][rows, asset]), MEAN_WINDOW, mean)
            means[rows, asset] = mean
    values = np.empty((traded.shape[0], len(SEQUENCE_INPUTS), traded.shape[1]), dtype=np.float32)
    values[:, 0] = changes
    values[:, 1] = logs["close"] - logs["open"]
    values[:, 2] = logs["high"] - logs["low"]
    values[:, 3] = logs["vwap"] - logs["close"]
    values[:, 4] = logs["turnover"] - means
    values[:, 5] = logs["turnover"]
    return xr.DataArray(
        values,
        dims=("date", "input", "asset"),
        coords={
            "date": panel["date"],
            "input": np.array(SEQUENCE_INPUTS, dtype=object),
            "asset": panel["asset"],
        },
        name="sequence_inputs",
    )


def build_sequence_features(panel: xr.Dataset, eligible: xr.DataArray) -> FeatureTable:
    """Standardise the inputs and lay out a row for each traded day of each asset.

    For each day and input: take off the mean of the eligible names and divide by their
    standard deviation, clip at ±5, then put 0 (the mean) where there is no value. Names
    that are not eligible stand on the same scale. Samples are the eligible names, on days
    with at least ten of them. The table begins on the first such day; on a later one with
    fewer names all values are 0.

    Args:
        panel: As for :func:`sequence_inputs`.
        eligible: Who may be fitted on and scored, known at the close, (date, asset).

    Returns:
        The rows of all traded days from then on, finite.

    Raises:
        PanelError: A variable is missing, or there is no sample at all.
    """
    raw = sequence_inputs(panel).to_numpy()
    traded, chosen = panel["traded"].to_numpy(), eligible.to_numpy() & panel["traded"].to_numpy()
    chosen[chosen.sum(axis=1) < SMALLEST_DAY] = False
    if not chosen.any():
        raise PanelError(
            f"no day has {SMALLEST_DAY} eligible assets; the market has "
            f"{panel.sizes['date']} days and {panel.sizes['asset']} assets"
        )
    seen = traded.copy()
    seen[: chosen.any(axis=1).argmax()] = False
    date_index, asset_index = np.nonzero(seen)
    starts = np.searchsorted(date_index, np.arange(len(traded) + 1))
    values = np.zeros((len(date_index), len(SEQUENCE_INPUTS)), dtype=np.float32)
    for day in np.flatnonzero(chosen.any(axis=1)):
        values[starts[day] : starts[day + 1]] = _standardised(
            raw[day][:, traded[day]], chosen[day][traded[day]]
        )
    return make_feature_table(
        values, SEQUENCE_INPUTS, date_index, asset_index, panel, chosen[date_index, asset_index]
    )


def _standardised(day: NDArray[np.float32], eligible: NDArray[np.bool_]) -> NDArray[np.float32]:
    """A day's inputs (inputs, names) on the scale of its eligible names, (names, inputs)."""
    scaled = np.zeros(day.shape)
    for own, values in zip(scaled, day.astype(np.float64), strict=True):
        known = ~np.isnan(values)
        inside = values[known & eligible]
        deviation = inside.std() if len(inside) else 0.0
        if deviation >= SMALLEST_DEVIATION:
            own[known] = (values[known] - inside.mean()) / deviation
    return np.clip(scaled, -CLIP_DEVIATIONS, CLIP_DEVIATIONS).T.astype(np.float32)


def _log(values: Matrix) -> Matrix:
    """Natural logarithm; NaN where there is none."""
    return np.log(np.where(values > 0.0, values, np.nan))


def _matrix(panel: xr.Dataset, name: str) -> Matrix:
    if name not in panel:
        raise PanelError(
            f"the panel has no variable {name!r}, which the sequence inputs need; "
            "build it with deep_alpha.panel.build_panel"
        )
    return panel[name].transpose("date", "asset").to_numpy().astype(np.float64)
