"""Daily cross-sectional regression of a whole market against its peers, in CPU time.

Run ``python benchmarks/bench_cross_section.py``. Every way gets its input in the form it
likes best, prepared outside the clock. All but one estimate the same model and must agree
with ours; toraniko estimates industries first and styles on what is left, with industry
returns that sum to zero without weights: another model, timed all the same.

Ours runs on one thread. Peers use as many threads as their linear algebra takes by default,
and once more just one: on a busy machine, waiting for a thread counts as CPU time too.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import statsmodels.api as sm
from threadpoolctl import threadpool_limits

from deep_alpha.risk import fit_cross_sections

TOLERANCE = 1e-8


class Market(NamedTuple):
    """Inputs of the regression; one industry code for each name."""

    returns: np.ndarray
    exposures: np.ndarray
    industry: np.ndarray
    cap: np.ndarray


def run(
    assets: int = 4300, industries: int = 32, styles: int = 10, days: int = 250, repeats: int = 5
) -> list[dict[str, Any]]:
    """Time every way on the same simulated market.

    Args:
        assets: Names a day.
        industries: Industries.
        styles: Styles.
        days: Days of ours; the slow ways get the first few of them.
        repeats: Runs of the fast ways; the best counts.

    Returns:
        One record for each way: name, CPU milliseconds a day, how many times slower
        than ours it is, and the largest difference of its residuals from ours.
    """
    market = _simulate(assets, industries, styles, days)
    single = market._replace(exposures=market.exposures.astype(np.float32))
    transposed = np.ascontiguousarray(market.exposures.transpose(0, 2, 1)).transpose(0, 2, 1)
    few, fewest = min(days, 20), min(days, 2)
    designs = [_substituted(market, day) for day in range(few)]
    ways: dict[str, tuple[Callable[[], Any], int, int]] = {
        "deep_alpha, one thread": (lambda: _ours(market), days, repeats),
        "deep_alpha, styles before names": (
            lambda: _ours(market._replace(exposures=transposed)),
            days,
            repeats,
        ),
        "deep_alpha, float32 exposures": (lambda: _ours(single), days, repeats),
        "statsmodels WLS": (lambda: _statsmodels(market, designs), few, repeats),
        "statsmodels WLS, one thread": (
            _on_one_thread(lambda: _statsmodels(market, designs)),
            few,
            repeats,
        ),
        "numpy lstsq": (lambda: _lstsq(market, designs), few, repeats),
        "numpy lstsq, one thread": (
            _on_one_thread(lambda: _lstsq(market, designs)),
            few,
            repeats,
        ),
        "numpy normal equations, one thread": (
            _on_one_thread(lambda: _normal_equations(market, designs)),
            few,
            repeats,
        ),
    }
    toraniko = _toraniko(market, fewest)
    if toraniko is not None:
        ways["toraniko (another model)"] = (toraniko, fewest, 1)
    expected = _ours(market)  # compiles, too
    _agree(ways, expected)
    records = []
    for name, (way, count, times) in ways.items():
        milliseconds, result = _best(way, times)
        difference = float(np.abs(result - expected[: len(result)]).max())
        records.append({"way": name, "ms_per_day": milliseconds / count, "difference": difference})
    ours = records[0]["ms_per_day"]
    return [{**record, "times_slower": record["ms_per_day"] / ours} for record in records]


def markdown(records: list[dict[str, Any]]) -> str:
    """The records as a table."""
    header = [
        "| way | CPU ms a day | times slower | largest difference of residuals |",
        "|---|---|---|---|",
    ]
    rows = [
        f"| {record['way']} | {record['ms_per_day']:.3f} "
        f"| {record['times_slower']:.1f} | {record['difference']:.0e} |"
        for record in records
    ]
    return "\n".join(header + rows)


def _simulate(assets: int, industries: int, styles: int, days: int) -> Market:
    rng = np.random.default_rng(0)
    industry = rng.integers(0, industries, assets)
    exposures = rng.standard_normal((days, assets, styles))
    returns = 0.02 * rng.standard_t(4, (days, assets)) + 0.003 * exposures.sum(axis=2)
    return Market(returns, exposures, industry, np.exp(rng.normal(23.0, 1.2, (days, assets))))


def _ours(market: Market) -> np.ndarray:
    residuals: np.ndarray = fit_cross_sections(*market).residuals
    return residuals


def _substituted(market: Market, day: int) -> np.ndarray:
    """Country, all industries but the last, which the constraint replaces, and styles."""
    members = np.eye(market.industry.max() + 1)[market.industry]
    share = market.cap[day] @ members
    free = members[:, :-1] - members[:, -1:] * (share[:-1] / share[-1])
    return np.column_stack([np.ones(len(members)), free, market.exposures[day]])


def _statsmodels(market: Market, designs: list[np.ndarray]) -> np.ndarray:
    residuals = []
    for day, design in enumerate(designs):
        fit = sm.WLS(market.returns[day], design, weights=np.sqrt(market.cap[day])).fit()
        # computed when asked for; ours computes them always
        assert np.isfinite(fit.tvalues).all()
        assert fit.rsquared < 1.0
        residuals.append(fit.resid)
    return np.array(residuals)


def _lstsq(market: Market, designs: list[np.ndarray]) -> np.ndarray:
    residuals = []
    for day, design in enumerate(designs):
        root = market.cap[day] ** 0.25
        solution = np.linalg.lstsq(root[:, None] * design, root * market.returns[day], rcond=None)
        residuals.append(market.returns[day] - design @ solution[0])
    return np.array(residuals)


def _normal_equations(market: Market, designs: list[np.ndarray]) -> np.ndarray:
    residuals = []
    for day, design in enumerate(designs):
        weighted = design.T * np.sqrt(market.cap[day])
        solution = np.linalg.solve(weighted @ design, weighted @ market.returns[day])
        residuals.append(market.returns[day] - design @ solution)
    return np.array(residuals)


def _toraniko(market: Market, days: int) -> Callable[[], np.ndarray] | None:
    try:
        import polars as pl
        from toraniko.model import estimate_factor_returns
    except ImportError as missing:
        print(f"no row for toraniko: {missing}; install the extra `bench`", file=sys.stderr)
        return None
    names = [f"A{name:04}" for name in range(len(market.industry))]
    members = np.eye(market.industry.max() + 1)[market.industry]

    def frame(values: Callable[[int], np.ndarray], columns: list[str]) -> Any:
        daily = []
        for day in range(days):
            table = dict(zip(columns, values(day).T, strict=True))
            daily.append(pl.DataFrame({"date": [day] * len(names), "symbol": names, **table}))
        return pl.concat(daily)

    sectors = [f"industry_{code:02}" for code in range(members.shape[1])]
    styles = [f"style_{style:02}" for style in range(market.exposures.shape[2])]
    frames = (
        frame(lambda day: market.returns[day][:, None], ["asset_returns"]),
        frame(lambda day: market.cap[day][:, None], ["market_cap"]),
        frame(lambda _: members, sectors),
        frame(lambda day: market.exposures[day], styles),
    )

    def estimate() -> np.ndarray:
        _, residuals = estimate_factor_returns(*frames, winsor_factor=None)
        return residuals.sort("date").select(names).to_numpy()

    return estimate


def _on_one_thread(way: Callable[[], Any]) -> Callable[[], Any]:
    def alone() -> Any:
        with threadpool_limits(1):
            return way()

    return alone


def _agree(ways: dict[str, tuple[Callable[[], Any], int, int]], expected: np.ndarray) -> None:
    """Refuse to time ways that give other residuals; float32 inputs are only as exact."""
    for name, (way, _, _) in ways.items():
        if "another model" not in name and "float32" not in name:
            found = way()
            np.testing.assert_allclose(found, expected[: len(found)], atol=TOLERANCE, err_msg=name)


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
    parser.add_argument("--industries", type=int, default=32)
    parser.add_argument("--styles", type=int, default=10)
    parser.add_argument("--days", type=int, default=250)
    chosen = parser.parse_args()
    print(markdown(run(chosen.assets, chosen.industries, chosen.styles, chosen.days)))
