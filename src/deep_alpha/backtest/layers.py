"""Layers: what the names of each fifth of a score earn under rules of trading (SPEC 2.11).

At the close of t the scored names are sorted into n layers, which are held as
:mod:`~deep_alpha.backtest.held_legs` does. The universe, all scored names in equal weights
under the same rules, pays no costs: it is a benchmark.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.backtest.held_legs import run_legs
from deep_alpha.backtest.layer_result import UNIVERSE, LayerTest
from deep_alpha.backtest.leg_market import LegMarket
from deep_alpha.errors import ConfigurationError
from deep_alpha.kernels.ranking import rank_days


def layer_test(
    scores: pd.DataFrame, market: LegMarket, *, layers: int = 5, horizon: int = 10
) -> LayerTest:
    """Run all layers at all offsets.

    A day without any score decides nothing; a layer without names, which many equal scores
    may leave, is in cash.

    Args:
        scores: Date × asset, known at the close of each day, higher = better; NaN = not in
            the universe. Equal scores share a layer. Dates of the market without a row have
            no scores.
        market: The days.
        layers: Number n of layers.
        horizon: Days h between trades.

    Returns:
        The paths.

    Raises:
        ConfigurationError: ``layers`` or ``horizon`` is below 1, or there are no more than
            ``horizon`` days.
    """
    if layers < 1:
        raise ConfigurationError(f"{layers} layers: there must be at least 1")
    labels = _labels(market.lay(scores), layers)
    known = labels >= 0
    chosen = np.stack([*(labels == layer for layer in range(layers)), known])
    paths = run_legs(chosen, np.any(known, axis=1), market, horizon)
    names = (*(f"layer {number}" for number in range(1, layers + 1)), UNIVERSE)
    return LayerTest(market.dates, horizon, names, paths)


def panel_layer_test(
    scores: pd.DataFrame,
    panel: xr.Dataset,
    *,
    delisting_days: int,
    layers: int = 5,
    horizon: int = 10,
    price: str = "vwap",
) -> LayerTest:
    """Run the layers of a signal on a market.

    Args:
        scores: Date × asset.
        panel: The market panel.
        delisting_days: See :meth:`LegMarket.of_panel`.
        layers: Number of layers.
        horizon: Market days between trades.
        price: ``vwap``, ``open`` or ``close``: what orders fill at.

    Returns:
        The paths, from the first score to the day after the last.

    Raises:
        ConfigurationError: As of :func:`layer_test`.
        PanelError: The panel does not have a date or an asset of the scores.
    """
    market = LegMarket.of_panel(panel, scores, price=price, delisting_days=delisting_days)
    return layer_test(scores, market, layers=layers, horizon=horizon)


def _labels(scores: NDArray[np.float64], layers: int) -> NDArray[np.int16]:
    """Layer of each name from 0, by its average rank among the day's scores; -1 = no score."""
    known = ~np.isnan(scores)
    count = known.sum(axis=1, keepdims=True)
    # Average ranks are halves: doubled they are whole, and no rounding decides at an edge.
    doubled = np.round(np.where(known, rank_days(scores), 0.0) * 2 * count).astype(np.int64)
    labels = (doubled * layers - 1) // np.maximum(2 * count, 1)
    return np.where(known, labels, -1).astype(np.int16)
