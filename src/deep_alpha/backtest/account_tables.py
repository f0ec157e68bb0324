"""Tables of an account: figures of its periods, curves, the split a year, refused orders."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from deep_alpha.backtest.attribution import Attribution
from deep_alpha.backtest.held_account import HeldAccount, daily_costs
from deep_alpha.backtest.performance import performance
from deep_alpha.backtest.simulation_record import Simulation

WHOLE = "all"


def periods_of(dates: pd.DatetimeIndex) -> Iterator[tuple[str, pd.DatetimeIndex]]:
    """All dates, named ``all``, then those of each half-year, named as in ``2019H1``."""
    yield WHOLE, dates
    halves = pd.Series([f"{day.year}H{1 + (day.month > 6)}" for day in dates], dates)
    for name in halves.unique():
        yield str(name), pd.DatetimeIndex(dates[halves == name])


def account_figures(
    simulation: Simulation, dates: pd.DatetimeIndex, annual_days: int
) -> dict[str, float]:
    """An account in a few figures over some of its days, net of costs.

    Args:
        simulation: The account.
        dates: Days with a return, in order; not the first of the account.
        annual_days: Trading days of a year.

    Returns:
        annual_return (geometric), volatility, sharpe, max_drawdown, turnover (one-sided,
        mean of a day), costs_annual (a fraction of the day's start, times the year's days).
    """
    figures = performance(
        simulation.returns.loc[dates],
        turnover=simulation.turnover.loc[dates],
        ann_days=annual_days,
    )
    return {
        "annual_return": figures.annual_return,
        "volatility": figures.annual_volatility,
        "sharpe": figures.sharpe,
        "max_drawdown": figures.max_drawdown,
        "turnover": figures.turnover_one_sided,
        "costs_annual": float(daily_costs(simulation).loc[dates].mean()) * annual_days,
    }


def growth_table(returns: pd.DataFrame) -> pd.DataFrame:
    """Value of 1 in each of some daily returns, date × name, as long rows date, part, value."""
    return long_table((1.0 + returns).cumprod(), "part")


def long_table(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Dates × names as one row each: date, ``column``, value."""
    return table.rename_axis("date").reset_index().melt("date", var_name=column)


def split_tables(split: Attribution, annual_days: int) -> dict[str, pd.DataFrame]:
    """The split of an excess return, a year.

    Args:
        split: The daily parts.
        annual_days: Trading days of a year.

    Returns:
        ``attribution``: part, annual, volatility, t, share, in the order of the parts, whose
        sum is the excess; ``style_parts``: the same by style.
    """
    table = split.summary(annual_days).rename_axis("part").reset_index()
    table = table.rename(columns={"contribution": "annual"})
    parts, styles = (table[table["within"] == within] for within in ("", "style"))
    return {
        "attribution": parts[parts["part"] != "excess"].drop(columns="within"),
        "style_parts": styles.assign(style=styles["part"].str.removeprefix("style: ")).drop(
            columns=["within", "part"]
        ),
    }


def unfilled_table(simulation: Simulation) -> pd.DataFrame:
    """Orders that were not filled, or not in full, by reason.

    Args:
        simulation: The account. An order that stays open counts on each day it is tried.

    Returns:
        reason, orders (their number), value_share: what is missing in them as a share of the
        value of all orders, that is of what traded (at the values of the day before) and
        what is missing.
    """
    orders = simulation.orders
    if not len(orders):
        return pd.DataFrame(columns=["reason", "orders", "value_share"])
    missing = (orders["wanted"] - orders["filled"]).groupby(orders["reason"], observed=True)
    traded = float((2.0 * simulation.turnover * simulation.nav.shift(1)).sum())
    shares = missing.sum() / (traded + float(missing.sum().sum()))
    table = pd.DataFrame({"orders": missing.size(), "value_share": shares})
    return table.rename_axis("reason").reset_index()


def names_held(account: HeldAccount) -> pd.Series:
    """Number of names in the account at the close of each day that has a return."""
    weights = account.simulation.weights
    if weights is None:
        raise ValueError("the number of names needs the weights of every day")
    count: pd.Series = (weights.loc[account.dates] > 0).sum(axis=1)
    return count
