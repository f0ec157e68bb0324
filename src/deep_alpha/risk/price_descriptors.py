"""The nine descriptors of CNE5 that need bars alone (SPEC 2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.kernels import weighted_windows as kernel
from deep_alpha.risk.catalogue import BY_NAME, Window
from deep_alpha.risk.returns import DailyReturns
from deep_alpha.risk.settings import RiskSettings

FloatArray = NDArray[np.float64]

BLOCK_ASSETS = 32
"""Assets laid out at a time, one behind the other, so that a block stays in the cache."""

_TURNOVERS = ("STOM", "STOQ", "STOA")
_WINDOWED = ("BETA", "HSIGMA", "DASTD", "RSTR", "CMRA", *_TURNOVERS)
_WINDOW = {name: each.window for name, each in BY_NAME.items() if each.window is not None}
_MONTH = _WINDOW["STOM"].length
"""Days in the month that turnovers and CMRA's sums are counted in."""


def price_descriptors(
    returns: DailyReturns,
    turnover: FloatArray,
    total_cap: FloatArray,
    settings: RiskSettings,
    threads: int = 1,
) -> dict[str, FloatArray]:
    """LNCAP BETA RSTR DASTD CMRA HSIGMA STOM STOQ STOA as the catalogue defines them.

    Windows run over an asset's own rows: its traded days that have a return. A turnover
    that is absent from such a row is left out of its windows' means.

    Args:
        returns: Of every asset and of the market.
        turnover: (date, asset), fraction of the float shares.
        total_cap: (date, asset), currency.
        settings: ``cmra`` says how the cumulative range is measured.
        threads: Threads to use; the result is the same to the last bit.

    Returns:
        Raw values by name, each (date, asset). LNCAP is known wherever the cap is; the
        others are NaN on days that are no row of the asset, until a window has the fewest
        values it needs, and where the formula has no value: a turnover that is not
        positive, a market that does not move. Nothing at t depends on a later date.

    Raises:
        PanelError: ``turnover`` or ``total_cap`` is not shaped like the returns.
    """
    shape = returns.excess.shape
    for name, values in (("turnover", turnover), ("total_cap", total_cap)):
        if values.shape != shape:
            raise PanelError(f"{name} must have the returns' shape {shape}, not {values.shape}")
    known_cap = np.where(total_cap > 0, total_cap, np.nan)
    result = {"LNCAP": np.log(known_cap)}
    result |= {name: np.empty(shape) for name in _WINDOWED}
    weights = {name: _weights(_WINDOW[name]) for name in ("BETA", "DASTD", "RSTR")}
    sources = (returns.excess, returns.market_excess, returns.log_excess, turnover)

    def fill(first: int) -> None:
        block = slice(first, first + BLOCK_ASSETS)
        is_row = returns.gap[:, block].T > 0
        series = np.stack([source[:, block].T for source in sources], axis=1)
        values = np.full((len(is_row), len(_WINDOWED), shape[0]), np.nan)
        for asset, rows in enumerate(map(np.flatnonzero, is_row)):
            values[asset][:, rows] = _of_rows(series[asset][:, rows], weights, settings)
        for place, name in enumerate(_WINDOWED):
            result[name][:, block] = values[:, place].T

    with ThreadPoolExecutor(max(threads, 1)) as pool:
        list(pool.map(fill, range(0, shape[1], BLOCK_ASSETS)))
    return result


def _of_rows(
    series: FloatArray, weights: Mapping[str, FloatArray], settings: RiskSettings
) -> FloatArray:
    """The windowed descriptors of one asset, (descriptor, row).

    Args:
        series: (4, row): excess return, the market's, log excess return, turnover.
        weights: By descriptor, newest first.
        settings: As for ``price_descriptors``.
    """
    excess, market, log_excess, turnover = np.ascontiguousarray(series)
    values = np.empty((len(_WINDOWED), excess.size))
    out = dict(zip(_WINDOWED, values, strict=True))
    least = {name: _WINDOW[name].minimum for name in _WINDOWED}

    kernel.weighted_line(market, excess, weights["BETA"], least["BETA"], out["BETA"], out["HSIGMA"])
    kernel.weighted_deviation(excess, weights["DASTD"], least["DASTD"], out["DASTD"])
    lag = _WINDOW["RSTR"].lag
    kernel.weighted_sum(log_excess, weights["RSTR"], least["RSTR"], lag, out["RSTR"])
    out["CMRA"][:] = _cumulative_range(log_excess, settings)
    for name in _TURNOVERS:
        kernel.mean_of_present(turnover, _WINDOW[name].length, least[name], out[name])
        monthly = _MONTH * out[name]
        out[name][:] = np.log(np.where(monthly > 0, monthly, np.nan))
    return values


def _cumulative_range(log_excess: FloatArray, settings: RiskSettings) -> FloatArray:
    """CMRA of every row: how far apart the sums of 1 to 12 months lie."""
    highest, lowest = np.empty_like(log_excess), np.empty_like(log_excess)
    months = _WINDOW["CMRA"].length // _MONTH
    kernel.cumulative_range(log_excess, _MONTH, months, highest, lowest)
    if settings.cmra == "diff":
        return highest - lowest
    lowest[lowest <= -1.0] = np.nan
    highest[np.isnan(lowest)] = np.nan
    return np.log1p(highest) - np.log1p(lowest)


def _weights(window: Window) -> FloatArray:
    """Weights of a window's rows, the newest first and 1."""
    if window.half_life is None:
        return np.ones(window.length)
    weights: FloatArray = 0.5 ** (np.arange(window.length) / window.half_life)
    return weights
