"""The Sharpe ratio of the best of many trials, less what the search alone explains.

Bailey and López de Prado, "The deflated Sharpe ratio", Journal of Portfolio Management
40(5), 2014.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from deep_alpha.errors import DeepAlphaError

Returns = pd.Series | NDArray[np.float64]


@dataclass(frozen=True)
class Trials:
    """A search: how much was tried, and how widely the results lie apart.

    Args:
        number: Configurations tried, the dropped ones too.
        variance: Variance of their **daily** Sharpe ratios (ddof 1).
    """

    number: int
    variance: float

    def __post_init__(self) -> None:
        if self.number < 1:
            raise DeepAlphaError(f"{self.number} trials: what is judged was one of them")
        if not 0 <= self.variance < np.inf:
            raise DeepAlphaError(f"the trials' variance is {self.variance}: it can not be")

    @classmethod
    def of(cls, sharpes: Sequence[float]) -> Trials:
        """The trials with these daily Sharpe ratios; a single one has variance 0."""
        if not np.isfinite(sharpes).all():
            raise DeepAlphaError("a trial's Sharpe ratio is not finite: leave constant ones out")
        return cls(len(sharpes), float(np.var(sharpes, ddof=1)) if len(sharpes) > 1 else 0.0)

    @property
    def expected_maximum(self) -> float:
        """Expected largest of ``number`` worthless daily Sharpe ratios.

        √V · ((1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e))), γ = 0.5772… (Euler), N trials
        of variance V; 0 for one trial.
        """
        if self.number == 1:
            return 0.0
        typical = float(stats.norm.isf(1 / self.number))
        extreme = float(stats.norm.isf(1 / (self.number * np.e)))
        largest = (1 - np.euler_gamma) * typical + np.euler_gamma * extreme
        return float(np.sqrt(self.variance)) * largest


@dataclass(frozen=True)
class DeflatedSharpe:
    """A Sharpe ratio beside what luck would have reached.

    Args:
        sharpe: Daily: mean ÷ sd (ddof 1), risk-free rate 0.
        sharpe_annual: The same · √annual_days.
        expected_maximum: Daily Sharpe ratio that the best of as many worthless trials is
            expected to show.
        probability: Of a true Sharpe ratio above ``expected_maximum``: the deflated
            Sharpe ratio.
        trials: Number of trials.
        skew: Skewness γ₃ of the returns.
        kurtosis: Kurtosis γ₄ of the returns; 3 for a normal distribution.
        n_days: Days T.
    """

    sharpe: float
    sharpe_annual: float
    expected_maximum: float
    probability: float
    trials: int
    skew: float
    kurtosis: float
    n_days: int


def probabilistic_sharpe(
    sharpe: float, count: int, skew: float = 0.0, kurtosis: float = 3.0, benchmark: float = 0.0
) -> float:
    """Probability that the true Sharpe ratio exceeds a benchmark.

        Φ((SR − SR*) √(T − 1) ÷ √(1 − γ₃ SR + (γ₄ − 1)/4 · SR²))

    Args:
        sharpe: SR, of one period (not annualised).
        count: Periods T.
        skew: γ₃ of the returns.
        kurtosis: γ₄ of the returns, 3 for a normal distribution.
        benchmark: SR*, of one period.

    Returns:
        The probability; NaN where the variance of the estimate is not positive.
    """
    variance = 1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2
    if not variance > 0:
        return float("nan")
    return float(stats.norm.cdf((sharpe - benchmark) * np.sqrt((count - 1) / variance)))


def deflated_sharpe(
    returns: Returns, trials: Trials | Sequence[float], annual_days: int = 252
) -> DeflatedSharpe:
    """The probabilistic Sharpe ratio against the expected maximum of the whole search.

    It is no p value, and stricter than one: the best of a worthless search lies about where
    it is expected. In 1,000 searches of 50 such strategies over 500 days the probability
    was 0.50 on average, between 0.27 and 0.77 in nine of ten, and never above 0.95.

    Trials count as independent, which is too strict for near copies of one another (whose
    small variance makes up for a part of it), and returns as not autocorrelated.

    Args:
        returns: Shape (T,), daily returns of the chosen trial, no NaN.
        trials: Its search: every daily Sharpe ratio reached, the chosen one's too, or
            number and variance. Divide annual ratios by √annual_days before.
        annual_days: Trading days of a year, for ``sharpe_annual``.

    Returns:
        The figures; NaN ratios for constant returns.

    Raises:
        DeepAlphaError: Fewer than two returns or a NaN among them, or no trials.
    """
    values = np.asarray(returns, dtype=np.float64)
    if len(values) < 2 or np.isnan(values).any():
        raise DeepAlphaError("a Sharpe ratio needs two or more returns, none of them NaN")
    search = trials if isinstance(trials, Trials) else Trials.of(trials)
    constant = np.ptp(values) == 0
    sharpe = float("nan") if constant else float(values.mean() / values.std(ddof=1))
    skew = float("nan") if constant else float(stats.skew(values))
    kurtosis = float("nan") if constant else float(stats.kurtosis(values, fisher=False))
    return DeflatedSharpe(
        sharpe=sharpe,
        sharpe_annual=sharpe * float(np.sqrt(annual_days)),
        expected_maximum=search.expected_maximum,
        probability=probabilistic_sharpe(
            sharpe, len(values), skew, kurtosis, search.expected_maximum
        ),
        trials=search.number,
        skew=skew,
        kurtosis=kurtosis,
        n_days=len(values),
    )
