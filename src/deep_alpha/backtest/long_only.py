"""Long-only portfolios of a signal: the best names, in equal weights, in h tranches.

A label over h days asks for names that are held for h days. Either the whole portfolio is
chosen anew every h-th day, and the day that it begins on is luck; or, in *tranches*, on every
day a part 1/h of it (SPEC 1.5-E5): the target of a day is the mean of what was picked on the
last h days, so that no offset is preferred. The first h days ramp up from cash.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

from deep_alpha.errors import ConfigurationError, PanelError

_TOLERANCE = 1e-9  # 0.29 of 100 names are 29, however the product is rounded (SPEC 0.1f)


class LongOnlySettings(BaseModel):
    """Which names a long-only portfolio holds. One of the first two is set.

    Args:
        names: How many; a day with fewer scores picks all of them.
        fraction: Share of the day's scored names, rounded down, one name at least.
        tranches: Whether a part 1/h is chosen on every day, or everything on every h-th.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: PositiveInt | None = None
    fraction: float | None = Field(None, gt=0, le=1)
    tranches: bool = True

    @model_validator(mode="after")
    def _has_one_size(self) -> Self:
        if (self.names is None) == (self.fraction is None):
            raise ValueError(
                f"names={self.names} and fraction={self.fraction}: set exactly one of them"
            )
        return self

    def counts(self, scored: NDArray[np.int64]) -> NDArray[np.int64]:
        """Names to pick on days with so many scored names, both of shape (T,)."""
        wanted = np.full_like(scored, self.names or 1)
        if self.fraction is not None:
            wanted = np.floor(scored * self.fraction + _TOLERANCE).astype(np.int64)
        counts: NDArray[np.int64] = np.minimum(scored, np.maximum(wanted, 1))
        return counts


def long_only_targets(
    scores: pd.DataFrame, settings: LongOnlySettings, horizon: int
) -> pd.DataFrame:
    """Weights that each decision wants, known at the close of its date.

    Names are picked among those with a score, whether they can be bought the day after or
    not: that is for the exchange to say (SPEC 2.8). Of equal scores the first asset's wins.

    Args:
        scores: Date × asset, known at the close of each date, higher = better; NaN = not in
            the universe. A date without any score decides nothing and is no day of the
            count: what is held stays, and the oldest tranche is replaced when there are
            scores again.
        settings: Which names.
        horizon: Days h, counted over dates with scores, that a pick is held.

    Returns:
        Decision date × asset, fractions of net asset value; a row sums to 1, or to j/h on the
        j-th day of tranches that ramp up.

    Raises:
        ConfigurationError: ``horizon`` is below 1.
        PanelError: No date has a score.
    """
    if horizon < 1:
        raise ConfigurationError(f"long-only: {horizon} days to hold names; it must be 1 or more")
    known = scores.dropna(how="all")
    if known.empty:
        raise PanelError("long-only: no date has scores, so that there is nothing to hold")
    if not settings.tranches:
        known = known.iloc[::horizon]
    picks = _equal_picks(known.to_numpy(dtype=np.float64), settings)
    weights = picks
    if settings.tranches:
        # Not a running difference: its rounding would leave dust in names long sold.
        weights = np.zeros_like(picks)
        for age in range(min(horizon, len(picks))):
            weights[age:] += picks[: len(picks) - age] / horizon
    return pd.DataFrame(weights, known.index, known.columns)


def universe_weights(scores: pd.DataFrame, dates: pd.DatetimeIndex) -> pd.DataFrame:
    """All scored names in equal weights, known at the close of each date.

    Args:
        scores: Date × asset.
        dates: Dates to say it on; one without scores has the names of the last one with.

    Returns:
        Dates × asset; a row sums to 1, or is 0 before the first date with scores.
    """
    known = scores.dropna(how="all").notna()
    inside = known.reindex(dates, method="ffill", fill_value=False).to_numpy(dtype=np.bool_)
    count = np.maximum(inside.sum(axis=1, keepdims=True), 1)
    return pd.DataFrame(inside / count, dates, scores.columns)


def _equal_picks(scores: NDArray[np.float64], settings: LongOnlySettings) -> NDArray[np.float64]:
    """Equal weights of the best names of each day, shape (T, N)."""
    best_first = np.argsort(-scores, axis=1, kind="stable")  # NaN last
    counts = settings.counts((~np.isnan(scores)).sum(axis=1))[:, None]
    share = np.where(np.arange(scores.shape[1]) < counts, 1.0 / counts, 0.0)
    picks = np.zeros_like(scores)
    np.put_along_axis(picks, best_first, share, axis=1)
    return picks
