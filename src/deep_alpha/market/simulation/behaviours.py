"""What the crowd sees in the public bars: the state of each name's chart, day by day.

The measures are those of the behavioural factors (SPEC 1.2) in scale-free form: Wilder RSI,
position in the Bollinger band, the candle's body, volume against its five-day mean, the
five-day return and the ten-day volatility. They run over a name's own traded days and use
nothing but the published, rounded bars up to the close.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deep_alpha.market.simulation.arrays import BoolArray, FloatArray, IntArray

_WINDOW = 20
_RSI_DAYS = 14


@dataclass(frozen=True)
class Chart:
    """Cross-sectional scores of the chart measures, each (asset,), within ±3.

    Names that did not trade, or have traded for less than 20 days, have 0 everywhere and
    ``ready`` is false for them.
    """

    ready: BoolArray
    rsi: FloatArray
    band_position: FloatArray
    body: FloatArray
    volume_spike: FloatArray
    momentum: FloatArray
    volatility: FloatArray


class ChartState:
    """Recursive state of the chart measures, updated with each day's bars."""

    def __init__(self, n_assets: int) -> None:
        self._closes = np.ones((_WINDOW, n_assets))
        self._volumes = np.ones((5, n_assets))
        self._gain = np.zeros(n_assets)
        self._loss = np.zeros(n_assets)
        self._days: IntArray = np.zeros(n_assets, dtype=np.int64)

    def update(
        self,
        traded: BoolArray,
        opened: FloatArray,
        high: FloatArray,
        low: FloatArray,
        close: FloatArray,
        volume: FloatArray,
    ) -> Chart:
        """Take in one day's adjusted bars, each (asset,); read only where ``traded``."""
        change = np.where(self._days > 0, close - self._closes[-1], 0.0)
        # the first change starts the smoother, as ewm(adjust=False) does
        keep = np.where(self._days > 1, 1.0 - 1.0 / _RSI_DAYS, 0.0)
        gain = keep * self._gain + (1.0 - keep) * np.maximum(change, 0.0)
        loss = keep * self._loss + (1.0 - keep) * np.maximum(-change, 0.0)
        self._gain = np.where(traded, gain, self._gain)
        self._loss = np.where(traded, loss, self._loss)
        self._closes = _push(self._closes, close, traded)
        self._volumes = _push(self._volumes, volume, traded)
        self._days = self._days + traded
        return self._chart(traded, opened, high, low, close, volume)

    def _chart(
        self,
        traded: BoolArray,
        opened: FloatArray,
        high: FloatArray,
        low: FloatArray,
        close: FloatArray,
        volume: FloatArray,
    ) -> Chart:
        ready = traded & (self._days >= _WINDOW)
        # a name that never moved is neither strong nor weak
        moved = self._gain + self._loss
        rsi = np.where(moved > 0, 100.0 * self._gain / np.where(moved > 0, moved, 1.0), 50.0)
        middle = self._closes.mean(axis=0)
        width = 4.0 * self._closes.std(axis=0)
        recent = self._closes[-10:]
        spread = np.where(high - low > 0, high - low, 1.0)
        measures = np.stack(
            [
                rsi,
                (close - middle) / np.where(width > 0, width, 1.0),
                (close - opened) / spread,
                volume / self._volumes.mean(axis=0),
                close / self._closes[-6] - 1.0,
                recent.std(axis=0) / recent.mean(axis=0),
            ]
        )
        return Chart(ready, *_scores(np.where(ready, measures, 0.0), ready))


def _push(history: FloatArray, newest: FloatArray, traded: BoolArray) -> FloatArray:
    """Append a traded name's value and drop its oldest; others keep their history."""
    shifted = np.concatenate([history[1:], newest[None]])
    return np.where(traded, shifted, history)


def _scores(measures: FloatArray, ready: BoolArray) -> FloatArray:
    """Cross-sectional z-scores over the ready names, clipped at ±3."""
    count = max(int(ready.sum()), 1)
    centred = (measures - measures.sum(axis=1, keepdims=True) / count) * ready
    variance = (centred**2).sum(axis=1, keepdims=True) / count
    scores: FloatArray = centred / np.sqrt(np.where(variance > 0, variance, 1.0))
    return np.minimum(np.maximum(scores, -3.0), 3.0)
