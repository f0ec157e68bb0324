"""Benchmark of the 44 behavioural factors against what people use for such work.

    python benchmarks/bench_factors.py [--assets 4000 --days 1500]

Peers compute the same 44 formulas, written once in ``formulas`` over a handful of
operators: a long table with ``groupby.transform`` (naive), wide (date × asset) pandas
frames, and KunQuant, which compiles the expressions to C++ (float32, one thread). None of
the peers handles suspensions or ties by tolerance; the market made here has neither.
CPU seconds of this process, best of several runs; ratios are against warm buffers, that
is, an output array whose memory has been touched before. Compile time stands apart.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.factors import FACTOR_NAMES, behavioural_factors

FIELDS = ("open", "high", "low", "close", "vwap", "volume")
COMPARED_DAYS = 50
POPULATION = (19 / 20) ** 0.5  # from the sample deviation of 20 values to the population one


def make_panel(assets: int, days: int, seed: int = 0) -> xr.Dataset:
    """Random walks that trade every day."""
    random = np.random.default_rng(seed)
    shape = (days, assets)
    close = 10 * np.exp(np.cumsum(random.normal(0, 0.02, shape), axis=0))
    opened = close * np.exp(random.normal(0, 0.005, shape))
    high = np.maximum(close, opened) * (1 + 0.01 * random.random(shape))
    low = np.minimum(close, opened) * (1 - 0.01 * random.random(shape))
    values = {
        "open": opened,
        "high": high,
        "low": low,
        "close": close,
        "vwap": (high + low + close) / 3,
        "volume": np.exp(random.normal(13, 0.5, shape)).astype(np.float32),
    }
    return xr.Dataset(
        {name: (("date", "asset"), field) for name, field in values.items()},
        coords={
            "date": pd.bdate_range("2015-01-01", periods=days),
            "asset": [f"A{k:05d}" for k in range(assets)],
        },
    )


def formulas(ops: Any, data: dict[str, Any]) -> dict[int, Any]:
    """The 44 rows of the paper's table over the operators of one peer."""
    o, h, low, c, w, v = (data[name] for name in FIELDS)
    ma5, ma20, ma200 = ops.mean(c, 5), ops.mean(c, 20), ops.mean(c, 200)
    std10 = ops.deviation(c, 10)
    band = ops.deviation(c, 20) * (4.0 * POPULATION)
    lower = ma20 - band * 0.5
    change = c - ops.delay(c, 1)
    gain = ops.smooth(change * ops.flag(change > 0.0), 27)
    loss = ops.smooth(change * ops.flag(change < 0.0) * -1.0, 27)
    rsi = 100.0 - 100.0 / (gain / loss + 1.0)
    line = ops.smooth(c, 12) - ops.smooth(c, 26)
    macd = line - ops.smooth(line, 9)
    spread = h - low + 0.001
    dollars = v * w
    rank_macd = ops.rank(macd)
    f = {
        1: ops.flag(o < ops.delay(o, 1)),
        2: (c - o) / spread,
        3: (h - c) / spread,
        4: ops.rank(c - ma5) * ops.rank(c - ma20),
        5: ops.rank(c - w),
        6: ops.rank(c - ops.delay(c, 5)) * -1.0,
        7: ops.rank(ma200 - c),
        8: change * -1.0,
        9: ops.rank((c - low) / spread),
        10: ops.rank(std10) * -1.0,
        11: (c - (h + low) * 0.5) / spread,
        12: v / ops.mean(v, 5),
        13: macd * rsi,
        14: macd / v,
        23: v * macd,
        25: macd * std10,
        26: rank_macd * rsi,
        27: ops.sign(macd),
        28: macd / (rsi + 1e-6),
        29: band,
        30: (c - ma20) / (band + 1e-6),
        31: rank_macd * c,
        32: ops.rank(rsi) * c,
        33: std10 * rsi,
        34: rsi - 50.0,
        35: ops.flag((rsi > ops.delay(rsi, 1)) & (rsi < 30.0)) * (rsi - 50.0),
        36: ops.flag((macd > 0.0) & (ops.delay(macd, 1) <= 0.0)),
        38: rsi - ops.delay(rsi, 3),
        40: ops.flag(c >= lower) * c,
        41: ops.flag((ops.delay(c, 1) < ops.delay(lower, 1)) & (c > lower)),
        44: ops.flag(dollars > ops.mean(dollars, 20)),
    }
    f[15] = (100.0 - rsi) * f[3]
    f[16] = rsi * f[5]
    f[17] = f[12] * f[2]
    f[18] = f[7] * rsi
    f[19] = f[10] * (100.0 - rsi)
    f[20] = f[4] * macd
    f[21] = f[11] * rsi
    f[22] = f[5] / (macd + 1e-6)
    f[24] = macd * f[3]
    f[37] = f[36] * macd
    f[39] = f[2] * rsi
    f[42] = ops.rank(f[35])
    f[43] = ops.rank(f[37])
    return f


