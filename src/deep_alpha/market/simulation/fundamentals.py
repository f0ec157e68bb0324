"""The tables of quarterly accounts and of weekly valuation ratios.

Flows (``revenue``, ``net_profit``, ``roe``) accumulate from the start of the year, as in
A-share reports; ``eps_ttm`` sums four quarters. ``dividend_yield_ttm`` is in per cent and
``pe_ttm`` is empty for loss makers, again as the vendors of A-share data have it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from deep_alpha.market.simulation.accounts import Accounts
from deep_alpha.market.simulation.arrays import (
    BoolArray,
    DateArray,
    FloatArray,
    IntArray,
)
from deep_alpha.market.simulation.names import Names


def fundamentals_table(
    accounts: Accounts,
    names: Names,
    days: DateArray,
    total_shares: FloatArray,
    float_shares: FloatArray,
    present: BoolArray,
    delisting_day: IntArray,
) -> pd.DataFrame:
    """The ``fundamentals`` table; shares are (date, asset) at the close."""
    quarters = accounts.period_end.astype("datetime64[M]").astype("int64") // 3
    position = np.searchsorted(days, accounts.announced, side="right") - 1
    position = np.maximum(position, 0)
    asset_index = np.broadcast_to(np.arange(len(names.asset)), position.shape)
    shares = total_shares[position, asset_index]
    profit, revenue = (
        _year_to_date(accounts.net_profit, quarters),
        _year_to_date(accounts.revenue, quarters),
    )
    trailing = accounts.trailing_profit()
    assets = accounts.equity + accounts.liabilities
    columns = {
        "eps_ttm": trailing / shares,
        "roe": profit / accounts.equity,
        "debt_to_assets": accounts.liabilities / assets,
        "assets_to_equity": assets / accounts.equity,
        "net_income_yoy": _growth(profit),
        # shares restated for splits: earnings per share grow as the trailing profit does
        "eps_yoy": _growth(trailing),
        "equity_yoy": _growth(accounts.equity),
        "liabilities_yoy": _growth(accounts.liabilities),
        "revenue": revenue,
        "operating_cash_to_net_profit": accounts.cash_ratio,
        "net_profit": profit,
        "total_shares": shares,
        "float_shares": float_shares[position, asset_index],
    }
    published = (
        present
        & (accounts.announced <= days[-1])
        & ~np.isnan(trailing)
        & (position < delisting_day)
    ).T
    frame = pd.DataFrame(
        {
            "asset": pd.Series(
                np.broadcast_to(names.asset[:, None], published.shape)[published], dtype="str"
            ),
            "announced": accounts.announced.T[published].astype("datetime64[s]"),
            "period_end": np.broadcast_to(accounts.period_end, published.shape)[published].astype(
                "datetime64[s]"
            ),
        }
    )
    return frame.assign(**{name: values.T[published] for name, values in columns.items()})


def valuation_table(
    accounts: Accounts,
    known: IntArray,
    names: Names,
    days: DateArray,
    week_ends: IntArray,
    total_cap: FloatArray,
    dividends: FloatArray,
    traded: BoolArray,
) -> pd.DataFrame:
    """The ``valuation`` table at each week's last trading day, for the names that traded.

    ``total_cap``, ``dividends`` (cash paid over the last year, currency) and ``traded`` are
    (date, asset).
    """
    columns_index = np.arange(len(names.asset))
    quarter = known[week_ends]
    profit = accounts.trailing_profit()[quarter, columns_index]
    cap = total_cap[week_ends]
    with np.errstate(divide="ignore", invalid="ignore"):
        pe_ttm = np.where(profit > 0, cap / profit, np.nan)
        pb = cap / accounts.equity[quarter, columns_index]
        ps_ttm = cap / accounts.trailing_revenue()[quarter, columns_index]
        dividend_yield = 100.0 * dividends[week_ends] / cap
    mask = traded[week_ends].T
    return pd.DataFrame(
        {
            "asset": pd.Series(
                np.broadcast_to(names.asset[:, None], mask.shape)[mask], dtype="str"
            ),
            "date": np.broadcast_to(days[week_ends], mask.shape)[mask].astype("datetime64[s]"),
            "pe_ttm": pe_ttm.T[mask],
            "pb": pb.T[mask],
            "ps_ttm": ps_ttm.T[mask],
            "dividend_yield_ttm": dividend_yield.T[mask],
        }
    )


def _year_to_date(flow: FloatArray, quarters: IntArray) -> FloatArray:
    total = flow.copy()
    for i in range(1, len(flow)):
        if quarters[i] % 4:
            total[i] += total[i - 1]
    return total


def _growth(values: FloatArray) -> FloatArray:
    """Change on the same quarter of the year before over its absolute value."""
    change = np.full_like(values, np.nan)
    change[4:] = (values[4:] - values[:-4]) / np.abs(values[:-4])
    return change
