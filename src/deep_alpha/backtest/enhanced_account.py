"""An enhanced index from scores to its account: decide, then trade, measure and split."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.backtest.account_tables import (
    WHOLE,
    account_figures,
    growth_table,
    long_table,
    periods_of,
    split_tables,
    unfilled_table,
)
from deep_alpha.backtest.enhancement_path import EnhancementPath, enhancement_path
from deep_alpha.backtest.held_account import AccountMarket, HeldAccount, hold_account
from deep_alpha.backtest.performance import performance
from deep_alpha.backtest.settings import PortfolioSettings

NAME = "enhanced index"
_JUST_BEFORE = pd.Timedelta(days=15)


@dataclass(frozen=True, eq=False)
class EnhancedAccount:
    """What became of an enhanced index.

    Args:
        path: Decisions, and the limits that gave way.
        held: The account that traded them.
    """

    path: EnhancementPath
    held: HeldAccount


def run_enhanced_account(
    scores: pd.DataFrame,
    panel: xr.Dataset,
    market: AccountMarket,
    settings: PortfolioSettings,
    horizon: int,
) -> EnhancedAccount:
    """Enhance an index with a signal.

    Args:
        scores: Date × asset, known at the close.
        panel: The market panel.
        market: The same market as accounts trade in it.
        settings: Limits and account.
        horizon: Days from one decision to the next where the settings name none.

    Returns:
        Decisions, account and the split of its excess return, up to the last date with
        scores. The split starts from the benchmark's own weights.
    """
    every = settings.every or horizon
    path = enhancement_path(
        scores, market.benchmark, market.risk.exposures, panel, every, settings.enhancement
    )
    last = scores.dropna(how="all").index[-1]
    held = hold_account(path.targets, last, market, settings.simulator)
    return EnhancedAccount(path, held)


def period_table(account: EnhancedAccount, annual_days: int) -> pd.DataFrame:
    """The counterpart of paper 001's Table 5-3, by half-year and over all (001-J3).

    Args:
        account: The account.
        annual_days: Trading days of a year.

    Returns:
        Columns period, excess (of the period, compounded daily differences),
        annual_excess_sd, sharpe, max_drawdown (of the excess), holdings, turnover
        (one-sided, a rebalance), active_share.
    """
    excess, decisions = account.held.excess, account.path.decisions
    rows = []
    for period, dates in periods_of(account.held.dates):
        own = excess.loc[dates]
        figures = performance(own, ann_days=annual_days)
        inside = decisions.loc[dates[0] - _JUST_BEFORE : dates[-1]]
        rebalances = inside.iloc[1:] if period == WHOLE else inside
        rows.append(
            {
                "period": period,
                "excess": float(np.prod(1.0 + own.to_numpy()) - 1.0),
                "annual_excess_sd": figures.annual_volatility,
                "sharpe": figures.sharpe,
                "max_drawdown": figures.max_drawdown,
                "holdings": float(inside["holdings"].mean()),
                "turnover": float(rebalances["turnover_two_sided"].mean()) / 2.0,
                "active_share": float(inside["active_share"].mean()),
            }
        )
    return pd.DataFrame(rows)


def enhanced_tables(account: EnhancedAccount, annual_days: int) -> dict[str, pd.DataFrame]:
    """Every table of one enhanced index, by name.

    Args:
        account: The account.
        annual_days: Trading days of a year.

    Returns:
        ``enhancement`` (:func:`period_table`); ``enhancement_curves`` (date, part, value of
        1); ``relaxations``; ``holdings`` (date of decision, names); ``attribution`` and
        ``style_parts`` (a year); ``attribution_curves`` (date, part, sum so far);
        ``unfilled`` orders; ``simulator``, the account's figures.
    """
    held = account.held
    returns = {"portfolio": held.returns, "benchmark": held.benchmark, "excess": held.excess}
    figures = account_figures(held.simulation, held.dates, annual_days)
    return {
        "enhancement": period_table(account, annual_days),
        "enhancement_curves": growth_table(pd.DataFrame(returns)),
        "relaxations": account.path.relaxations,
        "holdings": account.path.decisions["holdings"].rename_axis("date").reset_index(),
        **split_tables(held.attribution, annual_days),
        "attribution_curves": long_table(held.attribution.daily.cumsum(), "part"),
        "unfilled": unfilled_table(held.simulation).assign(portfolio=NAME),
        "simulator": pd.DataFrame([figures]).assign(portfolio=NAME),
    }
