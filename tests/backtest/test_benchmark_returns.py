"""A benchmark earns what its weights of the day before earn."""

from __future__ import annotations

import numpy as np
import pandas as pd

from deep_alpha.backtest.benchmark import Benchmark
from deep_alpha.backtest.benchmark_returns import benchmark_returns
from deep_alpha.panel import build_panel

DATES = pd.bdate_range("2020-03-02", periods=4)
# B does not trade on the third day.
CLOSES = {"A": [10.0, 11.0, 11.0, 12.1], "B": [20.0, 20.0, np.nan, 10.0]}


def market():
    bars = pd.DataFrame(CLOSES, DATES).melt(ignore_index=False, var_name="asset").reset_index()
    bars = bars.dropna().rename(columns={"index": "date", "value": "close"})
    prices = dict.fromkeys(("open", "high", "low"), bars["close"])
    return build_panel(bars.assign(**prices, volume=1e6, adj_factor=1.0))


def test_by_hand():
    weights = pd.DataFrame(
        [[np.nan, np.nan], [0.25, 0.75], [0.5, 0.5], [0.9, 0.1]], DATES, ["A", "B"]
    )
    found = benchmark_returns(Benchmark(weights, pd.DataFrame(index=DATES), {}, ""), market())
    # The last day: A gains 10 %; B resumes at half its last price.
    expected = [np.nan, np.nan, 0.25 * 0.0 + 0.75 * 0.0, 0.5 * 0.1 + 0.5 * -0.5]
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert list(found.index) == list(DATES)
