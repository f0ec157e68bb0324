"""AlphaNet's time-series features against the two ways in which people compute them.

    python benchmarks/bench_alphanet_features.py [--assets 1000 --days 250]

All ways compute the 208 features of 13 inputs over windows of 2, 5, 10 and 22 days. Pandas
does it column by column with rolling windows. Published ports of AlphaNet do it inside the
network: each sample is unfolded into the windows of its 20 days, anew in every epoch; the
figure is the forward pass alone, on one thread. Figures are CPU time per asset and day,
which for the ports is one sample. The slow ways run on fewer assets. Ratios are against
our warm buffer, that is, an output array whose memory has been touched before.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from deep_alpha.factors.alphanet_columns import feature_columns
from deep_alpha.factors.alphanet_features import AssetRows, row_features
from deep_alpha.factors.alphanet_inputs import INPUT_SETS

INPUTS = INPUT_SETS["paper13"]
COLUMNS = feature_columns(INPUTS)
WINDOWS = (2, 5, 10, 22)
STEPS, HISTORY = 20, 42
SAMPLES = 16
"""Of a batch: the size that suits unfolding best, as its parts then fit into the cache."""
KEPT = 70
"""About as many features as Spearman dropout keeps of real shares."""


def make_inputs(assets: int, days: int, seed: int = 0) -> np.ndarray:
    """Inputs of all sizes that move a little from day to day, (days, assets, 13), float32."""
    random = np.random.default_rng(seed)
    level = np.exp(random.normal(0, 3, len(INPUTS))).astype(np.float32)
    walk = random.standard_normal((days, assets, len(INPUTS)), dtype=np.float32)
    walk[:, :, :6] = np.cumsum(0.2 * walk[:, :, :6], axis=0)
    return level * np.exp(0.02 * walk)


def ours(inputs: np.ndarray, columns: tuple, out: np.ndarray, threads: int = 1) -> None:
    """Every window, side by side in ``out`` (days × assets, windows × columns)."""
    days, assets, width = inputs.shape
    rows = AssetRows.of(np.tile(np.arange(assets), days))
    for place, window in enumerate(WINDOWS):
        row_features(
            inputs.reshape(-1, width),
            rows,
            columns,
            window,
            inputs_at=range(width),
            out=out[:, place * len(columns) : (place + 1) * len(columns)],
            threads=threads,
        )


def pandas_rolling(asset: pd.DataFrame) -> pd.DataFrame:
    """One asset's features, windows side by side."""
    blocks = []
    for window in WINDOWS:
        rolling = asset.rolling(window)
        pairs = list(itertools.combinations(asset, 2))
        correlations = {(a, b): asset[a].rolling(window).corr(asset[b]) for a, b in pairs}
        covariances = {(a, b): asset[a].rolling(window).cov(asset[b]) for a, b in pairs}
        deviation = rolling.std(ddof=0)
        weights = np.arange(1, window + 1) / (window * (window + 1) / 2)
        decay = sum(weight * asset.shift(window - 1 - age) for age, weight in enumerate(weights))
        singles = (deviation, rolling.mean() / deviation, asset.pct_change(window), decay)
        blocks += [pd.DataFrame(correlations), pd.DataFrame(covariances), *singles]
    return pd.concat(blocks, axis=1)


def unfolded(samples: Tensor) -> Tensor:
    """Features of samples (B, 13, 42) as ports compute them: (B, 20, windows · 208)."""
    first, second = torch.combinations(torch.arange(samples.shape[1])).T
    blocks = []
    for window in WINDOWS:
        recent = samples[:, :, -(STEPS + window) :].unfold(2, window, 1)
        before, part = recent[:, :, :-1, 0], recent[:, :, 1:]  # (B, 13, 20, d)
        centred = part - part.mean(-1, keepdim=True)
        covariance = (centred[:, first] * centred[:, second]).sum(-1) / (window - 1)
        deviation = centred.square().mean(-1).sqrt()
        scale = deviation[:, first] * deviation[:, second] * (window / (window - 1))
        weights = torch.arange(1.0, window + 1) / (window * (window + 1) / 2)
        blocks += [torch.nan_to_num(covariance / scale, 0.0), covariance, deviation]
        blocks += [torch.nan_to_num(part.mean(-1) / deviation, 0.0)]
        blocks += [part[:, :, :, -1] / before - 1, part @ weights]
    return torch.cat(blocks, dim=1).transpose(1, 2).contiguous()


