"""From one bar of an asset to its next: what the gate and the price limits look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

_PRICE_DIGITS = 4  # float32 prices come back as the decimals they were quoted in


@dataclass(frozen=True)
class BarSteps:
    """For each bar, the step from the asset's bar before; all arrays have shape (rows,).

    Args:
        first: The asset's first bar, which has no step; the arrays below hold NaN or 0 there.
        number: How many bars the asset had before this one.
        gap: Market days since the bar before: 1 if the asset traded on the day before.
        factor: adj_factor ÷ adj_factor before.
        raw: Close ÷ close before, as traded.
        raw_open: Open ÷ close before, as traded.
    """

    first: npt.NDArray[np.bool_]
    number: npt.NDArray[np.int64]
    gap: npt.NDArray[np.int64]
    factor: Floats
    raw: Floats
    raw_open: Floats

    @property
    def adjusted(self) -> Floats:
        """The adjusted close-to-close return of each step."""
        return self.raw * self.factor - 1.0


def quoted(prices: pd.Series[float]) -> Floats:
    """Prices in float64 and rounded to the decimals they were quoted in, shape (rows,)."""
    return np.round(prices.to_numpy(np.float64), _PRICE_DIGITS)


def bar_steps(bars: pd.DataFrame) -> BarSteps:
    """Compare each bar with the asset's bar before.

    Args:
        bars: Bars that passed the gate, sorted by asset and date.
    """
    same = np.zeros(len(bars), bool)
    codes, _ = asset_codes(bars)
    same[1:] = codes[1:] == codes[:-1]
    first = ~same
    position = np.arange(len(bars))
    number = position - np.maximum.accumulate(np.where(first, position, 0))
    day, _ = pd.factorize(bars["date"], sort=True)
    gap = np.zeros(len(bars), np.int64)
    gap[1:] = np.diff(day)
    gap[first] = 0
    close, factor = quoted(bars["close"]), bars["adj_factor"].to_numpy(np.float64)
    return BarSteps(
        first=first,
        number=number,
        gap=gap,
        factor=_step(factor, factor, first),
        raw=_step(close, close, first),
        raw_open=_step(quoted(bars["open"]), close, first),
    )


def asset_codes(bars: pd.DataFrame) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Number the assets in sorted order.

    Args:
        bars: Bars without missing assets.

    Returns:
        The number of each row's asset, shape (rows,), and the names by number.
    """
    assets = bars["asset"].astype("category")
    names = sorted(assets.cat.categories)
    if list(assets.cat.categories) != names:
        assets = assets.cat.set_categories(names)
    return np.asarray(assets.cat.codes, np.int64), names


def _step(values: Floats, before: Floats, first: npt.NDArray[np.bool_]) -> Floats:
    step = np.full(len(values), np.nan)
    step[1:] = values[1:] / before[:-1]
    step[first] = np.nan
    return step
