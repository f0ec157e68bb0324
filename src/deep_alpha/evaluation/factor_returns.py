"""The return of holding names in proportion to their scores, and its alpha and beta."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.frames import aligned
from deep_alpha.kernels.correlation import MINIMUM_NAMES


@dataclass(frozen=True)
class AlphaBeta:
    """Regression of the factor-weighted returns on the universe's mean return.

    Args:
        horizon: h, the length of the returns in days.
        alpha: Intercept, return in h days, decimals.
        alpha_annual: ``(1 + alpha) ** (annual_days / h) − 1``.
        alpha_t: t statistic of alpha, Newey and West's errors with lag h−1.
        beta: Slope on the universe.
        beta_t: Its t statistic, likewise.
        r_squared: Share of the variance that the universe explains.
        n_days: Days with both returns.
    """

    horizon: int
    alpha: float
    alpha_annual: float
    alpha_t: float
    beta: float
    beta_t: float
    r_squared: float
    n_days: int


def factor_returns(scores: pd.DataFrame, forward_returns: pd.DataFrame) -> pd.DataFrame:
    """Forward returns of weights that are proportional to the scores.

    A day's weights are its scores less their mean, scaled to ``Σ|w| = 1``: half of the
    capital long, half short, no net position. Like an IC, they are taken over the names
    that have a score *and* a return: a measure of the score's values, not a portfolio.

    Args:
        scores: Date × asset, higher = better, NaN = not scored.
        forward_returns: Date × asset, decimals, NaN = not known (yet).

    Returns:
        By date: ``factor``, the weighted return; ``universe``, the mean return of the
        same names; ``names``, their number. NaN on days with fewer than 10 joint names
        or equal scores only.

    Raises:
        DeepAlphaError: A score is infinite, or the frames share no date or no asset.
    """
    dates, assets, (values, returns) = aligned(scores=scores, forward_returns=forward_returns)
    if np.isinf(values).any():
        row, column = np.argwhere(np.isinf(values))[0]
        raise DeepAlphaError(
            f"the score of {assets[column]} on {dates[row]:%Y-%m-%d} is infinite: "
            "weights are proportional to scores"
        )
    joint = ~(np.isnan(values) | np.isnan(returns))
    names = joint.sum(axis=1)
    known = np.where(joint, returns, 0.0)
    count = np.where(names >= MINIMUM_NAMES, names, np.nan)
    mean = np.where(joint, values, 0.0).sum(axis=1) / count
    deviation = np.where(joint, values - mean[:, None], 0.0)
    gross = np.abs(deviation).sum(axis=1)
    # What is left of equal scores is rounding.
    gross[~(gross > 1e-12 * np.abs(mean) * names)] = np.nan
    columns = {
        "factor": (deviation * known).sum(axis=1) / gross,
        "universe": known.sum(axis=1) / count,
        "names": names,
    }
    return pd.DataFrame(columns, dates)


def alpha_beta(returns: pd.DataFrame, horizon: int, annual_days: int = 252) -> AlphaBeta:
    """Alpha and beta of factor-weighted returns against the universe's mean return.

    Args:
        returns: Columns factor and universe by date in time order, as
            :func:`factor_returns` gives; days on which one is NaN are left out.
        horizon: h, the length of the returns in days.
        annual_days: Trading days of a year.

    Returns:
        Ordinary least squares with Newey and West's errors; NaN with fewer than three
        days, fewer than h, or a constant universe.

    Raises:
        DeepAlphaError: ``horizon`` is below 1.
    """
    if horizon < 1:
        raise DeepAlphaError(f"horizon is {horizon} days: a label covers at least one day")
    known = returns[["factor", "universe"]].dropna()
    if len(known) < max(3, horizon) or known["universe"].nunique() < 2:
        nan = float("nan")
        return AlphaBeta(horizon, nan, nan, nan, nan, nan, nan, len(known))
    lags = {"maxlags": horizon - 1, "use_correction": False}
    design = sm.add_constant(known["universe"].to_numpy())
    fit = sm.OLS(known["factor"].to_numpy(), design).fit(cov_type="HAC", cov_kwds=lags)
    alpha, beta = (float(value) for value in fit.params)
    alpha_t, beta_t = (float(value) for value in fit.tvalues)
    return AlphaBeta(
        horizon=horizon,
        alpha=alpha,
        alpha_annual=(1 + alpha) ** (annual_days / horizon) - 1,
        alpha_t=alpha_t,
        beta=beta,
        beta_t=beta_t,
        r_squared=float(fit.rsquared),
        n_days=len(known),
    )
