"""How often tests of a mean IC reject where nothing is: null series and null markets.

Null series are Gaussian with the autocovariance ρᵏ(1 − k/h) of the daily IC of AR(ρ) scores
on labels over h days. A second table moves the mean by three true standard errors: what is
then found. A null market draws AR(ρ) scores and returns of 500 names and ranks both.

Run: ``python benchmarks/null_inference.py [--series 5000] [--markets 300] [--horizons 5 10]
[--days 80 120 250 600]``; the bootstrap answers from 8h days on.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import toeplitz

from deep_alpha.evaluation.bootstrap import block_bootstrap
from deep_alpha.evaluation.inference import naive_t, newey_west_t, overlap_p_value
from deep_alpha.kernels.correlation import daily_rank_ic

LEVEL = 0.05
DRAWS = 499
ASSETS = 500
PERSISTENCE = {"worst case": 1.0, "AR(.98)": 0.98, "redrawn daily": 0.0}
"""ρ by kind of score; 1 is a score that never changes, so that IC correlate as labels do."""

Floats = NDArray[np.float64]


def null_series(series: int, days: int, horizon: int, persistence: float, seed: int = 0) -> Floats:
    """Gaussian null IC series of standard deviation 1, shape (series, days)."""
    covariance = _covariance(days, horizon, persistence)
    draws = np.random.default_rng(seed).standard_normal((series, days))
    # A touch on the diagonal: at ρ = 1 the spectrum has zeros.
    return draws @ np.linalg.cholesky(covariance + 1e-10 * np.eye(days)).T


def null_market(days: int, horizon: int, persistence: float, seed: int) -> Floats:
    """Daily rank IC of two worthless signals on overlapping labels, shape (2, days).

    Scores are AR(ρ); the second signal is made half of the first and half of another.
    """
    random = np.random.default_rng(seed)
    parts = random.standard_normal((2, days, ASSETS))
    fresh = np.sqrt(1 - persistence**2)
    for day in range(1, days):
        parts[:, day] = persistence * parts[:, day - 1] + fresh * parts[:, day]
    returns = random.standard_normal((days + horizon, ASSETS))
    total = np.vstack([np.zeros(ASSETS), returns]).cumsum(axis=0)
    labels = total[horizon : days + horizon] - total[:days]
    return np.array([daily_rank_ic(scores, labels) for scores in (parts[0], parts.sum(axis=0))])


def rejections(kind: str, days: int, horizon: int, count: int, series: Floats) -> dict[str, object]:
    """Share of the series (count, days) that each test calls significant at 5 %, in %."""
    found = np.array([_tests(ic, horizon) for ic in series])
    naive, plain, corrected, bootstrap = 100 * found.mean(axis=0)
    return {
        "scores": kind,
        "h": horizon,
        "T": days,
        "series": count,
        "naive t": naive,
        "plain Newey-West t": plain,
        "overlap_p_value": corrected,
        "block_bootstrap": bootstrap,
    }


def measure(
    horizons: list[int], days: list[int], series: int, shift: float = 0.0
) -> list[dict[str, object]]:
    """Null series of every kind; the mean moved by ``shift`` true standard errors."""
    rows = []
    for horizon in horizons:
        for count in days:
            for kind, persistence in PERSISTENCE.items():
                error = np.sqrt(_covariance(count, horizon, persistence).sum()) / count
                values = null_series(series, count, horizon, persistence) + shift * error
                rows.append(rejections(kind, count, horizon, series, values))
    return rows


def measure_markets(horizons: list[int], days: list[int], markets: int) -> list[dict[str, object]]:
    """Null markets: one signal of either kind, and the difference of two that share a half."""
    rows = []
    for horizon in horizons:
        for count in days:
            persistent, redrawn = (
                np.array([null_market(count, horizon, rho, seed) for seed in range(markets)])
                for rho in (PERSISTENCE["AR(.98)"], PERSISTENCE["redrawn daily"])
            )
            samples = {
                "AR(.98)": persistent[:, 0],
                "two of AR(.98), paired": persistent[:, 0] - persistent[:, 1],
                "redrawn daily": redrawn[:, 0],
            }
            for kind, ics in samples.items():
                rows.append(rejections(kind, count, horizon, markets, ics))
    return rows


def markdown(rows: list[dict[str, object]]) -> str:
    """The rows as a table, percentages with one decimal."""
    frame = pd.DataFrame(rows)
    lines = ["| " + " | ".join(frame.columns) + " |", "|---" * len(frame.columns) + "|"]
    for row in frame.itertuples(index=False, name=None):
        cells = [f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _tests(ic: Floats, horizon: int) -> tuple[bool, ...]:
    hac = newey_west_t(ic, horizon - 1)
    return (
        abs(naive_t(ic)) > 1.96,
        abs(hac) > 1.96,
        overlap_p_value(hac, len(ic), horizon) <= LEVEL,
        block_bootstrap(ic, horizon, draws=DRAWS).p_value <= LEVEL,
    )


def _covariance(days: int, horizon: int, persistence: float) -> Floats:
    lag = np.arange(days)
    return toeplitz(np.where(lag < horizon, persistence**lag * (1 - lag / horizon), 0.0))


def main() -> None:
    parser = argparse.ArgumentParser(description="Rejection rates of tests of a mean IC.")
    parser.add_argument("--series", type=int, default=5000)
    parser.add_argument("--markets", type=int, default=300)
    parser.add_argument("--horizons", type=int, nargs="+", default=[5, 10])
    parser.add_argument("--days", type=int, nargs="+", default=[80, 120, 250, 600])
    asked = parser.parse_args()
    long = [days for days in asked.days if days >= 250]
    if asked.series:
        print("\nRejections of null series at a nominal 5 %, in %:\n")
        print(markdown(measure(asked.horizons, asked.days, asked.series)))
        if long:
            print("\nFound where the mean is three true standard errors, in %:\n")
            print(markdown(measure(asked.horizons, long, asked.series, shift=3.0)))
    if asked.markets and long:
        print(f"\nRejections of null markets of {ASSETS} names at a nominal 5 %, in %:\n")
        print(markdown(measure_markets(asked.horizons, long, asked.markets)))


if __name__ == "__main__":
    main()
