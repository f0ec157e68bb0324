"""A long-only portfolio of a signal as an account, and its figures by period."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from deep_alpha.backtest.account_tables import (
    account_figures,
    growth_table,
    names_held,
    periods_of,
    split_tables,
    unfilled_table,
)
from deep_alpha.backtest.held_account import AccountMarket, HeldAccount, hold_account
from deep_alpha.backtest.long_only import LongOnlySettings, long_only_targets, universe_weights
from deep_alpha.backtest.performance import performance
from deep_alpha.backtest.simulator import SimulatorSettings

LONG_ONLY_TABLES = ("figures", "curves", "split", "unfilled")
YARDSTICKS = ("benchmark", "equal_benchmark", "universe")


@dataclass(frozen=True, eq=False)
class LongOnlyAccount:
    """What became of a long-only portfolio.

    Args:
        held: The account; its split starts from the benchmark's names in equal weights.
        universe: Daily returns of all names scored the day before, in equal weights and
            without costs: what a choice among them is a choice from.
    """

    held: HeldAccount
    universe: pd.Series

    @property
    def returns(self) -> pd.DataFrame:
        """Daily returns: portfolio, net of costs, and :data:`YARDSTICKS`, without any.

        ``equal_benchmark`` is the benchmark's names of each day in equal weights.
        """
        held = self.held
        return pd.DataFrame(
            {
                "portfolio": held.returns,
                "benchmark": held.benchmark,
                "equal_benchmark": held.equal_benchmark,
                "universe": self.universe,
            }
        )


def run_long_only(
    scores: pd.DataFrame,
    market: AccountMarket,
    chosen: LongOnlySettings,
    simulator: SimulatorSettings,
    horizon: int,
) -> LongOnlyAccount:
    """Hold the best names of a signal at the exchange.

    Args:
        scores: Date × asset, known at the close.
        market: The market as accounts trade in it.
        chosen: Which names.
        simulator: How the account trades.
        horizon: Days that a pick is held.

    Returns:
        The account and its split, up to the last date with scores.

    Raises:
        DeepAlphaError: As of ``long_only_targets`` and ``hold_account``.
    """
    targets = long_only_targets(scores, chosen, horizon)
    last = scores.dropna(how="all").index[-1]
    held = hold_account(targets, last, market, simulator, weighting=True)
    days = market.returns.loc[targets.index[0] : last]
    known = universe_weights(scores, pd.DatetimeIndex(days.index)).shift(1)
    universe = (known * days.reindex(columns=scores.columns).fillna(0.0)).sum(axis=1)
    return LongOnlyAccount(held, universe.loc[held.dates])


def long_only_figures(account: LongOnlyAccount, annual_days: int) -> pd.DataFrame:
    """Figures by half-year and over all, the days of a ramp-up from cash among them.

    Args:
        account: The account.
        annual_days: Trading days of a year.

    Returns:
        Columns period; annual_return, volatility, sharpe, max_drawdown, turnover (one-sided,
        mean of a day), costs_annual of the account, net of costs; holdings (names) and cash
        (fraction of the value), means of the closes; excess_benchmark,
        excess_equal_benchmark and excess_universe: its annual return less theirs, all
        geometric (SPEC 2.11).
    """
    held, returns = account.held, account.returns
    names, idle = names_held(held), held.simulation.cash / held.simulation.nav
    rows = []
    for period, dates in periods_of(held.dates):
        own = account_figures(held.simulation, dates, annual_days)
        excess = {
            f"excess_{name}": own["annual_return"]
            - performance(returns.loc[dates, name], ann_days=annual_days).annual_return
            for name in YARDSTICKS
        }
        rows.append(
            {
                "period": period,
                **own,
                **excess,
                "holdings": float(names.loc[dates].mean()),
                "cash": float(idle.loc[dates].mean()),
            }
        )
    return pd.DataFrame(rows)


def long_only_tables(account: LongOnlyAccount, annual_days: int) -> dict[str, pd.DataFrame]:
    """Every table of one long-only portfolio, by name: :data:`LONG_ONLY_TABLES`.

    Args:
        account: The account.
        annual_days: Trading days of a year.

    Returns:
        ``figures`` (:func:`long_only_figures`); ``curves``: date, part (portfolio,
        yardsticks, excess over the benchmark), value of 1; ``split``: part, annual,
        volatility, t, share; ``unfilled``: reason, orders, value_share.
    """
    held = account.held
    return {
        "figures": long_only_figures(account, annual_days),
        "curves": growth_table(account.returns.assign(excess=held.excess)),
        "split": split_tables(held.attribution, annual_days)["attribution"],
        "unfilled": unfilled_table(held.simulation),
    }
