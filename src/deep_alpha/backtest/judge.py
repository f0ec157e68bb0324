"""Judge one signal's portfolios: tranches, costs, and the naive version beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.backtest.performance import performance
from deep_alpha.backtest.tranches import naive_overlap, tranche_backtest
from deep_alpha.evaluation.records import records_of
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.market.universe import buyable

LEGS = ("top", "bottom", "long_short", "universe")


@dataclass(frozen=True)
class PortfolioJudgement:
    """A signal's daily portfolio returns and the records drawn from them.

    Args:
        daily: Indexed by date; columns top, bottom, long_short, universe (gross), the
            same net of each cost as ``top_net_10`` …, and ``naive_top`` … (the paper's
            overlapping compounding, for comparison only; it ends h days earlier).
        records: Metric records of table ``portfolio``.
    """

    daily: pd.DataFrame
    records: list[dict[str, Any]]


def judge_portfolios(
    name: str,
    scores: pd.DataFrame,
    panel: xr.Dataset,
    horizon: int,
    settings: EvaluationSettings,
    paper: str = "all",
) -> PortfolioJudgement:
    """Top-k, bottom-k and long-short in h overlapping tranches entered at t + 1 open.

    Args:
        name: The signal's name, the tables' row.
        scores: Date × asset scores on test dates.
        panel: The market panel.
        horizon: Holding period in market days.
        settings: k and costs.
        paper: Which paper's table the records belong to.

    Returns:
        Daily returns and their records.
    """
    dates = pd.DatetimeIndex(panel["date"].to_numpy())
    assets = pd.Index(panel["asset"].to_numpy().astype(str))
    first, last = (int(dates.searchsorted(scores.index[edge])) for edge in (0, -1))
    span = slice(first, min(last + horizon + 2, len(dates)))
    wide = scores.reindex(index=dates[span], columns=assets)

    def frame(field: str) -> pd.DataFrame:
        return pd.DataFrame(panel[field].to_numpy()[span], dates[span], assets)

    close = frame("close")
    can_buy = pd.DataFrame(buyable(panel, "open").to_numpy()[span], dates[span], assets)
    result = tranche_backtest(
        wide,
        frame("open"),
        close,
        can_buy,
        k=settings.top_k,
        horizon=horizon,
        costs_bps=settings.costs_bps,
    )
    naive = naive_overlap(wide, close, k=settings.top_k, horizon=horizon)
    daily = result.gross.loc[:, list(LEGS)].copy()
    for cost, table in result.net.items():
        for leg in LEGS:
            daily[f"{leg}_net_{cost:g}"] = table[leg]
    for leg in ("top", "bottom", "long_short"):
        daily[f"naive_{leg}"] = naive[leg].reindex(daily.index)

    # The first h days ramp up from cash: they belong to the curve, not to the statistics.
    settled = result.gross.index[horizon:]
    records: list[dict[str, Any]] = []
    for leg in LEGS:
        versions: list[tuple[str, pd.Series]] = [("gross", result.gross[leg])]
        versions += [(f"net {cost:g} bp", table[leg]) for cost, table in result.net.items()]
        turnover = result.turnover[leg].loc[settled]
        for basis, returns in versions:
            figures = _figures(returns.loc[settled], turnover, settings)
            figures["unfilled"] = float(result.unfilled[leg].sum())
            records += records_of(
                figures,
                paper=paper,
                table="portfolio",
                row=name,
                horizon=horizon,
                basis=f"{leg} / {basis}",
                n=len(settled),
            )
    for leg in ("top", "bottom", "long_short"):
        known = naive[leg].dropna()
        if len(known):
            records += records_of(
                _figures(known, None, settings),
                paper=paper,
                table="portfolio",
                row=name,
                horizon=horizon,
                basis=f"{leg} / naive",
                n=len(known),
            )
    return PortfolioJudgement(daily, records)


def _figures(
    returns: pd.Series, turnover: pd.Series | None, settings: EvaluationSettings
) -> dict[str, float]:
    result = performance(returns, turnover=turnover, ann_days=settings.annual_days)
    return {
        "annual_return": result.annual_return,
        "annual_return_arithmetic": result.annual_return_arithmetic,
        "volatility": result.annual_volatility,
        "sharpe": result.sharpe,
        "max_drawdown": result.max_drawdown,
        "turnover": result.turnover_one_sided if turnover is not None else np.nan,
    }
