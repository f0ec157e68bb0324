"""The Sharpe ratio of a small back-test on the validation segment (SPEC 001-H1).

The names of the best fifth of a day's scores are held in equal weights: bought at the
average price of the next market day (t + 1), left to drift, and sold ten days later, at the
average price of t + 11, when the next ones are bought. The universe, all samples of the
same days held likewise, is taken off. There are no costs, and every order is filled. Such
an account can begin on any of ten days: the Sharpe ratio is the mean over these offsets.

All that the scores do not change is worked out once: how each sample's price grows while
it is held. What is left to an epoch is to choose and to average.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deep_alpha.errors import TrainingError
from deep_alpha.kernels.quantiles import quantile_numbers

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

HOLDING_DAYS = 10
QUANTILES = 5


@dataclass(frozen=True)
class DailyReturns:
    """What the samples of a segment earn while they are held; made once per fit.

    Args:
        growth: Shape (n, 11): what one unit of money put into each sample's name is worth
            at the closes of t + 1 … t + 10 and at the average price of t + 11. NaN from the
            first day on that may not be read.
        offsets: Shape (days + 1,): samples of day d are ``offsets[d]:offsets[d + 1]``.
        position: Shape (days,), market days from the first sample to each day's.
        universe: Shape (days, 11), mean growth of all samples of the day.
        annual_days: Market days of a year.
    """

    growth: FloatArray
    offsets: IndexArray
    position: IndexArray
    universe: FloatArray
    annual_days: int = 252

    @classmethod
    def of(
        cls,
        day: NDArray[np.integer[Any]],
        asset: NDArray[np.integer[Any]],
        returns: NDArray[Any],
        vwap_to_close: NDArray[Any],
        reach: int,
        annual_days: int = 252,
    ) -> DailyReturns:
        """Follow every sample from its purchase to its sale.

        The label of day t is known on t + ``reach``, and the test begins after the last of
        these days: up to there, days belong to the fit. With a ``reach`` of 10, a sale on
        t + 11 comes a day too late for the last samples, whose paths end at the close before.

        Args:
            day: Shape (n,), calendar positions of the samples, ascending.
            asset: Shape (n,), their columns of the grids.
            returns: Shape (D, N), close ÷ close of the name's traded day before, less 1;
                NaN on a day without trading, which earns 0. The first row is the day of the
                first sample, the last row ``reach`` days after that of the last sample.
            vwap_to_close: Shape (D, N), average price ÷ close; NaN on a day without
                trading, on which orders are filled at the close before.
            reach: Days after t on which the label of t is known.
            annual_days: Market days of a year, whose root turns a daily Sharpe ratio into an
                annual one. It is the same factor for every epoch.

        Raises:
            TrainingError: There is no sample, or the grids do not end where they must.
        """
        if not len(day):
            raise TrainingError("the validation segment holds no sample to back-test")
        row = np.asarray(day, dtype=np.int64) - int(day[0])
        days = int(row[-1]) + 1 + reach
        if len(returns) != days or vwap_to_close.shape != returns.shape:
            raise TrainingError(
                f"the validation back-test reads {days} days: from the first sample to {reach} "
                "days after the last, where the last label is known. The grids of returns and of "
                f"average prices are {returns.shape} and {vwap_to_close.shape}: cut them there"
            )
        starts = np.flatnonzero(np.diff(row, prepend=-1))
        offsets = np.append(starts, len(row)).astype(np.int64)
        growth = _growth(row, np.asarray(asset), returns, vwap_to_close)
        universe = np.add.reduceat(growth, starts) / np.diff(offsets)[:, None]
        return cls(growth, offsets, row[starts], universe, annual_days)

    def sharpe(self, scores: NDArray[np.floating[Any]]) -> float:
        """Sharpe ratio of the best fifth's daily excess return, mean over the offsets.

        Args:
            scores: Shape (n,), higher = better.

        Returns:
            Mean ÷ sd (ddof 1) · √annual_days; NaN where no offset has one, because nothing
            was held or all its days are equal.
        """
        ratios = [_sharpe(path[~np.isnan(path)]) for path in self.excess(scores)]
        known = [ratio for ratio in ratios if not np.isnan(ratio)]
        return float(np.mean(known) * np.sqrt(self.annual_days)) if known else float("nan")

    def excess(self, scores: NDArray[np.floating[Any]]) -> FloatArray:
        """Daily returns of the best fifth less those of the universe.

        Days decide nothing without samples, with fewer than ten scores or with equal ones
        only: the account is then out of the market until its next turn.

        Args:
            scores: Shape (n,); NaN = not to be held.

        Returns:
            Shape (10, market days): offset, day from that of the first sample on; NaN where
            nothing is held.
        """
        best = self._best(scores)
        names = np.add.reduceat(best, self.offsets[:-1], dtype=np.int64)
        held = names > 0
        starts = (names.cumsum() - names)[held]
        growth = np.full(self.universe.shape, np.nan)
        chosen = self.growth.take(np.flatnonzero(best), axis=0)
        growth[held] = np.add.reduceat(chosen, starts) / names[held, None]
        universe = np.where(held[:, None], self.universe, np.nan)
        return _accounts(growth, self.position) - _accounts(universe, self.position)

    def _best(self, scores: NDArray[np.floating[Any]]) -> NDArray[np.bool_]:
        sizes = np.diff(self.offsets)
        inside = np.arange(sizes.max()) < sizes[:, None]
        table = np.full(inside.shape, np.nan)
        table[inside] = scores
        best: NDArray[np.bool_] = quantile_numbers(table, QUANTILES)[inside] == QUANTILES
        return best


def _growth(
    row: IndexArray,
    asset: NDArray[np.integer[Any]],
    returns: NDArray[Any],
    vwap_to_close: NDArray[Any],
) -> FloatArray:
    change = np.where(np.isnan(returns), 0.0, returns).astype(np.float64)
    price = np.where(np.isnan(vwap_to_close), 1.0, vwap_to_close).astype(np.float64)
    growth = np.full((len(row), HOLDING_DAYS + 1), np.nan)
    for step in range(HOLDING_DAYS + 1):
        # Rows ascend: those that may read the day of this step are the first ones.
        own = slice(int(np.searchsorted(row, len(change) - 1 - step)))
        cell = row[own] + 1 + step, asset[own]
        if step == 0:
            growth[own, 0] = 1.0 / price[cell]
        else:
            growth[own, step] = growth[own, step - 1] * (1.0 + change[cell])
        if step == HOLDING_DAYS:
            growth[own, step] *= price[cell]
    return growth


def _accounts(growth: FloatArray, position: IndexArray) -> FloatArray:
    """Daily returns of ten accounts, each of which holds what every tenth day chose.

    Args:
        growth: Shape (days, 11), of what each day chose; NaN = not held, or not known.
        position: Shape (days,), each day's place.

    Returns:
        Shape (10, market days).
    """
    daily = growth.copy()
    daily[:, 1:] /= growth[:, :-1]
    held, sold = np.full((2, HOLDING_DAYS, int(position[-1]) + 2 + HOLDING_DAYS), np.nan)
    turn = position % HOLDING_DAYS
    for step in range(HOLDING_DAYS):
        held[turn, position + 1 + step] = daily[:, step]
    sold[turn, position + 1 + HOLDING_DAYS] = daily[:, HOLDING_DAYS]
    # On the day of a trade the old names earn until the average price, the new ones from it.
    both = np.where(np.isnan(held), 1.0, held) * np.where(np.isnan(sold), 1.0, sold)
    return np.where(np.isnan(held) & np.isnan(sold), np.nan, both - 1.0)


def _sharpe(returns: FloatArray) -> float:
    if len(returns) < 2 or np.ptp(returns) == 0.0:
        return float("nan")
    return float(returns.mean() / returns.std(ddof=1))
