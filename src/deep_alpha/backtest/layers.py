"""Layers: what the names of each fifth of a score earn under rules of trading (SPEC 2.11).

At the close of t the scored names are sorted into n layers. On t + 1 each layer is bought in
equal weights at that day's price of execution, and held for h days. Which of h days a test
begins on is luck, so all h *offsets* are run, each an account of its own, and averaged.

An order that can not be filled is not moved to a better day (SPEC 2.8): a name that can not
be bought leaves its weight in cash, one that can not be sold keeps it until the next
rebalancing, and purchases share what cash there is. Both are counted.

Costs shrink the whole account by what was traded. Prices, fills and weights are the same in
all cases, so that one run serves every cost case. The universe, all scored names in equal
weights under the same rules, pays no costs: it is a benchmark.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.backtest.layer_result import UNIVERSE, LayerTest
from deep_alpha.errors import ConfigurationError, PanelError
from deep_alpha.kernels.layers import Growth, Paths, run_offset
from deep_alpha.kernels.ranking import rank_days
from deep_alpha.market.universe import buyable, sellable

DELISTING_DAYS = 60


def layer_test(
    scores: pd.DataFrame,
    execution: pd.DataFrame,
    close: pd.DataFrame,
    can_buy: pd.DataFrame,
    can_sell: pd.DataFrame,
    *,
    layers: int = 5,
    horizon: int = 10,
) -> LayerTest:
    """Run all layers at all offsets.

    Offset o trades on days o, o + h, o + 2h … from day 1 on, as the slots of
    :func:`~deep_alpha.backtest.tranches.non_overlapping`. A day without any score decides
    nothing; a layer without names, which many equal scores may leave, is in cash.

    Args:
        scores: (T, N), known at the close of each day, higher = better; NaN = not in the
            universe. Equal scores share a layer.
        execution: (T, N), adjusted prices that orders fill at; NaN = no trading. A sale
            that ``can_sell`` allows without a price is filled at the last close.
        close: (T, N), adjusted closes, NaN = no trading.
        can_buy: (T, N), whether a purchase **on** that day is filled.
        can_sell: (T, N), whether a sale on that day is filled.
        layers: Number n of layers.
        horizon: Days h between trades.

    Returns:
        The paths.

    Raises:
        ConfigurationError: ``layers`` or ``horizon`` is below 1, or there are no more than
            ``horizon`` days.
        PanelError: Frames differ in dates or assets.
    """
    if layers < 1 or horizon < 1:
        raise ConfigurationError(f"{layers} layers over {horizon} days: both must be at least 1")
    if len(scores) <= horizon:
        raise ConfigurationError(
            f"{len(scores)} days of scores are too few to hold layers for {horizon} days"
        )
    others = {"execution": execution, "close": close, "can_buy": can_buy, "can_sell": can_sell}
    for name, frame in others.items():
        if not (frame.index.equals(scores.index) and frame.columns.equals(scores.columns)):
            raise PanelError(
                f"{name} and scores have different dates or assets: reindex one like the other"
            )
    labels = _labels(scores.to_numpy(dtype=np.float64), layers)
    prices = execution.to_numpy(dtype=np.float64)
    growth = _growth(prices, close.ffill().to_numpy(dtype=np.float64))
    fills = np.array(can_buy, dtype=np.bool_), np.array(can_sell, dtype=np.bool_)
    fills[0][np.isnan(prices)] = False
    shape = (horizon, layers + 1, len(scores))
    paths = Paths(
        *(np.zeros(shape) for _ in range(4)), *(np.zeros(shape, dtype=np.int64) for _ in range(3))
    )
    for offset in range(horizon):
        own = Paths(*(array[offset] for array in paths))
        run_offset(offset, horizon, labels, growth, *fills, own)
    names = (*(f"layer {number}" for number in range(1, layers + 1)), UNIVERSE)
    return LayerTest(pd.DatetimeIndex(scores.index), horizon, names, paths)


def panel_layer_test(
    scores: pd.DataFrame,
    panel: xr.Dataset,
    *,
    layers: int = 5,
    horizon: int = 10,
    price: str = "vwap",
    delisting_days: int = DELISTING_DAYS,
) -> LayerTest:
    """Run the layers of a signal on a market.

    Args:
        scores: Date × asset.
        panel: The market panel.
        layers: Number of layers.
        horizon: Market days between trades.
        price: ``vwap``, ``open`` or ``close``: what orders fill at.
        delisting_days: A name without a bar in the panel's last so many days has left the
            market; what is held of it is paid out at its last close.

    Returns:
        The paths, from the first score to the day after the last.

    Raises:
        ConfigurationError: As of :func:`layer_test`.
        PanelError: The panel does not have a date or an asset of the scores.
    """
    dates = pd.DatetimeIndex(panel["date"].to_numpy())
    assets = pd.Index(panel["asset"].to_numpy().astype(str))
    for kind, unknown in (
        ("date", [f"{day:%Y-%m-%d}" for day in scores.index.difference(dates)]),
        ("asset", scores.columns.difference(assets)),
    ):
        if len(unknown):
            raise PanelError(f"the panel has no {kind} {unknown[0]} of the scores")
    first, last = (int(dates.searchsorted(scores.index[edge])) for edge in (0, -1))
    span = slice(first, min(last + 2, len(dates)))

    def frame(values: NDArray[np.generic]) -> pd.DataFrame:
        return pd.DataFrame(values[span], dates[span], assets)

    traded = panel["traded"].to_numpy()
    days_left = traded[::-1].cumsum(axis=0)[::-1]
    gone = (days_left == 0) & ~traded[-delisting_days:].any(axis=0)
    return layer_test(
        scores.reindex(index=dates[span], columns=assets),
        frame(np.where(traded, panel[price].to_numpy(), np.nan)),
        frame(np.where(traded, panel["close"].to_numpy(), np.nan)),
        frame(buyable(panel, price).to_numpy()),
        frame(sellable(panel, price).to_numpy() | gone),
        layers=layers,
        horizon=horizon,
    )


def _labels(scores: NDArray[np.float64], layers: int) -> NDArray[np.int16]:
    """Layer of each name from 0, by its average rank among the day's scores; -1 = no score."""
    known = ~np.isnan(scores)
    count = known.sum(axis=1, keepdims=True)
    # Average ranks are halves: doubled they are whole, and no rounding decides at an edge.
    doubled = np.round(np.where(known, rank_days(scores), 0.0) * 2 * count).astype(np.int64)
    labels = (doubled * layers - 1) // np.maximum(2 * count, 1)
    return np.where(known, labels, -1).astype(np.int16)


def _growth(execution: NDArray[np.float64], marks: NDArray[np.float64]) -> Growth:
    whole_day, overnight = np.ones_like(marks), np.ones_like(marks)
    whole_day[1:] = marks[1:] / marks[:-1]
    overnight[1:] = execution[1:] / marks[:-1]
    intraday = np.where(np.isnan(execution), whole_day, marks / execution)
    for values in (whole_day, overnight, intraday):
        values[np.isnan(values)] = 1.0
    return Growth(whole_day, overnight, intraday)
