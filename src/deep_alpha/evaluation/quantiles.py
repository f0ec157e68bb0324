"""Mean returns of score quantiles: does the whole ranking pay, or only its ends?

Quantiles are those of ``pandas.qcut``, formed by the names that have a *score*: whether a
return becomes known later must not decide who is in the top. (alphalens' own preparation
drops names without a return first; where all returns are known the two agree.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.stats import spearmanr

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.frames import aligned
from deep_alpha.kernels.quantiles import quantile_numbers, sums_by_number


@dataclass(frozen=True)
class QuantileReturns:
    """Returns of the quantiles 1 (lowest scores) … n (highest), each equally weighted.

    All returns are over h days, in decimals, and dated by the day of the score.

    Args:
        horizon: h, the length of the labels in days.
        mean: Date × quantile: mean forward return of the names whose return is known.
        counts: Date × quantile: how many names that are.
        universe: By date: mean forward return of all names that have a quantile.
        spread: By date: quantile n minus quantile 1, 100 % long and 100 % short (alphalens
            halves it).
        spread_mean: Mean of ``spread`` over days.
        spread_error: Its standard error.
        table: By quantile: ``mean`` over days and its standard ``error``; ``excess`` over
            the universe and its ``excess_error``; ``names``, the mean number of names.
            Errors are Newey and West's with lag h−1, as of :func:`mean_error`.
        cumulative: Date × quantile, universe and spread: value of 1 put into the h-day
            grid, mean over its h offsets. The value at t includes the return from t to
            t + h, so it is known with the label of t. A day without a return is a period
            in cash. From the first to the last day with a spread.
        monotonicity: Spearman correlation of the quantiles' numbers and mean returns.
        n_days: Days with a spread.
        n_skipped: Days without one: labels unknown, too few names, constant scores.
    """

    horizon: int
    mean: pd.DataFrame
    counts: pd.DataFrame
    universe: pd.Series
    spread: pd.Series
    spread_mean: float
    spread_error: float
    table: pd.DataFrame
    cumulative: pd.DataFrame
    monotonicity: float
    n_days: int
    n_skipped: int


def quantile_returns(
    scores: pd.DataFrame, forward_returns: pd.DataFrame, horizon: int, n: int = 5
) -> QuantileReturns:
    """Sort names into quantiles by score each day, and average their forward returns.

    Args:
        scores: Date × asset, higher = better, NaN = not scored; one row for each trading
            day in time order.
        forward_returns: Date × asset, decimals, NaN = not known (yet).
        horizon: h, the length of the labels in days.
        n: Number of quantiles; of layers, in the tables of SPEC 2.11.

    Returns:
        Returns by day, their summary and the cumulative returns.

    Raises:
        DeepAlphaError: ``n`` is below 2 or ``horizon`` below 1, or the frames do not fit.
    """
    if horizon < 1:
        raise DeepAlphaError(f"horizon is {horizon} days: a label covers at least one day")
    dates, _, (ranked, returns) = aligned(scores=scores, forward_returns=forward_returns)
    numbers = quantile_numbers(ranked, n)
    totals, counts = sums_by_number(returns, numbers, n)
    with np.errstate(invalid="ignore"):
        mean = pd.DataFrame(totals / counts, dates, pd.RangeIndex(1, n + 1, name="quantile"))
        universe = pd.Series(totals.sum(axis=1) / counts.sum(axis=1), dates, name="universe")
    spread = (mean[n] - mean[1]).rename("spread")
    number = pd.DataFrame(counts, dates, mean.columns)
    table = _summary(mean, universe, number, horizon)
    n_days = int(spread.count())
    return QuantileReturns(
        horizon=horizon,
        mean=mean,
        counts=number,
        universe=universe,
        spread=spread,
        spread_mean=float(spread.mean()),
        spread_error=mean_error(spread.to_numpy(), horizon),
        table=table,
        cumulative=_cumulative(mean.assign(universe=universe, spread=spread), horizon),
        monotonicity=_monotonicity(table["mean"]),
        n_days=n_days,
        n_skipped=len(spread) - n_days,
    )


def mean_error(values: NDArray[np.float64], horizon: int) -> float:
    """Newey and West's standard error, lag h−1, of the mean of a daily series.

    Overlapping labels leave it too small (``inference.overlap_p_value`` says by how much):
    read it as an error bar, not as a test.

    Args:
        values: Shape (T,), in time order; NaN are dropped and their neighbours count as
            consecutive.
        horizon: h, the length of the labels in days.

    Returns:
        The standard error; NaN for fewer than two values, fewer than h, or constant ones.
    """
    known = values[~np.isnan(values)]
    if len(known) < max(2, horizon) or np.ptp(known) == 0:
        return float("nan")
    lags = {"maxlags": horizon - 1, "use_correction": False}
    fit = sm.OLS(known, np.ones(len(known))).fit(cov_type="HAC", cov_kwds=lags)
    return float(fit.bse[0])


def _summary(
    mean: pd.DataFrame, universe: pd.Series, counts: pd.DataFrame, horizon: int
) -> pd.DataFrame:
    excess = mean.sub(universe, axis=0)
    columns = {
        "mean": mean.mean(),
        "error": mean.apply(lambda daily: mean_error(daily.to_numpy(), horizon)),
        "excess": excess.mean(),
        "excess_error": excess.apply(lambda daily: mean_error(daily.to_numpy(), horizon)),
        "names": counts.where(counts > 0).mean(),
    }
    return pd.DataFrame(columns)


def _cumulative(returns: pd.DataFrame, horizon: int) -> pd.DataFrame:
    known = np.flatnonzero(returns["spread"].notna())
    if not len(known):
        return returns.iloc[:0]
    taken = returns.iloc[known[0] : known[-1] + 1]
    growth = 1 + np.nan_to_num(taken.to_numpy())
    total = np.zeros_like(growth)
    for offset in range(min(horizon, len(growth))):
        value = np.cumprod(growth[offset::horizon], axis=0)
        held = np.repeat(value, horizon, axis=0)[: len(growth) - offset]
        total[offset:] += held
        total[:offset] += 1.0
    # Offsets beyond the last row never begin: they stay at 1.
    total += max(horizon - len(growth), 0)
    return pd.DataFrame(total / horizon, taken.index, taken.columns)


def _monotonicity(mean: pd.Series) -> float:
    known = mean.dropna()
    if len(known) < 2 or known.nunique() < 2:
        return float("nan")
    return float(spearmanr(known.index, known).statistic)
