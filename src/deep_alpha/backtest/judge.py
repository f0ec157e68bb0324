"""Judge one signal's portfolios: both ends, everyone, costs, and the naive version beside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.backtest.cost_cases import FREE, CostCase
from deep_alpha.backtest.ends import hold_ends
from deep_alpha.backtest.held_legs import HeldLegs
from deep_alpha.backtest.leg_market import LegMarket
from deep_alpha.backtest.naive import naive_overlap
from deep_alpha.backtest.performance import performance
from deep_alpha.evaluation.records import records_of
from deep_alpha.evaluation.settings import EvaluationSettings

LEGS = ("top", "bottom", "long_short", "universe")


@dataclass(frozen=True)
class PortfolioJudgement:
    """A signal's daily portfolio returns and the records drawn from them.

    Args:
        daily: Indexed by date; columns top, bottom, long_short, universe (gross), the
            same net of each cost as ``top_net_10`` …, and ``naive_top`` … (the paper's
            overlapping compounding, for comparison only; it ends with the scores).
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
    *,
    delisting_days: int,
    paper: str = "all",
) -> PortfolioJudgement:
    """Top-k, bottom-k and long-short in h overlapping tranches entered at t + 1 open.

    Orders that suspension or a limit at the open stops are not filled (SPEC 1.5-E5, 2.8). The
    days end when the last names have been held for their h days.

    Args:
        name: The signal's name, the tables' row.
        scores: Date × asset scores on test dates.
        panel: The market panel.
        horizon: Holding period in market days.
        settings: k and costs.
        delisting_days: See :meth:`LegMarket.of_panel`.
        paper: Which paper's table the records belong to.

    Returns:
        Daily returns and their records. ``turnover`` is one-sided, mean of a day; ``unfilled``
        counts the orders of all days that the exchange stopped, ``unsold`` the sales among
        them, the same for every cost.

    Raises:
        ConfigurationError: There are too few days to hold names for ``horizon`` days.
        PanelError: The panel does not have a date or an asset of the scores.
    """
    market = LegMarket.of_panel(
        panel, scores, price="open", delisting_days=delisting_days, days_after=horizon + 1
    )
    wide = scores.reindex(index=market.dates, columns=market.assets)
    held = hold_ends(wide, market, k=settings.top_k, horizon=horizon)
    close = panel["close"].sel(date=market.dates).to_numpy()
    naive = naive_overlap(
        wide,
        pd.DataFrame(close, market.dates, market.assets),
        k=settings.top_k,
        horizon=horizon,
    ).loc[: scores.index[-1]]
    versions = {"gross": _daily_returns(held, FREE)}
    for cost in settings.costs_bps:
        case = CostCase(name=f"{cost:g} bp", buy=cost / 1e4, sell=cost / 1e4)
        versions[f"net {cost:g} bp"] = _daily_returns(held, case)
    daily = versions["gross"].copy()
    for cost in settings.costs_bps:
        for leg in LEGS:
            daily[f"{leg}_net_{cost:g}"] = versions[f"net {cost:g} bp"][leg]
    for leg in ("top", "bottom", "long_short"):
        daily[f"naive_{leg}"] = naive[leg].reindex(daily.index)

    paths = held.paths
    turnover = _with_long_short(held, (paths.bought + paths.sold).mean(axis=0) / 2)
    unsold = _with_long_short(held, paths.unsold.sum(axis=0)).sum()
    unfilled = unsold + _with_long_short(held, paths.unbought.sum(axis=0)).sum()
    # The first h days ramp up from cash: they belong to the curve, not to the statistics.
    settled = held.dates[horizon:]
    records: list[dict[str, Any]] = []
    for leg in LEGS:
        for basis, returns in versions.items():
            figures = _figures(returns.loc[settled, leg], turnover.loc[settled, leg], settings)
            figures["unfilled"] = float(unfilled[leg])
            figures["unsold"] = float(unsold[leg])
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


def _daily_returns(held: HeldLegs, cost: CostCase) -> pd.DataFrame:
    """Mean of the offsets' one-day returns by leg: what h overlapping tranches earn."""
    table = pd.DataFrame(held.returns(cost).mean(axis=0).T, held.dates, pd.Index(held.legs))
    gross = held.returns().mean(axis=0)[held.legs.index("bottom")]
    # The short leg pays its costs on top of the return that it gives away.
    table["long_short"] = table["top"] - (2 * gross - table["bottom"])
    return table[list(LEGS)]


def _with_long_short(held: HeldLegs, values: NDArray[Any]) -> pd.DataFrame:
    """Trading of each leg by day, of shape (leg, T); long-short trades both ends."""
    table = pd.DataFrame(values.T, held.dates, pd.Index(held.legs))
    return table.assign(long_short=table["top"] + table["bottom"])


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
