"""Daily rank IC of a whole market against pandas, SciPy and alphalens, in CPU time.

Run ``python benchmarks/bench_rank_ic.py``. Every way gets its input in the form it likes
best, prepared outside the clock, and must give the same IC.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from deep_alpha.evaluation import rank_ic
from deep_alpha.kernels.correlation import daily_rank_ic


def run(assets: int = 4300, days: int = 250, repeats: int = 5) -> list[dict[str, Any]]:
    """Time every way on the same simulated scores and returns.

    Args:
        assets: Names a day; one in fifty scores and returns is missing.
        days: Days timed. The slow ways repeat less often than ours.
        repeats: Runs of the fast ways; the best counts.

    Returns:
        One record for each way: name, CPU milliseconds a day, how many times slower
        than the kernel it is, and its largest difference from it.
    """
    scores, returns = _simulate(days, assets)
    # Frames may lie in memory asset by asset; the kernel wants day by day.
    arrays = np.ascontiguousarray(scores), np.ascontiguousarray(returns)
    long = _long(scores, returns)
    ways: dict[str, tuple[Callable[[], Any], int]] = {
        "deep_alpha kernel, arrays": (lambda: daily_rank_ic(*arrays), repeats),
        "deep_alpha rank_ic, frames": (lambda: rank_ic(scores, returns), repeats),
        "wide pandas, rank and corrwith": (lambda: _wide_pandas(scores, returns), 2),
        "groupby.apply, spearmanr": (lambda: _groupby(long), 1),
    }
    alphalens = _alphalens(long)
    if alphalens is not None:
        ways["alphalens, IC step"] = (alphalens, 1)
    records = []
    expected = daily_rank_ic(*arrays)  # compiles, too
    for name, (way, times) in ways.items():
        milliseconds, result = _best(way, times)
        difference = float(np.abs(np.asarray(result).ravel() - expected).max())
        records.append({"way": name, "ms_per_day": milliseconds / days, "difference": difference})
    kernel = records[0]["ms_per_day"]
    return [{**record, "times_slower": record["ms_per_day"] / kernel} for record in records]


def markdown(records: list[dict[str, Any]]) -> str:
    """The records as a table."""
    header = ["| way | CPU ms a day | times slower | largest difference |", "|---|---|---|---|"]
    rows = [
        f"| {record['way']} | {record['ms_per_day']:.4f} "
        f"| {record['times_slower']:.1f} | {record['difference']:.0e} |"
        for record in records
    ]
    return "\n".join(header + rows)


def _simulate(days: int, assets: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(0)
    scores = rng.standard_normal((days, assets))
    returns = 0.05 * scores + 0.02 * rng.standard_t(4, (days, assets))
    scores[rng.random(scores.shape) < 0.02] = np.nan
    returns[rng.random(scores.shape) < 0.02] = np.nan
    dates = pd.bdate_range("2020-01-01", periods=days)
    names = [f"A{i:04}" for i in range(assets)]
    return pd.DataFrame(scores, dates, names), pd.DataFrame(returns, dates, names)


def _long(scores: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([scores.index, scores.columns], names=["date", "asset"])
    table = pd.DataFrame({"factor": scores.to_numpy().ravel(), "5D": returns.to_numpy().ravel()})
    return table.set_axis(index).dropna()


def _wide_pandas(scores: pd.DataFrame, returns: pd.DataFrame) -> pd.Series:
    joint = scores.notna() & returns.notna()
    return scores.where(joint).rank(axis=1).corrwith(returns.where(joint).rank(axis=1), axis=1)


def _groupby(long: pd.DataFrame) -> pd.Series:
    return long.groupby(level="date").apply(lambda day: spearmanr(day["factor"], day["5D"])[0])


def _alphalens(long: pd.DataFrame) -> Callable[[], pd.DataFrame] | None:
    try:
        from alphalens.performance import factor_information_coefficient
    except ImportError:
        return None
    prepared = long.assign(factor_quantile=1)
    return lambda: factor_information_coefficient(prepared)


def _best(way: Callable[[], Any], times: int) -> tuple[float, Any]:
    best, result = float("inf"), None
    for _ in range(times):
        start = time.process_time()
        result = way()
        best = min(best, time.process_time() - start)
    return 1000 * best, result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, default=4300)
    parser.add_argument("--days", type=int, default=250)
    chosen = parser.parse_args()
    print(markdown(run(chosen.assets, chosen.days)))
