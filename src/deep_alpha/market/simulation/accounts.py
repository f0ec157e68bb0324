"""Quarterly company accounts and the days on which they become public."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deep_alpha.market.simulation.arrays import DateArray, FloatArray, IntArray
from deep_alpha.market.simulation.draws import Component, autoregression, generator
from deep_alpha.market.simulation.names import Names
from deep_alpha.market.simulation.settings import SimulationSettings

# six fiscal years before the start, so that five-year growth is known on day 0
_QUARTERS_BEFORE = 24
# days from the quarter's end to the last permitted announcement, by quarter of the year
_DEADLINE = np.array([30, 60, 30, 110])
_EARLIEST = 20


@dataclass(frozen=True)
class Accounts:
    """Company accounts by quarter; arrays are (quarter, asset) and in currency.

    Args:
        period_end: (quarter,) last calendar day of the quarter.
        announced: Calendar day on which the quarter becomes known.
        revenue: Revenue of the quarter.
        net_profit: Net profit of the quarter.
        equity: Book equity at the quarter's end.
        liabilities: Total liabilities at the quarter's end.
        cash_ratio: Operating cash flow over net profit.
    """

    period_end: DateArray
    announced: DateArray
    revenue: FloatArray
    net_profit: FloatArray
    equity: FloatArray
    liabilities: FloatArray
    cash_ratio: FloatArray

    def trailing_profit(self) -> FloatArray:
        """Net profit of the last four quarters; NaN in the first three."""
        return _trailing(self.net_profit)

    def trailing_revenue(self) -> FloatArray:
        """Revenue of the last four quarters; NaN in the first three."""
        return _trailing(self.revenue)


def make_accounts(settings: SimulationSettings, names: Names, days: DateArray) -> Accounts:
    """Draw the accounts of every quarter from six years before the start to the end."""
    traits = names.traits
    first = days[0].astype("datetime64[M]").astype("int64") // 3 - _QUARTERS_BEFORE
    last = days[-1].astype("datetime64[M]").astype("int64") // 3
    quarters = np.arange(first, last + 1)
    period_end = ((quarters + 1) * 3).astype("datetime64[M]").astype("datetime64[D]") - 1
    noise = generator(settings.seed, Component.FUNDAMENTALS).standard_normal(
        (len(quarters), 6, settings.n_assets)
    )
    growth = 0.02 + 0.02 * traits["growth"]
    # paths are anchored at the last quarter before the start, where they meet the first price
    anchor = _QUARTERS_BEFORE - 1

    def path(drift: FloatArray, spread: float, shocks: FloatArray) -> FloatArray:
        total = np.cumsum(drift + spread * shocks, axis=0)
        grown: FloatArray = np.exp(total - total[anchor])
        return grown

    equity = traits["book_to_price"] * traits["total_cap"] * path(0.6 * growth, 0.01, noise[:, 0])
    revenue = (
        traits["asset_turn"]
        * traits["book_to_price"]
        * traits["total_cap"]
        * path(growth, 0.04, noise[:, 1])
        / 4.0
    )
    margin = traits["margin"] + 0.03 * autoregression(noise[:, 2], 0.8)
    debt_ratio = traits["debt"] / (1.0 - traits["debt"])
    liabilities = equity * debt_ratio * np.exp(0.08 * autoregression(noise[:, 3], 0.9))
    cash_ratio = 1.1 + 0.6 * noise[:, 4]
    share = 0.5 + np.arctan(noise[:, 5]) / np.pi
    deadline = _DEADLINE[quarters % 4][:, None]
    lag = _EARLIEST + np.floor(share * (deadline - _EARLIEST + 1)).astype("int64")
    announced = period_end[:, None] + np.minimum(lag, deadline).astype("timedelta64[D]")
    # a new listing's prospectus brings its history
    announced = np.fmax(announced, names.list_date[None])
    return Accounts(
        period_end, announced, revenue, revenue * margin, equity, liabilities, cash_ratio
    )


def known_quarter(accounts: Accounts, days: DateArray) -> IntArray:
    """Position of the latest quarter announced by each day, (date, asset)."""
    n_quarters, n = accounts.announced.shape
    # three quarters are needed before a trailing year exists
    known = np.full((len(days), n), 3, dtype=np.int64)
    effective = np.searchsorted(days, accounts.announced.ravel()).reshape(n_quarters, n)
    for quarter in range(n_quarters):
        inside = np.flatnonzero(effective[quarter] < len(days))
        at = (effective[quarter, inside], inside)
        known[at] = np.maximum(known[at], quarter)
    return np.maximum.accumulate(known, axis=0)


def _trailing(flow: FloatArray) -> FloatArray:
    total = np.full_like(flow, np.nan)
    total[3:] = flow[3:] + flow[2:-1] + flow[1:-2] + flow[:-3]
    return total
