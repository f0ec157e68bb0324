"""The whole judgement of one signal in CPU time, and its shared steps against alphalens.

Run ``python benchmarks/bench_evaluation.py``. No value is missing in the simulated market,
so that both rank the same names on every day; each step's results are compared before its
time is printed. What alphalens calls its clean factor data is prepared outside the clock.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.evaluation import joint_names, rank_ic
from deep_alpha.evaluation.decay import ic_decay
from deep_alpha.evaluation.events import event_study
from deep_alpha.evaluation.factor_returns import alpha_beta, factor_returns
from deep_alpha.evaluation.quantiles import quantile_returns
from deep_alpha.evaluation.slices import ic_by_group, ic_by_size, ic_by_year, monthly_ic
from deep_alpha.evaluation.stability import (
    coverage,
    hit_rate,
    label_loss,
    quantile_turnover,
    rank_autocorrelation,
    stability_table,
)
from deep_alpha.signals import wide_frame
from deep_alpha.targets import TargetSettings, forward_return

TARGET = TargetSettings(horizon=10)
QUANTILES = 10
BEFORE, AFTER = 10, 60


def run(assets: int = 3600, days: int = 600, repeats: int = 2) -> list[dict[str, Any]]:
    """Time every step, ours and alphalens' where it has one.

    Args:
        assets: Names a day.
        days: Days that are judged; the simulated market has 70 more.
        repeats: Runs of our steps; the best counts. alphalens runs once.

    Returns:
        One record for each step: CPU seconds of both, how many times slower alphalens
        is, and the largest difference; the last record is the sum of all steps.

    Raises:
        AssertionError: The two do not agree.
    """
    panel, scores = _simulate(days, assets)
    returns = wide_frame(forward_return(panel, TARGET)).loc[scores.index].astype("float64")
    theirs = _alphalens(scores, returns)
    records = []
    for name, step in _steps(panel, scores, returns).items():
        step()  # compiles
        seconds, result = _best(step, repeats)
        record: dict[str, Any] = {"step": name, "seconds": seconds}
        if name in theirs:
            record["alphalens"], expected = _best(theirs[name], 1)
            record["difference"] = float(np.abs(np.asarray(result) - np.asarray(expected)).max())
            assert record["difference"] < 1e-9, record
        records.append(record)
    shared = [record for record in records if "alphalens" in record]
    for title, part in (("all that alphalens has", shared), ("everything", records)):
        total = {"step": title, "seconds": sum(record["seconds"] for record in part)}
        if part is shared and shared:
            total["alphalens"] = sum(record["alphalens"] for record in part)
        records = [*records, total]
    return records


def markdown(records: list[dict[str, Any]]) -> str:
    """The records as a table."""
    lines = [
        "| step | CPU s | alphalens, CPU s | times slower | largest difference |",
        "|---|---|---|---|---|",
    ]
    for record in records:
        theirs = record.get("alphalens")
        cells = ["", "", ""]
        if theirs is not None:
            difference = record.get("difference")
            cells[:2] = [f"{theirs:.3f}", f"{theirs / record['seconds']:.1f}"]
            cells[2] = "" if difference is None else f"{difference:.0e}"
        lines.append(f"| {record['step']} | {record['seconds']:.3f} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _simulate(days: int, assets: int) -> tuple[xr.Dataset, pd.DataFrame]:
    """A market whose persistent scores know a little of the next day's return."""
    rng = np.random.default_rng(0)
    shape = (BEFORE + days + AFTER, assets)
    scores = rng.standard_normal(shape)
    for day in range(1, len(scores)):
        scores[day] = 0.9 * scores[day - 1] + 0.44 * scores[day]
    market = 0.01 * rng.standard_normal((len(scores), 1))
    daily = 0.02 * rng.standard_t(5, shape).clip(-10, 10) + market
    daily[1:] += 0.001 * scores[:-1]
    close = 10.0 * np.cumprod(1 + daily.clip(-0.2, 0.2), axis=0)
    cap = (close * np.exp(rng.normal(20, 1, assets))).astype(np.float32)
    dates = pd.bdate_range("2018-01-01", periods=len(scores))
    names = [f"A{i:04}" for i in range(assets)]
    fields = {"close": close, "float_cap": cap, "traded": np.ones(shape, dtype=bool)}
    panel = xr.Dataset(
        {name: (("date", "asset"), values) for name, values in fields.items()},
        coords={"date": dates, "asset": names},
    )
    judged = slice(BEFORE, BEFORE + days)
    return panel, pd.DataFrame(scores[judged], dates[judged], names)


