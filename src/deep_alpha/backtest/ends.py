"""The ends of a score, and everyone: top-k, bottom-k and the universe (SPEC 1.5-E5).

Held at h offsets, as :mod:`~deep_alpha.backtest.held_legs` does. Read side by side, the offsets
are the *non-overlapping* strategies; their mean one-day return is that of *h overlapping
tranches*, of which one is renewed every day. It is the return of a capital that is spread
evenly over the tranches again each morning, not that of one account in which the luckier
tranche grows: so the paper's counterpart is defined, and it favours no offset.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.backtest.held_legs import HeldLegs, run_legs
from deep_alpha.backtest.leg_market import LegMarket
from deep_alpha.errors import ConfigurationError

ENDS = ("top", "bottom", "universe")


def hold_ends(scores: pd.DataFrame, market: LegMarket, *, k: int, horizon: int) -> HeldLegs:
    """Hold the top k, the bottom k and all scored names; all of them pay costs.

    What is bought stays for h days and no longer: a day without scores sells what the next
    day's offset holds, unless the exchange stops the sale.

    Args:
        scores: Date × asset, known at the close of each day, higher = better; NaN = not in
            the universe. Dates of the market without a row have no scores.
        market: The days.
        k: Names in the top and in the bottom.
        horizon: Days h between trades.

    Returns:
        The paths of legs :data:`ENDS`.

    Raises:
        ConfigurationError: ``k`` or ``horizon`` is below 1, or there are no more than
            ``horizon`` days.
    """
    chosen = choose_ends(market.lay(scores), k)
    always = np.ones(len(market.dates), dtype=np.bool_)
    return HeldLegs(market.dates, horizon, ENDS, run_legs(chosen, always, market, horizon))


def choose_ends(scores: NDArray[np.float64], k: int) -> NDArray[np.bool_]:
    """The names of each leg, shape (3, T, N) in the order of :data:`ENDS`.

    Among equal scores the asset that comes first is taken. A day with fewer than ``k`` scores
    holds those, one with fewer than 2k has names at both ends.

    Args:
        scores: Shape (T, N), NaN = none.
        k: Names at an end.

    Raises:
        ConfigurationError: ``k`` is below 1.
    """
    if k < 1:
        raise ConfigurationError(f"{k} names in the top and in the bottom: it must be at least 1")
    return np.stack([_highest(scores, k), _highest(-scores, k), ~np.isnan(scores)])


def _highest(scores: NDArray[np.float64], k: int) -> NDArray[np.bool_]:
    known = ~np.isnan(scores)
    ordered = np.where(known, scores, -np.inf)
    place = max(ordered.shape[1] - k, 0)
    threshold = np.partition(ordered, place, axis=1)[:, [place]]
    above = ordered > threshold
    at_threshold = known & (ordered == threshold)
    room = k - above.sum(axis=1, keepdims=True)
    highest: NDArray[np.bool_] = above | (at_threshold & (at_threshold.cumsum(axis=1) <= room))
    return highest