class _LongTable:
    """One row for each asset and date; every operator is a ``groupby``."""

    def __init__(self, dates: pd.Index, assets: pd.Index) -> None:
        self.dates, self.assets = dates, assets

    def delay(self, x: pd.Series, days: int) -> pd.Series:
        return x.groupby(self.assets).shift(days)

    def mean(self, x: pd.Series, days: int) -> pd.Series:
        return x.groupby(self.assets).transform(lambda s: s.rolling(days).mean())

    def deviation(self, x: pd.Series, days: int) -> pd.Series:
        return x.groupby(self.assets).transform(lambda s: s.rolling(days).std())

    def smooth(self, x: pd.Series, span: int) -> pd.Series:
        return x.groupby(self.assets).transform(lambda s: s.ewm(span=span, adjust=False).mean())

    def rank(self, x: pd.Series) -> pd.Series:
        return x.groupby(self.dates).rank(pct=True)

    def flag(self, x: pd.Series) -> pd.Series:
        return x.astype(np.float64)

    def sign(self, x: pd.Series) -> pd.Series:
        return np.sign(x)


class _WideFrames:
    """Frames of dates × assets."""

    def delay(self, x: pd.DataFrame, days: int) -> pd.DataFrame:
        return x.shift(days)

    def mean(self, x: pd.DataFrame, days: int) -> pd.DataFrame:
        return x.rolling(days).mean()

    def deviation(self, x: pd.DataFrame, days: int) -> pd.DataFrame:
        return x.rolling(days).std()

    def smooth(self, x: pd.DataFrame, span: int) -> pd.DataFrame:
        return x.ewm(span=span, adjust=False).mean()

    def rank(self, x: pd.DataFrame) -> pd.DataFrame:
        return x.rank(axis=1, pct=True)

    def flag(self, x: pd.DataFrame) -> pd.DataFrame:
        return x.astype(np.float64)

    def sign(self, x: pd.DataFrame) -> pd.DataFrame:
        return np.sign(x)


class _KunQuantGraph:
    """Expressions that KunQuant compiles."""

    def __init__(self) -> None:
        from KunQuant import ops
        from KunQuant.Op import ConstantOp, Rank

        self.ops, self.constant, self.rank = ops, ConstantOp, Rank

    def delay(self, x: Any, days: int) -> Any:
        return self.ops.BackRef(x, days)

    def mean(self, x: Any, days: int) -> Any:
        return self.ops.WindowedAvg(x, days)

    def deviation(self, x: Any, days: int) -> Any:
        return self.ops.WindowedStddev(x, days)

    def smooth(self, x: Any, span: int) -> Any:
        return self.ops.ExpMovingAvg(x, span)

    def flag(self, x: Any) -> Any:
        return self.ops.Select(x, self.constant(1.0), self.constant(0.0))

    def sign(self, x: Any) -> Any:
        return self.ops.Sign(x)


