"""The exchange's trading days and the calendar events on them.

The holidays are stylised but rule-based, so that any start works: New Year's day, the first
full week of February (spring festival), 4-5 April, 1-3 May and 1-7 October. That leaves
about 245 trading days a year.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from deep_alpha.market.simulation.arrays import BoolArray, DateArray, IntArray

TRADING_DAYS_PER_YEAR = 244


def trading_days(start: date, count: int) -> DateArray:
    """The first ``count`` trading days on or after ``start``, as ``datetime64[D]``."""
    first = np.datetime64(start, "D")
    span = int(count * 1.6) + 40
    days = np.arange(first, first + np.timedelta64(span, "D"), dtype="datetime64[D]")
    return days[_is_open(days)][:count]


def _is_open(days: DateArray) -> BoolArray:
    month, day_of_month = _month_and_day(days)
    # 1970-01-01 was a Thursday, so Monday is 0 here
    weekday = (days.astype("int64") + 3) % 7
    monday = day_of_month - weekday
    spring = (month == 2) & (monday >= 1) & (monday <= 7)
    fixed = (
        ((month == 1) & (day_of_month == 1))
        | ((month == 4) & (day_of_month >= 4) & (day_of_month <= 5))
        | ((month == 5) & (day_of_month <= 3))
        | ((month == 10) & (day_of_month <= 7))
    )
    open_days: BoolArray = (weekday < 5) & ~spring & ~fixed
    return open_days


def _month_and_day(days: DateArray) -> tuple[IntArray, IntArray]:
    months = days.astype("datetime64[M]")
    month = months.astype("int64") % 12 + 1
    day = (days - months.astype("datetime64[D]")).astype("int64") + 1
    return month, day


def last_of_period(days: DateArray, unit: str) -> IntArray:
    """Positions of the days that close a week (``W``) or a month (``M``).

    The last simulated day counts only if the next trading day lies in another period, so a
    longer simulation has the same positions.
    """
    following = trading_days(days[-1].astype("O"), 2)[-1:]
    extended = np.concatenate([days, following])
    if unit == "W":
        # datetime64[W] starts on Thursdays: count Mondays instead
        period = (extended.astype("int64") + 3) // 7
    else:
        period = extended.astype(f"datetime64[{unit}]").astype("int64")
    return np.flatnonzero(np.diff(period) > 0)


def half_yearly_reviews(days: DateArray) -> IntArray:
    """Positions of the first trading days on or after 15 June and 15 December."""
    years = np.unique(days.astype("datetime64[Y]"))
    reviews = [
        year.astype("datetime64[M]") + np.timedelta64(month, "M")
        for year in years
        for month in (5, 11)
    ]
    dates = np.array(reviews, dtype="datetime64[M]").astype("datetime64[D]") + 14
    inside = dates[(dates > days[0]) & (dates <= days[-1])]
    positions: IntArray = np.searchsorted(days, inside).astype("int64")
    return positions