def _steps(
    panel: xr.Dataset, scores: pd.DataFrame, returns: pd.DataFrame
) -> dict[str, Callable[[], Any]]:
    """The judgement of one signal; what is compared, is given as alphalens gives it."""
    close, traded, cap = (wide_frame(panel[name]) for name in ("close", "traded", "float_cap"))
    industry = pd.Series([f"I{i % 31}" for i in range(len(scores.columns))], scores.columns)
    horizon = TARGET.horizon
    ic, names = rank_ic(scores, returns), joint_names(scores, returns)

    def by_quantile() -> pd.DataFrame:
        return quantile_returns(scores, returns, horizon, QUANTILES).mean

    def turnover() -> pd.DataFrame:
        return quantile_turnover(scores, horizon, QUANTILES).iloc[horizon:]

    def regression() -> list[float]:
        figures = alpha_beta(factor_returns(scores, returns), horizon)
        return [figures.alpha_annual, figures.beta]

    return {
        "rank IC": lambda: rank_ic(scores, returns),
        "returns of 10 quantiles": by_quantile,
        "turnover of top and bottom": turnover,
        "rank autocorrelation": lambda: rank_autocorrelation(scores, 1).iloc[1:],
        "factor-weighted returns": lambda: factor_returns(scores, returns)["factor"],
        "the same, alpha and beta": regression,
        "returns of 5 quantiles": lambda: quantile_returns(scores, returns, horizon, 5),
        "decay, 6 windows": lambda: ic_decay(scores, panel),
        "decay, cumulative": lambda: ic_decay(scores, panel, disjoint=False),
        "IC of 31 industries": lambda: ic_by_group(scores, returns, industry, horizon),
        "IC of size bands": lambda: ic_by_size(scores, returns, cap, horizon),
        "IC of years": lambda: ic_by_year(ic, horizon, names),
        "IC of months": lambda: monthly_ic(ic),
        "stability at 3 lags": lambda: stability_table(scores, horizon),
        "coverage": lambda: coverage(scores, traded),
        "lost labels": lambda: label_loss(scores, returns, traded, TARGET),
        "hit rate": lambda: hit_rate(scores, returns),
        "event study": lambda: event_study(scores, close),
    }


def _alphalens(scores: pd.DataFrame, returns: pd.DataFrame) -> dict[str, Callable[[], Any]]:
    try:
        from alphalens import performance, utils
    except ImportError:
        return {}
    period = f"{TARGET.horizon}D"
    index = pd.MultiIndex.from_product([scores.index, scores.columns], names=["date", "asset"])
    values = {"factor": scores.to_numpy().ravel(), period: returns.to_numpy().ravel()}
    long = pd.DataFrame(values, index)[[period, "factor"]]
    quantile = utils.quantize_factor(long, quantiles=QUANTILES)
    data = long.assign(factor_quantile=quantile)

    def by_quantile() -> pd.DataFrame:
        fresh = long.assign(factor_quantile=utils.quantize_factor(long, quantiles=QUANTILES))
        mean, _ = performance.mean_return_by_quantile(fresh, by_date=True, demeaned=False)
        return mean[period].unstack("factor_quantile")

    def turnover() -> pd.DataFrame:
        legs = [
            performance.quantile_turnover(quantile, leg, TARGET.horizon) for leg in (1, QUANTILES)
        ]
        return pd.concat(legs, axis=1).iloc[TARGET.horizon :]

    def regression() -> pd.Series:
        return performance.factor_alpha_beta(data)[period]

    return {
        "rank IC": lambda: performance.factor_information_coefficient(data)[period],
        "returns of 10 quantiles": by_quantile,
        "turnover of top and bottom": turnover,
        "rank autocorrelation": lambda: performance.factor_rank_autocorrelation(data, 1).iloc[1:],
        "factor-weighted returns": lambda: performance.factor_returns(data)[period],
        "the same, alpha and beta": regression,
    }


def _best(step: Callable[[], Any], times: int) -> tuple[float, Any]:
    best, result = float("inf"), None
    for _ in range(times):
        start = time.process_time()
        result = step()
        best = min(best, time.process_time() - start)
    return best, result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, default=3600)
    parser.add_argument("--days", type=int, default=600)
    chosen = parser.parse_args()
    print(markdown(run(chosen.assets, chosen.days)))
