"""The 36 scale-free columns beside the paper's factors: names, formulas, windows (SPEC 000-F5).

They are of our own: no table that stands beside one of the paper's holds them. With the 40
factors of ``table40`` they are ``extended76``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from deep_alpha.factors.catalogue import FACTOR_SETS

GROUP = "of our own"


@dataclass(frozen=True)
class ExtendedFactor:
    """One column.

    Args:
        name: Its name in the feature table.
        formula: O, H, L, C, W are the adjusted open, high, low, close and vwap of a traded
            day, V its adjusted volume, T its turnover, A its amount; r = ln(C / C_{t-1});
            ``mean_n``, ``sd_n`` (ddof 1), ``corr_n`` and ``max_n`` run over the asset's
            last n traded days.
        window: The traded days that enter, in words.
        needs: Fields of the panel for which a proxy may stand.
        group: ``of our own``, beside the paper's MH, VD and BR.
    """

    name: str
    formula: str
    window: str
    needs: tuple[str, ...] = ()
    group: str = GROUP


_CAPS = ("total_cap", "cap")
_MARKET = ("float_cap", "cap")
_REGRESSION = "252 days, half-life 63, at least 63"

EXTENDED_FACTORS = (
    ExtendedFactor("log_return_1", "ln(C / C_{t-1})", "1 day"),
    ExtendedFactor("log_return_5", "ln(C / C_{t-5})", "5 days"),
    ExtendedFactor("log_return_10", "ln(C / C_{t-10})", "10 days"),
    ExtendedFactor("log_return_20", "ln(C / C_{t-20})", "20 days"),
    ExtendedFactor("log_return_60", "ln(C / C_{t-60})", "60 days"),
    ExtendedFactor("log_return_231_lag_21", "ln(C_{t-21} / C_{t-252})", "231 days, lag 21"),
    ExtendedFactor("return_deviation_5", "sd_5(r)", "5 days"),
    ExtendedFactor("return_deviation_20", "sd_20(r)", "20 days"),
    ExtendedFactor("return_deviation_60", "sd_60(r)", "60 days"),
    ExtendedFactor("log_turnover_5", "ln mean_5(T)", "5 days", ("turnover",)),
    ExtendedFactor("log_turnover_20", "ln mean_20(T)", "20 days", ("turnover",)),
    ExtendedFactor("log_turnover_60", "ln mean_60(T)", "60 days", ("turnover",)),
    ExtendedFactor(
        "log_turnover_5_to_60", "ln mean_5(T) - ln mean_60(T)", "60 days", ("turnover",)
    ),
    ExtendedFactor("log_turnover_to_20", "ln T - ln mean_20(T)", "20 days", ("turnover",)),
    ExtendedFactor("log_turnover_deviation_20", "sd_20(ln T)", "20 days", ("turnover",)),
    ExtendedFactor("close_volume_correlation_10", "corr_10(C, V)", "10 days"),
    ExtendedFactor("close_volume_correlation_20", "corr_20(C, V)", "20 days"),
    ExtendedFactor("return_log_volume_correlation_20", "corr_20(r, ln V)", "20 days"),
    ExtendedFactor("high_volume_correlation_10", "corr_10(H, V)", "10 days"),
    ExtendedFactor(
        "vwap_to_close_volume_correlation_10", "corr_10(W / C, V)", "10 days", ("vwap",)
    ),
    ExtendedFactor("maximum_return_20", "max_20(r)", "20 days"),
    ExtendedFactor(
        "log_illiquidity_20", "ln mean_20(abs(C / C_{t-1} - 1) / A)", "20 days", ("amount",)
    ),
    ExtendedFactor("overnight_return_20", "mean_20(ln(O / C_{t-1}))", "20 days"),
    ExtendedFactor("intraday_return_20", "mean_20(ln(C / O))", "20 days"),
    ExtendedFactor("log_high_to_low_20", "mean_20(ln(H / L))", "20 days"),
    ExtendedFactor("log_vwap_to_close", "ln(W / C)", "1 day", ("vwap",)),
    ExtendedFactor("log_vwap_to_close_20", "mean_20(ln(W / C))", "20 days", ("vwap",)),
    ExtendedFactor("log_close_to_high_240", "ln C - ln max_240(H)", "240 days"),
    ExtendedFactor("upper_shadow_20", "mean_20(ln(H / max(O, C)))", "20 days"),
    ExtendedFactor("lower_shadow_20", "mean_20(ln(min(O, C) / L))", "20 days"),
    ExtendedFactor("log_total_cap", "ln(total market cap)", "1 day", _CAPS),
    ExtendedFactor(
        "beta_252", "slope of the return on the market's, as BETA", _REGRESSION, _MARKET
    ),
    ExtendedFactor(
        "idiosyncratic_deviation_252",
        "sd of the residuals of that regression, as HSIGMA",
        _REGRESSION,
        _MARKET,
    ),
    ExtendedFactor("log_raw_price", "ln(close as quoted)", "1 day"),
    ExtendedFactor(
        "earnings_yield", "earnings of the trailing year / total cap, as ETOP", "as known", _CAPS
    ),
    ExtendedFactor("book_to_price", "book equity / total cap, as BTOP", "as known", _CAPS),
)

EXTENDED_NAMES: tuple[str, ...] = tuple(factor.name for factor in EXTENDED_FACTORS)

EXTENDED76: tuple[str, ...] = (*FACTOR_SETS["table40"], *EXTENDED_NAMES)
"""The columns of the extended feature table when ``factors.set`` is ``table40``."""


def extended_summary(known: Mapping[str, float], proxies: Mapping[str, str]) -> pd.DataFrame:
    """What each column is in a market: its definition, its coverage, what stands in for what.

    Args:
        known: Column and the share of rows with a value of its own.
        proxies: Field of the panel and the proxy that stands for it.

    Returns:
        One row for each column: ``name``, ``formula``, ``window``, ``known`` (a share; the
        rows without are 0, the mean) and ``stand_in`` (in words; empty if there is none).
    """
    rows = [
        {
            "name": factor.name,
            "formula": factor.formula,
            "window": factor.window,
            "known": known[factor.name],
            "stand_in": "; ".join(
                f"{field}: {proxies[field]}" for field in factor.needs if field in proxies
            ),
        }
        for factor in EXTENDED_FACTORS
    ]
    return pd.DataFrame(rows)
