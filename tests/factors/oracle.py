"""The 44 behavioural factors as a reader of SPEC 1.1 and 1.2 would write them in pandas.

Slow, one asset after another over its traded rows, with the package ``ta`` for MACD, RSI
and Bollinger bands.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from ta.momentum import RSIIndicator
from ta.trend import MACD
from ta.volatility import BollingerBands

from deep_alpha.factors import FACTOR_NAMES


def tolerance(a, b):
    return 1e-9 * np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))


def below(a, b):
    """1 where a < b, 0 where not, NaN where one is missing."""
    return (b - a > tolerance(a, b)).astype(float).where(a.notna() & pd.notna(b))


def rank_day(values: pd.Series) -> pd.Series:
    """Average rank / N; a value ties with the smallest of its group."""
    present = values.dropna().sort_values(kind="stable")
    group, first = [], None
    for value in present:
        if first is None or value - first > tolerance(value, first):
            first = value
        group.append(first)
    ranks = pd.Series(group, index=present.index, dtype=float).rank(pct=True)
    return ranks.reindex(values.index)


def rank(wide: pd.DataFrame) -> pd.DataFrame:
    return wide.apply(rank_day, axis=1)


def primitives(frame: pd.DataFrame) -> pd.DataFrame:
    """Series of one asset over its traded rows that the rows of the table are made of."""
    c, v = frame["close"], frame["volume"]
    table = pd.DataFrame(index=frame.index)
    for days in (5, 20, 200):
        table[f"ma{days}"] = c.rolling(days).mean()
    # Not rolling().std(): its running sums leave 1e-8 behind where prices come to rest.
    table["std10"] = c.rolling(10).apply(lambda window: window.std(ddof=1), raw=False)
    table["volume5"] = v.rolling(5).mean()
    table["rsi"] = RSIIndicator(c, window=14).rsi().to_numpy()
    table["macd"] = MACD(c).macd_diff()
    bands = BollingerBands(c, window=20, window_dev=2)
    table["mid"] = bands.bollinger_mavg()
    table["upper"] = bands.bollinger_hband()
    table["lower"] = bands.bollinger_lband()
    table["previous_open"] = frame["open"].shift(1)
    table["previous_close"] = c.shift(1)
    table["close5"] = c.shift(5)
    for name, days in (("rsi", 1), ("macd", 1), ("lower", 1), ("rsi", 3)):
        table[f"{name}-{days}"] = table[name].shift(days)
    dollars = v * frame["vwap"]
    table["dollars"] = dollars
    table["adv20"] = dollars.rolling(20).mean()
    return table


def oracle(panel: xr.Dataset, scale_free: bool = False) -> xr.DataArray:
    """All factors; scale-free, prices are measured in the close of the day (000-P5, P6)."""
    fields = ("open", "high", "low", "close", "vwap", "volume")
    wide = {name: panel[name].to_pandas().astype(float) for name in fields}
    parts = {}
    for asset in panel["asset"].to_numpy():
        frame = pd.DataFrame({name: wide[name][asset] for name in wide})
        frame = frame[frame["close"].notna()]
        if len(frame):
            parts[asset] = primitives(frame)
    dates, assets = wide["close"].index, wide["close"].columns
    p = {
        name: pd.DataFrame({a: parts[a][name] for a in parts})
        .reindex(dates)
        .reindex(columns=assets)
        for name in next(iter(parts.values())).columns
    }
    o, h, low, c, w, v = (wide[name] for name in fields)
    unit, unit_before = (c, p["previous_close"]) if scale_free else (1.0, 1.0)
    rsi, macd, macd_before = p["rsi"], p["macd"] / unit, p["macd-1"] / unit_before
    std10 = p["std10"] / unit
    spread = h - low + (1e-6 * c if scale_free else 0.001)
    f = {}
    f[1] = below(o, p["previous_open"])
    f[2] = (c - o) / spread
    f[3] = (h - c) / spread
    f[4] = rank((c - p["ma5"]) / unit) * rank((c - p["ma20"]) / unit)
    f[5] = rank((c - w) / unit)
    f[6] = -rank((c - p["close5"]) / unit)
    f[7] = rank((p["ma200"] - c) / unit)
    f[8] = -(c - p["previous_close"]) / unit
    f[9] = rank((c - low) / spread)
    f[10] = -rank(std10)
    f[11] = (c - (h + low) / 2) / spread
    f[12] = v / p["volume5"]
    f[13] = macd * rsi
    f[14] = macd / v.where(v > 0)
    f[15] = (100 - rsi) * f[3]
    f[16] = rsi * f[5]
    f[17] = f[12] * f[2]
    f[18] = f[7] * rsi
    f[19] = f[10] * (100 - rsi)
    f[20] = f[4] * macd
    f[21] = f[11] * rsi
    f[22] = f[5] / (macd + 1e-6)
    f[23] = v * macd
    f[24] = macd * f[3]
    f[25] = macd * std10
    f[26] = rank(macd) * rsi
    zero = macd * 0
    f[27] = below(zero, macd) - below(macd, zero)
    f[28] = macd / (rsi + 1e-6)
    f[29] = (p["upper"] - p["lower"]) / unit
    f[30] = (c - p["mid"]) / unit / (f[29] + 1e-6)
    f[31] = rank(macd) * c / unit
    f[32] = rank(rsi) * c / unit
    f[33] = std10 * rsi
    f[34] = rsi - 50
    f[35] = (below(p["rsi-1"], rsi) * below(rsi, rsi * 0 + 30)) * (rsi - 50)
    f[36] = below(zero, macd) * (1 - below(macd_before * 0, macd_before))
    f[37] = f[36] * macd
    f[38] = rsi - p["rsi-3"]
    f[39] = f[2] * rsi
    f[40] = (1 - below(c, p["lower"])) * c / unit
    f[41] = below(p["previous_close"], p["lower-1"]) * below(p["lower"], c)
    f[42] = rank(f[35])
    f[43] = rank(f[37])
    f[44] = below(p["adv20"], p["dollars"])
    values = np.stack([f[k].to_numpy() for k in range(1, 45)], axis=1)
    return xr.DataArray(
        values,
        dims=("date", "factor", "asset"),
        coords={"date": panel["date"], "factor": list(FACTOR_NAMES), "asset": panel["asset"]},
    )
