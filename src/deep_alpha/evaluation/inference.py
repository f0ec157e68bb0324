"""How sure a mean IC is, when the labels behind it overlap.

An h-day label shares h−1 days with its neighbour's. The IC series of a persistent
signal is therefore autocorrelated even where the signal knows nothing, and the naive
t statistic finds "significance" in about half of all such null series (PEERS section 3).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats


def naive_t(values: NDArray[np.float64]) -> float:
    """The t statistic of a mean under independence; a reference, not to be trusted.

    Args:
        values: Shape (T,), no NaN.

    Returns:
        mean ÷ (sd / √T) with ddof 1; NaN for fewer than two or for constant values.
    """
    if len(values) < 2 or np.ptp(values) == 0:
        return float("nan")
    return float(values.mean() / values.std(ddof=1) * np.sqrt(len(values)))


def newey_west_t(values: NDArray[np.float64], lag: int) -> float:
    """The t statistic of a mean with Newey and West's variance.

    Bartlett weights 1 − k/(lag+1), autocovariances divided by T, no small-sample
    factor: the figure of statsmodels' ``OLS(values, 1).fit(cov_type="HAC",
    cov_kwds={"maxlags": lag, "use_correction": False})``.

    With lag = h−1 it **rejects too often** against a normal distribution, 11 to 16 % at
    a nominal 5 % (see :func:`overlap_p_value`).

    Args:
        values: Shape (T,), in time order, no NaN. Days without an IC are dropped before
            and their neighbours count as consecutive.
        lag: Highest lag, h−1 for labels over h days.

    Returns:
        The t statistic; NaN where T ≤ lag, T < 2 or the values are constant.
    """
    count = len(values)
    if count < 2 or count <= lag or np.ptp(values) == 0:
        return float("nan")
    deviation = values - values.mean()
    variance = deviation @ deviation / count
    for step in range(1, lag + 1):
        weight = 1 - step / (lag + 1)
        variance += 2 * weight * (deviation[step:] @ deviation[:-step]) / count
    return float(values.mean() / np.sqrt(variance / count))


def effective_dof(count: int, horizon: int) -> float:
    """Degrees of freedom left by overlapping labels: the disjoint labels less one."""
    return count / horizon - 1


def overlap_p_value(hac_t: float, count: int, horizon: int) -> float:
    """Two-sided p value of ``newey_west_t(values, horizon − 1)`` under the null.

    Three things make the plain statistic too large, and each is put right here.

    1. Labels that overlap by h−k days correlate by up to 1 − k/h. Bartlett's weights
       are 1 − k/h again, so that of the true variance, proportional to h, only
       (2h² + 1) / 3h² is kept: two thirds.
    2. Deviations from the series' own mean lose another h / T.
    3. What is left is known from about T/h independent labels: Student's t with
       T/h − 1 degrees of freedom, not the normal distribution.

    The correction assumes the worst case, a signal so persistent that IC autocorrelate
    as their labels do. A signal redrawn every day is rejected in about 1.5 % of null
    series: the test is then conservative, never too lenient. For h = 1 it is the
    ordinary t test.

    Rejections at a nominal 5 % in 20,000 Gaussian null series of T daily IC, in %
    (MA = IC autocorrelate as their labels; iid = not at all):

    ========  ===  =====  ========  =======  =======
    h         T    naive  plain NW  here     here
                   MA     MA        MA       iid
    ========  ===  =====  ========  =======  =======
    5         60   40.4   15.5      4.9      1.4
    5         120  39.0   13.3      5.0      1.7
    5         250  38.6   11.7      4.8      1.8
    5         500  38.2   11.0      4.9      1.7
    10        60   56.5   21.2      4.2      0.8
    10        120  55.1   16.0      4.9      1.2
    10        250  54.3   13.4      5.0      1.4
    10        500  53.3   12.2      4.8      1.5
    ========  ===  =====  ========  =======  =======

    Args:
        hac_t: The statistic with lag ``horizon − 1``.
        count: T, the days it was computed from.
        horizon: h, the label's length in days.

    Returns:
        The p value; NaN where ``hac_t`` is, or where fewer than two disjoint labels
        remain (T < 2h).
    """
    if np.isnan(hac_t) or count < 2 * horizon:
        return float("nan")
    kept = (2 * horizon**2 + 1) / (3 * horizon**2) - horizon / count
    return float(2 * stats.t.sf(abs(hac_t) * np.sqrt(kept), effective_dof(count, horizon)))