def cpu_seconds(job: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """Best of several runs, and the last result."""
    best, result = np.inf, None
    for _ in range(runs):
        result = None
        start = time.process_time()
        result = job()
        best = min(best, time.process_time() - start)
    return best, result


def last_days(values: dict[int, Any]) -> np.ndarray:
    """The last days of a wide result, shape (days, 44, assets)."""
    return np.stack([np.asarray(values[k])[-COMPARED_DAYS:] for k in range(1, 45)], axis=1)


def agreement(found: np.ndarray, expected: np.ndarray) -> float:
    """Share of values that agree to 1e-3, relative to the factor's usual size."""
    size = np.nanmedian(np.abs(expected), axis=(0, 2), keepdims=True) + 1e-30
    close = np.abs(found - expected) <= 1e-3 * np.maximum(np.abs(expected), size)
    return float((close | (np.isnan(found) & np.isnan(expected))).mean())


def run_ours(panel: xr.Dataset) -> tuple[list[dict[str, Any]], np.ndarray]:
    """Compile, then time fresh and warm output buffers."""
    start = time.perf_counter()
    behavioural_factors(panel.isel(date=slice(0, 2)))
    compiling = time.perf_counter() - start
    fresh, _ = cpu_seconds(lambda: behavioural_factors(panel), 2)
    out = np.zeros((panel.sizes["date"], 44, panel.sizes["asset"]), dtype=np.float32)
    warm, _ = cpu_seconds(lambda: behavioural_factors(panel, out=out), 5)
    wall = time.perf_counter()
    behavioural_factors(panel, out=out, threads=2)
    wall = time.perf_counter() - wall
    records = [
        {"engine": "deep_alpha, warm buffer", "cpu_seconds": warm, "compile_seconds": compiling},
        {"engine": "deep_alpha, fresh buffer", "cpu_seconds": fresh},
        {"engine": "deep_alpha, warm, 2 threads (wall seconds)", "cpu_seconds": wall},
    ]
    return records, out[-COMPARED_DAYS:].astype(np.float64)


def run_kunquant(panel: xr.Dataset) -> tuple[list[dict[str, Any]], np.ndarray]:
    """All 44 formulas in KunQuant, time × stock layout, AVX as the processor has it."""
    from KunQuant.Driver import KunCompilerConfig
    from KunQuant.jit import cfake
    from KunQuant.Op import Builder, Input, Output
    from KunQuant.runner import KunRunner
    from KunQuant.Stage import Function

    builder = Builder()
    with builder:
        data = {name: Input(name) for name in FIELDS}
        for number, factor in sorted(formulas(_KunQuantGraph(), data).items()):
            Output(factor, f"f{number}")
    config = KunCompilerConfig(input_layout="TS", output_layout="TS")
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        library = cfake.compileit(
            [("factors", Function(builder.ops), config)],
            "behavioural",
            cfake.CppCompilerConfig(machine=cfake.NativeCPUFlags()),
            tempdir=folder,
        )
    compiling = time.perf_counter() - start
    module = library.getModule("factors")
    inputs = {name: np.ascontiguousarray(panel[name], dtype=np.float32) for name in FIELDS}
    executor = KunRunner.createSingleThreadExecutor()
    days, assets = panel.sizes["date"], panel.sizes["asset"]
    out = np.zeros((44, days, assets), dtype=np.float32)
    buffers = {f"f{k}": out[k - 1] for k in range(1, 45)}
    fresh, _ = cpu_seconds(lambda: KunRunner.runGraph(executor, module, inputs, 0, days), 2)
    warm, _ = cpu_seconds(lambda: KunRunner.runGraph(executor, module, inputs, 0, days, buffers), 3)
    records = [
        {"engine": "KunQuant float32, warm", "cpu_seconds": warm, "compile_seconds": compiling},
        {"engine": "KunQuant float32, fresh", "cpu_seconds": fresh},
    ]
    return records, out[:, -COMPARED_DAYS:].transpose(1, 0, 2).astype(np.float64)


def run_wide(panel: xr.Dataset) -> tuple[list[dict[str, Any]], np.ndarray]:
    frames = {name: panel[name].to_pandas().astype(np.float64) for name in FIELDS}
    seconds, values = cpu_seconds(lambda: formulas(_WideFrames(), frames), 2)
    return [{"engine": "wide pandas", "cpu_seconds": seconds}], last_days(values)


def run_naive(panel: xr.Dataset) -> tuple[list[dict[str, Any]], np.ndarray]:
    table = panel.to_dataframe().swaplevel().sort_index().astype(np.float64)
    keys = table.index.get_level_values("date"), table.index.get_level_values("asset")
    data = {name: table[name] for name in FIELDS}
    seconds, values = cpu_seconds(lambda: formulas(_LongTable(*keys), data), 1)
    tail = keys[0] >= panel["date"].to_numpy()[-COMPARED_DAYS]
    shape = (panel.sizes["asset"], COMPARED_DAYS)
    wide = {k: values[k].to_numpy()[tail].reshape(shape).T for k in values}
    return [{"engine": "naive groupby.transform", "cpu_seconds": seconds}], last_days(wide)


def run(assets: int = 4000, days: int = 1500) -> list[dict[str, Any]]:
    """Time every engine on one market.

    Returns:
        A record for each engine: ``stage``, ``engine``, ``assets``, ``days``,
        ``cpu_seconds``, ``ratio`` (to our warm buffer), ``compile_seconds`` where there
        is a compiler, and ``agreement`` with our values.
    """
    panel = make_panel(assets, days)
    records, ours = run_ours(panel)
    for peer in (run_kunquant, run_wide, run_naive):
        try:
            timed, values = peer(panel)
        except ImportError as missing:
            records.append({"engine": f"{peer.__name__}: {missing}", "cpu_seconds": np.nan})
            continue
        share = agreement(values, ours)
        records += [{**record, "agreement": share} for record in timed]
    base = records[0]["cpu_seconds"]
    market = {"stage": "factors", "assets": assets, "days": days, "factors": len(FACTOR_NAMES)}
    return [{**market, **r, "ratio": r["cpu_seconds"] / base} for r in records]


def markdown(records: list[dict[str, Any]]) -> str:
    first = records[0]
    lines = [
        f"{first['factors']} behavioural factors, {first['assets']} assets × {first['days']} days",
        "",
        "| engine | CPU seconds | ratio | compile seconds | values that agree |",
        "|---|---:|---:|---:|---:|",
    ]
    for r in records:
        compiling = f"{r['compile_seconds']:.1f}" if "compile_seconds" in r else ""
        share = f"{r['agreement']:.4f}" if "agreement" in r else ""
        lines.append(
            f"| {r['engine']} | {r['cpu_seconds']:.2f} | {r['ratio']:.1f} | {compiling} | {share} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--assets", type=int, default=4000)
    parser.add_argument("--days", type=int, default=1500)
    arguments = parser.parse_args()
    print(markdown(run(arguments.assets, arguments.days)))
