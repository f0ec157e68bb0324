"""What signals did in the market's worst months (SPEC 4.1, paper 000).

The counterpart of what the paper says about a single bad month: here the months are chosen
by a rule, from the market alone, and all of them are shown.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, PositiveInt

LEGS = ("top", "bottom", "long_short")
COLUMNS = ("month", "market_return", "market", "model", "rank_ic", *LEGS)


class CrashSettings(BaseModel):
    """Which months are a crash.

    Args:
        months: How many, the worst of the market.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    months: PositiveInt = 5


def worst_months(market: pd.Series, dates: pd.DatetimeIndex, count: int) -> pd.Series:
    """The calendar months in which the market lost most.

    Only whole months count: every trading day of the month is one of ``dates``. Without that,
    three tested days would stand beside months.

    Args:
        market: Daily returns of the market by date, all trading days in order; NaN = not known.
        dates: Dates that count, the tests'.
        count: How many months at most.

    Returns:
        Compounded return by month (a ``Period``), the worst first; a month with a return that
        is not known is left out.
    """
    month = pd.PeriodIndex(pd.DatetimeIndex(market.index), freq="M")
    usable = market.index.isin(dates) & market.notna().to_numpy()
    whole = pd.Series(usable, index=month).groupby(level=0).all()
    returns = _compounded(market.set_axis(month))
    worst: pd.Series = returns[whole.reindex(returns.index)].nsmallest(count)
    return worst


def crash_table(
    market: pd.Series,
    daily_ic: pd.DataFrame,
    daily_portfolios: pd.DataFrame,
    horizon: int,
    settings: CrashSettings,
    market_words: str = "",
) -> pd.DataFrame:
    """Every signal's IC and portfolios in the worst months within the tests.

    A month's IC is that of the days within it: their labels reach up to ``horizon`` days
    further. Portfolios are gross, in tranches; in the first ``horizon`` test days these still
    fill up from cash.

    Args:
        market: Daily returns of the market by date.
        daily_ic: Columns date, model, horizon, rank_ic; its dates at ``horizon`` are the
            tests'.
        daily_portfolios: Columns date, model, top, bottom, long_short: daily returns.
        horizon: The headline label horizon in days.
        settings: How many months.
        market_words: What the market is, for captions.

    Returns:
        Columns :data:`COLUMNS`: a row for each month (``YYYY-MM``, the worst first) and
        signal; returns in decimals, compounded over the month.
    """
    own = daily_ic[daily_ic["horizon"] == horizon]
    worst = worst_months(market, pd.DatetimeIndex(own["date"].unique()), settings.months)
    ic = _monthly(own, "rank_ic", "mean")
    returns = {leg: _monthly(daily_portfolios, leg, "compounded") for leg in LEGS}
    rows: list[dict[str, Any]] = []
    for month, earned in worst.items():
        for model in own["model"].unique():
            place = (model, month)
            rows.append(
                {
                    "month": str(month),
                    "market_return": earned,
                    "market": market_words,
                    "model": model,
                    "rank_ic": ic.get(place, np.nan),
                    **{leg: table.get(place, np.nan) for leg, table in returns.items()},
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _monthly(table: pd.DataFrame, column: str, how: str) -> pd.Series:
    """A daily column by model and month."""
    month = pd.PeriodIndex(pd.DatetimeIndex(table["date"]), freq="M")
    daily = pd.Series(table[column].to_numpy(), [table["model"], month])
    if how == "mean":
        return daily.groupby(level=[0, 1]).mean()
    return _compounded(daily)


def _compounded(daily: pd.Series) -> pd.Series:
    """∏(1 + r) − 1 over the rows of each label of the index."""
    levels = list(range(daily.index.nlevels))
    grown: pd.Series = (1.0 + daily).groupby(level=levels).prod(min_count=1) - 1.0
    return grown