def cpu_seconds(job: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """Best of several runs, and the last result."""
    best, result = np.inf, None
    for _ in range(runs):
        result = None
        start = time.process_time()
        result = job()
        best = min(best, time.process_time() - start)
    return best, result


def run_ours(inputs: np.ndarray) -> tuple[list[dict[str, Any]], np.ndarray]:
    days, assets, _ = inputs.shape
    ours(inputs[:2], COLUMNS, np.empty((2 * assets, len(WINDOWS) * len(COLUMNS)), np.float32))
    shape = days * assets, len(WINDOWS) * len(COLUMNS)

    def fresh_buffer() -> None:
        ours(inputs, COLUMNS, np.empty(shape, dtype=np.float32))

    out = np.zeros(shape, dtype=np.float32)
    fill, _ = cpu_seconds(lambda: out.fill(1.0), 3)
    warm, _ = cpu_seconds(lambda: ours(inputs, COLUMNS, out), 3)
    wall = time.perf_counter()
    ours(inputs, COLUMNS, out, threads=2)
    wall = time.perf_counter() - wall
    kept = COLUMNS[:: len(COLUMNS) // KEPT][:KEPT]
    narrow = np.zeros((len(out), len(WINDOWS) * KEPT), dtype=np.float32)
    chosen, _ = cpu_seconds(lambda: ours(inputs, kept, narrow), 3)
    fresh, _ = cpu_seconds(fresh_buffer, 1)
    timed = {
        "deep_alpha, warm buffer": warm,
        "deep_alpha, fresh buffer": fresh,
        "deep_alpha, warm, 2 threads (wall)": wall,
        f"deep_alpha, warm, {KEPT} kept columns": chosen,
        "writing a constant to that buffer": fill,
    }
    count = days * assets
    return [{"way": way, "us": 1e6 * taken / count} for way, taken in timed.items()], out


def difference(found: np.ndarray, expected: np.ndarray) -> float:
    """Largest difference, relative to the feature's usual size."""
    size = np.nanmedian(np.abs(expected), axis=0) + 1e-30
    return float(np.nanmax(np.abs(found - expected) / np.maximum(np.abs(expected), size)))


def run_pandas(inputs: np.ndarray, out: np.ndarray) -> dict[str, Any]:
    days, assets, _ = inputs.shape
    frame = pd.DataFrame(inputs[:, 0], columns=list(INPUTS)).astype(np.float64)
    taken, expected = cpu_seconds(lambda: pandas_rolling(frame), 2)
    found = out.reshape(days, assets, -1)[HISTORY:, 0]
    return {
        "way": "pandas, rolling",
        "us": 1e6 * taken / days,
        "difference": difference(found, expected.to_numpy()[HISTORY:]),
    }


def run_unfolded(inputs: np.ndarray, out: np.ndarray) -> dict[str, Any]:
    days, assets, _ = inputs.shape
    count = min(SAMPLES, assets)
    samples = torch.from_numpy(inputs[-HISTORY:, :count].transpose(1, 2, 0).copy())
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            taken, expected = cpu_seconds(lambda: unfolded(samples), 20)
    finally:
        torch.set_num_threads(threads)
    found = out.reshape(days, assets, -1)[-1, :count]
    return {
        "way": "torch, unfolded per sample, forward",
        "us": 1e6 * taken / count,
        "difference": difference(found, expected[:, -1].numpy()),
    }


def run(assets: int = 1000, days: int = 250) -> list[dict[str, Any]]:
    """Time every way on one market.

    Returns:
        A record for each way: ``way``, ``us`` (CPU-µs per asset and day), ``ratio`` to
        our warm buffer, and for the peers the largest ``difference`` from it.
    """
    inputs = make_inputs(assets, days)
    records, out = run_ours(inputs)
    records += [run_pandas(inputs, out), run_unfolded(inputs, out)]
    return [{**record, "ratio": record["us"] / records[0]["us"]} for record in records]


def markdown(records: list[dict[str, Any]], assets: int, days: int) -> str:
    lines = [
        f"{len(COLUMNS)} features × {len(WINDOWS)} windows, {assets} assets × {days} days",
        "",
        "| way | CPU-µs per asset and day | ratio | largest relative difference |",
        "|---|---:|---:|---:|",
    ]
    for record in records:
        gap = f"{record['difference']:.0e}" if "difference" in record else ""
        lines.append(f"| {record['way']} | {record['us']:.2f} | {record['ratio']:.2f} | {gap} |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--assets", type=int, default=1000)
    parser.add_argument("--days", type=int, default=250)
    arguments = parser.parse_args()
    print(markdown(run(arguments.assets, arguments.days), arguments.assets, arguments.days))
