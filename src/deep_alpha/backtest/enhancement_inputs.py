"""What an enhanced index knows at the close of each of its decisions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.backtest.benchmark import Benchmark
from deep_alpha.backtest.enhancement import EnhancementSettings
from deep_alpha.backtest.enhancement_program import FloatArray
from deep_alpha.errors import PanelError
from deep_alpha.factors.scaling import zscore
from deep_alpha.panel import raw_price
from deep_alpha.risk.capitalisation import carried
from deep_alpha.risk.neutralise import neutralise

_PRICE_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Known:
    """Arrays are (decision, asset).

    Args:
        dates: Of the decisions.
        alpha: Scores in standard deviations of the day's scored names; NaN = no score.
        benchmark: Weights to hold the portfolio against, sum 1.
        unmatched: (decision,): weight in the benchmark of names that neither trade nor have
            exposures, so that nothing can be held in their stead; the others' weights are
            scaled up for it.
        industry: Codes of the risk model; below 0 = none.
        size: Exposure to SIZE; NaN = none.
        marked: Adjusted closes, through suspensions the last one.
        idle: Market days since the asset last traded; NaN before its first.
        can_buy: Traded, and not closed at the upper limit.
        can_sell: Traded, and not closed at the lower limit.
    """

    dates: pd.DatetimeIndex
    alpha: FloatArray
    benchmark: FloatArray
    unmatched: FloatArray
    industry: NDArray[np.integer]
    size: FloatArray
    marked: FloatArray
    idle: FloatArray
    can_buy: NDArray[np.bool_]
    can_sell: NDArray[np.bool_]


def gather(
    scores: pd.DataFrame,
    benchmark: Benchmark,
    exposures: xr.Dataset,
    panel: xr.Dataset,
    every: int,
    settings: EnhancementSettings,
) -> Known:
    """Lay everything out by decision; arguments as of ``enhancement_path``.

    Raises:
        PanelError: Dates or assets do not fit together, or a decision has no benchmark.
    """
    if every < 1:
        raise PanelError(f"enhancement: every={every} days is impossible; it must be 1 or more")
    dates = pd.DatetimeIndex(panel["date"].to_numpy())
    assets = pd.Index(panel["asset"].to_numpy().astype(str))
    decisions = pd.DatetimeIndex(scores.dropna(how="all").index[::every])
    _check_fit(decisions, scores.columns, benchmark, exposures, dates, assets)
    rows = dates.get_indexer(decisions)
    traded = panel["traded"].to_numpy()
    day = np.arange(len(dates), dtype=np.float64)[:, None]
    last = carried(np.where(traded, day, np.nan), len(dates))
    today = panel.isel(date=rows)
    close = raw_price(today, "close").to_numpy()
    with np.errstate(invalid="ignore"):
        at_upper = close >= today["limit_up_price"].to_numpy() - _PRICE_TOLERANCE
        at_lower = close <= today["limit_down_price"].to_numpy() + _PRICE_TOLERANCE
    model = exposures.sel(date=decisions)
    industry = model["industry"].transpose("date", "asset").to_numpy()
    styles = model["exposure"].transpose("date", "asset", "style")
    values = scores.reindex(index=decisions, columns=assets).to_numpy(dtype=np.float64)
    if settings.neutralise:
        cap = model["cap"].transpose("date", "asset").to_numpy()
        scored = ~np.isnan(values).all(axis=1)
        values = neutralise(values, styles.to_numpy(), industry, cap)
        lost = scored & np.isnan(values).all(axis=1)
        if lost.any():
            raise PanelError(
                f"scores of {decisions[lost.argmax()]:%Y-%m-%d} can not be neutralised: there are "
                "no more scored names than industries and styles; set "
                "portfolios.enhancement.neutralise to false"
            )
    size = styles.sel(style="SIZE").to_numpy().astype(np.float64)
    weights = benchmark.weights.loc[decisions, assets].to_numpy()
    matched = np.where(~traded[rows] & ((industry < 0) | np.isnan(size)), 0.0, weights)
    alpha = zscore(values[:, None, :], np.ones(values.shape, dtype=np.bool_))[:, 0]
    return Known(
        dates=decisions,
        alpha=alpha,
        benchmark=matched / matched.sum(axis=1, keepdims=True),
        unmatched=1.0 - matched.sum(axis=1),
        industry=industry,
        size=size,
        marked=carried(panel["close"].to_numpy(), len(dates))[rows],
        idle=rows[:, None] - last[rows],
        can_buy=traded[rows] & ~at_upper,
        can_sell=traded[rows] & ~at_lower,
    )


def _check_fit(
    decisions: pd.DatetimeIndex,
    scored: pd.Index,
    benchmark: Benchmark,
    exposures: xr.Dataset,
    dates: pd.DatetimeIndex,
    assets: pd.Index,
) -> None:
    if not len(decisions):
        raise PanelError("enhancement: no date has scores")
    calendars = {
        "panel": dates,
        "risk model": pd.DatetimeIndex(exposures["date"].to_numpy()),
        "benchmark": pd.DatetimeIndex(benchmark.weights.dropna(how="all").index),
    }
    for name, calendar in calendars.items():
        missing = decisions.difference(calendar)
        if len(missing):
            raise PanelError(f"enhancement: the {name} has no {missing[0]:%Y-%m-%d} to decide on")
    foreign = scored.difference(assets)
    if len(foreign):
        raise PanelError(f"enhancement: scored asset {foreign[0]!r} is not in the panel")
    if not np.array_equal(exposures["asset"].to_numpy().astype(str), assets.to_numpy()):
        raise PanelError("enhancement: the risk model was fitted on other assets than the panel's")
