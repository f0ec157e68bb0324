"""The formulas of the 36 scale-free columns, over one asset's own traded days (SPEC 000-F5).

A window that is not full, or that holds a missing value, has no value.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from deep_alpha.kernels import rolling
from deep_alpha.kernels.weighted_windows import weighted_line

FloatArray = NDArray[np.float64]

REGRESSION_DAYS, REGRESSION_HALF_LIFE, REGRESSION_MINIMUM = 252, 63, 63
"""The window of beta and idiosyncratic deviation: that of the risk model's BETA and HSIGMA."""

_SIGNED = ("excess", "market_excess", "earnings_yield", "book_to_price")
"""Fields that may be negative: no logarithm is taken of them."""


def columns_of_rows(own: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Every column of one asset, raw.

    Args:
        own: Its fields on its traded days, each (row,) float64, oldest first: adjusted
            ``open high low close vwap volume``, ``turnover``, ``amount``, ``raw_close`` and
            the fields of ``ExtendedInputs``. NaN where one is unknown.

    Returns:
        Column name → (row,), NaN where it has no value.
    """
    log = {name: _log(values) for name, values in own.items() if name not in _SIGNED}
    returns = _change(log["close"], 1)
    return {
        **_of_returns(log["close"], returns),
        **_of_turnover(own["turnover"], log["turnover"]),
        **_of_volume(own, log, returns),
        **_of_candles(log),
        **_of_levels(own, log),
        **_of_market(own),
    }


def _of_returns(log_close: FloatArray, returns: FloatArray) -> dict[str, FloatArray]:
    return {
        **{f"log_return_{days}": _change(log_close, days) for days in (1, 5, 10, 20, 60)},
        "log_return_231_lag_21": _lagged(_change(log_close, 231), 21),
        **{f"return_deviation_{days}": _deviation(returns, days) for days in (5, 20, 60)},
        "maximum_return_20": _maximum(returns, 20),
    }


def _of_turnover(turnover: FloatArray, log_turnover: FloatArray) -> dict[str, FloatArray]:
    mean = {days: _log(_mean(turnover, days)) for days in (5, 20, 60)}
    return {
        **{f"log_turnover_{days}": values for days, values in mean.items()},
        "log_turnover_5_to_60": mean[5] - mean[60],
        "log_turnover_to_20": log_turnover - mean[20],
        "log_turnover_deviation_20": _deviation(log_turnover, 20),
    }


def _of_volume(
    own: Mapping[str, FloatArray], log: Mapping[str, FloatArray], returns: FloatArray
) -> dict[str, FloatArray]:
    close, volume = own["close"], own["volume"]
    per_money = np.abs(np.expm1(returns)) / np.exp(log["amount"])
    return {
        "close_volume_correlation_10": _correlation(close, volume, 10),
        "close_volume_correlation_20": _correlation(close, volume, 20),
        "return_log_volume_correlation_20": _correlation(returns, log["volume"], 20),
        "high_volume_correlation_10": _correlation(own["high"], volume, 10),
        "vwap_to_close_volume_correlation_10": _correlation(own["vwap"] / close, volume, 10),
        "log_illiquidity_20": _log(_mean(per_money, 20)),
    }


def _of_candles(log: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    opened, high, low, close = (log[name] for name in ("open", "high", "low", "close"))
    vwap_to_close = log["vwap"] - close
    return {
        "overnight_return_20": _mean(opened - _lagged(close, 1), 20),
        "intraday_return_20": _mean(close - opened, 20),
        "log_high_to_low_20": _mean(high - low, 20),
        "log_vwap_to_close": vwap_to_close,
        "log_vwap_to_close_20": _mean(vwap_to_close, 20),
        "log_close_to_high_240": close - _maximum(high, 240),
        "upper_shadow_20": _mean(high - np.maximum(opened, close), 20),
        "lower_shadow_20": _mean(np.minimum(opened, close) - low, 20),
    }


def _of_levels(
    own: Mapping[str, FloatArray], log: Mapping[str, FloatArray]
) -> dict[str, FloatArray]:
    return {
        "log_total_cap": log["total_cap"],
        "log_raw_price": log["raw_close"],
        "earnings_yield": own["earnings_yield"],
        "book_to_price": own["book_to_price"],
    }


def _of_market(own: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """BETA and HSIGMA of the risk model, whose rows are the days that have a return."""
    weights = 0.5 ** (np.arange(REGRESSION_DAYS) / REGRESSION_HALF_LIFE)
    known = np.isfinite(own["excess"])
    excess, market = own["excess"][known], own["market_excess"][known]
    slope, deviation = (np.full(len(known), np.nan) for _ in range(2))
    found = np.empty((2, len(excess)))
    weighted_line(market, excess, weights, REGRESSION_MINIMUM, found[0], found[1])
    slope[known], deviation[known] = found
    return {"beta_252": slope, "idiosyncratic_deviation_252": deviation}


def _mean(values: FloatArray, days: int) -> FloatArray:
    out = np.empty(len(values))
    rolling.window_mean(values, days, out)
    return out


def _deviation(values: FloatArray, days: int) -> FloatArray:
    out = np.empty(len(values))
    rolling.window_deviation(values, days, out)
    return out


def _maximum(values: FloatArray, days: int) -> FloatArray:
    out = np.empty(len(values))
    rolling.window_maximum(values, days, out)
    return out


def _correlation(first: FloatArray, second: FloatArray, days: int) -> FloatArray:
    out = np.empty(len(first))
    rolling.window_correlation(first, second, days, out)
    return out


def _change(values: FloatArray, rows: int) -> FloatArray:
    """Each value less the one some rows before."""
    return values - _lagged(values, rows)


def _lagged(values: FloatArray, rows: int) -> FloatArray:
    lagged = np.full(len(values), np.nan)
    lagged[rows:] = values[:-rows]
    return lagged


def _log(values: FloatArray) -> FloatArray:
    """Natural logarithm; NaN where there is none."""
    return np.log(np.where(values > 0.0, values, np.nan))
