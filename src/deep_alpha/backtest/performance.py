"""Performance of a series of daily returns (SPEC 0.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Returns = pd.Series | NDArray[np.float64]


@dataclass(frozen=True)
class Performance:
    """Figures of one series of daily returns, all as fractions (0.1 = 10 %).

    Args:
        annual_return: Geometric, ∏(1+r)^(ann_days/T) − 1: the main figure.
        annual_return_arithmetic: mean · ann_days, shown beside it.
        annual_volatility: sd (ddof 1) · √ann_days.
        sharpe: mean ÷ sd · √ann_days, risk-free rate 0.
        max_drawdown: Largest loss from a peak of compounded NAV, positive; the start
            counts as a peak.
        turnover_one_sided: Mean over days of ½Σ|w_new − w_drifted|, NaN if not given.
        turnover_two_sided: Mean over days of Σ|w_new − w_drifted|, NaN if not given.
        n_days: Number of returns T.
        ann_days: Trading days a year used.
    """

    annual_return: float
    annual_return_arithmetic: float
    annual_volatility: float
    sharpe: float
    max_drawdown: float
    turnover_one_sided: float
    turnover_two_sided: float
    n_days: int
    ann_days: int


def performance(
    returns: Returns, *, turnover: Returns | None = None, ann_days: int = 252
) -> Performance:
    """Judge a series of daily returns.

    For excess figures pass r_portfolio − r_benchmark: the drawdown is then that of the
    excess NAV ∏(1 + r_p − r_b).

    Args:
        returns: Shape (T,), simple daily returns, gross or net, without NaN.
        turnover: Shape (T,), one-sided turnover of each day, without NaN.
        ann_days: Trading days a year; A-share reports often use 242 to 250.

    Returns:
        The figures; volatility and Sharpe are NaN for fewer than two days, and Sharpe
        for constant returns.

    Raises:
        ValueError: There is no return, or one is NaN.
    """
    values = _complete(returns, "returns")
    count = len(values)
    nav = np.cumprod(1 + values, dtype=np.float64)
    mean = float(values.mean())
    sd = float(values.std(ddof=1)) if count > 1 else float("nan")
    one_sided = float("nan")
    if turnover is not None:
        one_sided = float(_complete(turnover, "turnover").mean())
    return Performance(
        annual_return=float(max(nav[-1], 0.0) ** (ann_days / count) - 1),
        annual_return_arithmetic=mean * ann_days,
        annual_volatility=sd * float(np.sqrt(ann_days)),
        sharpe=float("nan") if np.ptp(values) == 0 else mean / sd * float(np.sqrt(ann_days)),
        max_drawdown=max_drawdown(nav),
        turnover_one_sided=one_sided,
        turnover_two_sided=2 * one_sided,
        n_days=count,
        ann_days=ann_days,
    )


def max_drawdown(nav: NDArray[np.float64]) -> float:
    """Largest fraction lost from a peak, of a NAV that starts from 1 before ``nav[0]``."""
    peak = np.maximum.accumulate(np.maximum(nav, 1.0))
    return float((1 - nav / peak).max())


def _complete(series: Returns, name: str) -> NDArray[np.float64]:
    values = np.asarray(series, dtype=np.float64)
    if not len(values):
        raise ValueError(f"{name} is empty: there is nothing to judge")
    missing = int(np.isnan(values).sum())
    if missing:
        raise ValueError(f"{name} holds {missing} NaN: a day in cash is 0, other gaps are an error")
    return values
