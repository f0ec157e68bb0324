"""What a fitted risk model is like: stability, collinearity, size and price of its factors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.risk.model import RiskModel

MONTH = 21


def style_table(model: RiskModel, filled: pd.DataFrame, annual_days: int) -> pd.DataFrame:
    """One row a style, and one for the country.

    Args:
        model: The fitted risk model.
        filled: Date × style: share of the estimation universe whose style was filled.
        annual_days: Trading days in a year.

    Returns:
        Columns filled, autocorrelation (exposures a month apart), mean_abs_t,
        share_t_above_2, vif_mean, vif_max, annual_return, annual_volatility (decimals),
        sharpe.
    """
    earned = factor_frame(model.returns, "factor_return")
    t_values = factor_frame(model.returns, "t_statistic").abs()
    styles = list(model.returns["style"].to_numpy())
    inflation = pd.DataFrame(model.returns["variance_inflation"].to_numpy(), columns=styles)
    rows = ["country", *styles]
    mean, deviation = earned[rows].mean(), earned[rows].std()
    stability = exposure_stability(model.exposures)
    table = pd.DataFrame(
        {
            "filled": filled.mean().reindex(rows),
            "autocorrelation": stability.reindex(rows),
            "mean_abs_t": t_values[rows].mean(),
            "share_t_above_2": (t_values[rows] > 2.0).sum() / t_values[rows].count(),
            "vif_mean": inflation.mean().reindex(rows),
            "vif_max": inflation.max().reindex(rows),
            "annual_return": mean * annual_days,
            "annual_volatility": deviation * np.sqrt(annual_days),
            "sharpe": mean / deviation * np.sqrt(annual_days),
        },
        index=rows,
    )
    return table.rename_axis("style")


def factor_frame(returns: xr.Dataset, name: str) -> pd.DataFrame:
    """A variable (date, factor) of ``RiskModel.returns`` as a frame."""
    return pd.DataFrame(
        returns[name].to_numpy(),
        index=pd.DatetimeIndex(returns["date"].to_numpy(), name="date"),
        columns=pd.Index(returns["factor"].to_numpy(), name="factor"),
    )


def exposure_stability(exposures: xr.Dataset) -> pd.Series:
    """Mean correlation of each style's exposures with those a month (21 days) before.

    Names count that are in the estimation universe on both days.
    """
    values = exposures["exposure"].to_numpy()
    members = exposures["estimation"].to_numpy()
    found = []
    for t in range(MONTH, len(values), MONTH):
        both = members[t] & members[t - MONTH]
        if both.sum() < 3:
            continue
        found.append(_correlation(values[t][:, both], values[t - MONTH][:, both]))
    styles = exposures["style"].to_numpy()
    if not found:
        return pd.Series(np.nan, index=styles)
    frame = pd.DataFrame(found, columns=styles)
    return frame.mean()


def exposure_correlation(exposures: xr.Dataset) -> pd.DataFrame:
    """Mean correlation of the styles' exposures, over one day a month."""
    values = exposures["exposure"].to_numpy()
    members = exposures["estimation"].to_numpy()
    styles = pd.Index(exposures["style"].to_numpy())
    total = np.zeros((len(styles), len(styles)))
    count = np.zeros_like(total)
    for t in range(0, len(values), MONTH):
        inside = values[t][:, members[t]].astype(np.float64)
        if inside.shape[1] < 3:
            continue
        with np.errstate(invalid="ignore", divide="ignore"):
            found = np.corrcoef(inside)
        known = ~np.isnan(found)
        total[known] += found[known]
        count += known
    mean = np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)
    return pd.DataFrame(mean, index=styles, columns=styles)


def country_correlation(returns: xr.Dataset) -> float:
    """Correlation of the country factor with the cap-weighted market, over all days."""
    pair = pd.DataFrame(
        {
            "country": returns["factor_return"].to_numpy()[:, 0],
            "market": returns["market_return"].to_numpy(),
        }
    ).dropna()
    return float(pair["country"].corr(pair["market"])) if len(pair) > 2 else float("nan")


def planted_correlation(model: RiskModel, planted: pd.DataFrame) -> pd.DataFrame:
    """How well a simulated market's factor returns were found.

    Args:
        model: The fitted risk model.
        planted: Date × factor, log returns; empty for a real market.

    Returns:
        Columns factor and correlation, over the days on which both are known.
    """
    found = factor_frame(model.returns, "factor_return")
    rows = []
    for factor in planted.columns:
        if factor not in found.columns:
            continue
        both = pd.concat([found[factor], planted[factor]], axis=1, join="inner").dropna()
        rows.append({"factor": str(factor), "correlation": both.iloc[:, 0].corr(both.iloc[:, 1])})
    return pd.DataFrame(rows, columns=["factor", "correlation"])


def _correlation(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Correlation of each row of one array with the same row of another; NaN if constant."""
    now = now - now.mean(axis=1, keepdims=True, dtype=np.float64)
    before = before - before.mean(axis=1, keepdims=True, dtype=np.float64)
    size = np.sqrt((now**2).sum(axis=1) * (before**2).sum(axis=1))
    result: np.ndarray = np.divide(
        (now * before).sum(axis=1), size, out=np.full(len(now), np.nan), where=size > 0
    )
    return result
