"""A market of a few days as accounts trade in it, from open and close prices alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.backtest.benchmark import Benchmark
from deep_alpha.backtest.exchange import ExchangeRules
from deep_alpha.backtest.held_account import AccountMarket
from deep_alpha.panel import build_panel
from deep_alpha.risk.model import RiskModel

FREE = ExchangeRules(slippage_bps=0.0)
START = "2020-03-02"


def account_market(opened, close, *, rules=FREE, price="open", weights=None) -> AccountMarket:
    """T days × N assets named A00, A01 …; NaN or None = no trading.

    The benchmark has constant ``weights``, by default 1/N, 2/N … scaled to 1. In the risk model
    every name's return is its specific return.
    """
    opened, close = (np.asarray(table, dtype=float) for table in (opened, close))
    days, assets = close.shape
    dates = pd.bdate_range(START, periods=days)
    names = [f"A{number:02d}" for number in range(assets)]
    traded = ~np.isnan(close)
    day, asset = np.nonzero(traded)
    bars = pd.DataFrame(
        {"date": dates[day], "asset": np.array(names)[asset], "open": opened[traded],
         "high": np.maximum(opened, close)[traded], "low": np.minimum(opened, close)[traded],
         "close": close[traded], "volume": 1e6, "adj_factor": 1.0}
    )  # fmt: skip
    panel = build_panel(bars)
    raw = np.arange(1.0, assets + 1.0) if weights is None else np.asarray(weights, dtype=float)
    constant = np.tile(raw / raw.sum(), (days, 1))
    benchmark = Benchmark(
        pd.DataFrame(constant, dates, names), pd.DataFrame(index=dates), {}, "constant"
    )
    return AccountMarket.of(
        panel, price, rules, benchmark, _all_is_specific(panel, dates, names), pd.Series(0.0, dates)
    )


def _all_is_specific(panel: xr.Dataset, dates: pd.DatetimeIndex, names: list[str]) -> RiskModel:
    marks = pd.DataFrame(panel["close"].to_numpy()).ffill()
    shape = len(dates), len(names)
    coords = {"date": dates, "asset": np.array(names, dtype=object), "style": ["SIZE"]}
    coords |= {"industry_name": ["all"], "factor": ["country", "all", "SIZE"]}
    known = {
        "exposure": (("date", "style", "asset"), np.zeros((shape[0], 1, shape[1]))),
        "industry": (("date", "asset"), np.zeros(shape, dtype=np.int16)),
    }
    found = {
        "factor_return": (("date", "factor"), np.zeros((shape[0], 3))),
        "specific_return": (("date", "asset"), (marks / marks.shift(1) - 1.0).to_numpy()),
    }
    return RiskModel(xr.Dataset(known, coords), xr.Dataset(found, coords))
