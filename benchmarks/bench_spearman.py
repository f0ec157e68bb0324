"""Spearman matrix of the 208 generated features, and the selection that it is for.

Beside ``scipy.stats.spearmanr`` and beside its two steps done by hand, ``rankdata`` and NumPy's
``corrcoef``. Columns share factors and have fat tails; every eighth one is rounded to ties.
CPU seconds on one thread, best of several runs for ours, memory of results touched afresh;
compile time stands apart.

Run: ``python benchmarks/bench_spearman.py [rows …]``, by default 20,000 and 200,000.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata, spearmanr
from threadpoolctl import threadpool_limits

from deep_alpha.kernels.spearman import spearman_matrix
from deep_alpha.models.alphanet.spearman_dropout import keep_features

COLUMNS, FACTORS, REPEATS = 208, 64, 5


def simulated_features(rows: int) -> NDArray[np.float32]:
    random = np.random.default_rng(0)
    factors = random.standard_normal((rows, FACTORS), dtype=np.float32)
    features = random.standard_normal((rows, COLUMNS), dtype=np.float32)
    features *= 0.4
    features += factors[:, np.arange(COLUMNS) % FACTORS]
    features **= 3
    features[:, ::8] = features[:, ::8].round(1)
    return features


def ranks_and_corrcoef(features: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.corrcoef(rankdata(features, axis=0), rowvar=False)


def cpu_seconds(job: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """Best of several runs, and the last result."""
    best, result = np.inf, None
    for _ in range(runs):
        start = time.process_time()
        result = job()
        best = min(best, time.process_time() - start)
    return best, result


def run(rows: int) -> list[str]:
    """Lines of a table: way, rows, CPU seconds, times slower than ours, largest difference."""
    features = simulated_features(rows)
    own, found = cpu_seconds(lambda: spearman_matrix(features), REPEATS)
    ways: dict[str, tuple[float, NDArray[np.float64]]] = {
        "deep_alpha": (own, found),
        "scipy rankdata, numpy corrcoef": cpu_seconds(lambda: ranks_and_corrcoef(features), 1),
        "scipy spearmanr": cpu_seconds(lambda: spearmanr(features).statistic, 1),
    }
    expected = ways["scipy spearmanr"][1]
    lines = [
        f"| {name} | {rows} | {seconds:.3f} | {seconds / own:.1f} "
        f"| {np.abs(matrix - expected).max():.0e} |"
        for name, (seconds, matrix) in ways.items()
    ]
    selecting, chosen = cpu_seconds(lambda: keep_features(features), 2)
    kept = f"deep_alpha keep_features ({len(chosen.kept)} kept)"
    return [*lines, f"| {kept} | {rows} | {selecting:.3f} | {selecting / own:.1f} | |"]


def main(sizes: list[int]) -> None:
    start = time.perf_counter()
    spearman_matrix(np.eye(3, COLUMNS, dtype=np.float32))
    print(f"compiling or loading: {time.perf_counter() - start:.2f} s\n")
    print("| way | rows | CPU seconds | times slower | largest difference from scipy |")
    print("|---|---|---|---|---|")
    for rows in sizes:
        print("\n".join(run(rows)), flush=True)


if __name__ == "__main__":
    with threadpool_limits(1):
        main([int(rows) for rows in sys.argv[1:]] or [20_000, 200_000])
