"""What is known of an asset's accounts after each of its announcements (SPEC 2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from deep_alpha.risk.point_in_time import Announcements, DateArray, FloatArray
from deep_alpha.risk.settings import RiskSettings

SMALLEST_ROE = 0.01
"""Below it, net profit ÷ roe is more rounding than book."""

_YEAR = 12
_NAN = float("nan")


class _Report(NamedTuple):
    """One report. Flows count from the start of the fiscal year, which ends in December."""

    profit: float
    cash: float
    earnings: float
    book: float
    debt_to_assets: float
    assets_to_equity: float
    eps_yoy: float
    sales_per_share: float
    profit_per_share: float


@dataclass(frozen=True)
class AccountRecords:
    """The state of an asset's accounts after each announcement; arrays are (row,).

    Args:
        since: Day of the current report's announcement, from which it ages.
        numbers: By name. Of the current report: ``earnings`` (eps_ttm × total_shares),
            ``book`` (net_profit ÷ roe), both in currency, ``debt_to_assets``,
            ``assets_to_equity`` and ``eps_yoy``. Of the four quarters up to it:
            ``trailing_profit`` and ``trailing_cash`` (operating), in currency. Of the annual
            reports: ``sales_trend`` and ``earnings_trend``, a year, as fractions.
    """

    since: DateArray
    numbers: Mapping[str, FloatArray]


def account_records(
    rows: Announcements, factor: FloatArray, settings: RiskSettings
) -> AccountRecords:
    """Follow each asset's announcements and note what is known after each.

    The current report is the one of the latest period. A later announcement of a period
    replaces what it says, and leaves what it is silent about; one of an older period only
    enters the trailing year and the annual histories. Periods are told apart by month, and
    fiscal years end in December.

    Args:
        rows: Rows of ``fundamentals``, by asset, announcement and period.
        factor: (row,) the asset's adj_factor as known at the announcement; makes numbers a
            share comparable across splits.
        settings: Length of the annual histories.
    """
    months = _months(rows)
    reports = _reports(rows, factor)
    since = rows.day.copy()
    found = np.full((len(reports), len(_RECORD)), np.nan)
    owner, known = -1, dict[int, _Report]()
    for row, (asset, month, report) in enumerate(
        zip(rows.asset.tolist(), months, reports, strict=True)
    ):
        if asset != owner:
            owner, known = asset, {}
        known[month] = _updated(known.get(month), report)
        current = max(known)
        if month != current:
            since[row] = since[row - 1]
        found[row] = _record(known, current, settings)
    return AccountRecords(since, dict(zip(_RECORD, found.T.copy(), strict=True)))


def trend(values: list[float], minimum: int) -> float:
    """Least-squares slope of yearly values on the year, over the mean of their sizes.

    The definition divides by the size of the mean. Both are the same for values of one
    sign; a company between profit and loss has a mean near 0, and a slope over it says
    nothing but that.

    Args:
        values: One for each year, NaN where it is missing.
        minimum: Fewest values; with fewer, or values of 0, the trend is NaN.
    """
    points = [(year, value) for year, value in enumerate(values) if value == value]
    if len(points) < max(minimum, 2):
        return _NAN
    middle = sum(year for year, _ in points) / len(points)
    size = sum(abs(value) for _, value in points) / len(points)
    if size == 0.0:
        return _NAN
    slope = sum((year - middle) * value for year, value in points)
    return slope / sum((year - middle) ** 2 for year, _ in points) / size


def trend_of_growth(growth: FloatArray) -> FloatArray:
    """The trend of two years of which the second is 1 + growth times the first.

    Args:
        growth: Over the year before, fractions.

    Returns:
        Growth over the mean size of both years, from −2 to 2: on the scale of ``trend``.
    """
    mean: FloatArray = (1.0 + np.abs(1.0 + growth)) / 2.0
    return growth / mean


_RECORD = (
    "earnings",
    "book",
    "debt_to_assets",
    "assets_to_equity",
    "eps_yoy",
    "trailing_profit",
    "trailing_cash",
    "sales_trend",
    "earnings_trend",
)


def _record(
    known: Mapping[int, _Report], current: int, settings: RiskSettings
) -> tuple[float, ...]:
    report = known[current]
    profit, cash, sales_trend, earnings_trend = _NAN, _NAN, _NAN, _NAN
    before, closed = known.get(current - _YEAR), known.get(_last_close(current - 1))
    if _ends_year(current):
        profit, cash = report.profit, report.cash
    elif before is not None and closed is not None:
        profit = closed.profit + report.profit - before.profit
        cash = closed.cash + report.cash - before.cash
    annual = [month for month in known if _ends_year(month)]
    if annual:
        first = max(annual) - _YEAR * (settings.growth_years - 1)
        history = [known.get(month) for month in range(first, max(annual) + 1, _YEAR)]
        sales = [_NAN if year is None else year.sales_per_share for year in history]
        profits = [_NAN if year is None else year.profit_per_share for year in history]
        sales_trend = trend(sales, settings.growth_min_years)
        earnings_trend = trend(profits, settings.growth_min_years)
    return (
        report.earnings,
        report.book,
        report.debt_to_assets,
        report.assets_to_equity,
        report.eps_yoy,
        profit,
        cash,
        sales_trend,
        earnings_trend,
    )


def _reports(rows: Announcements, factor: FloatArray) -> list[_Report]:
    """Each row's own numbers: products are taken within a row, so that both parts agree."""
    profit, shares, roe = (rows.numbers(name) for name in ("net_profit", "total_shares", "roe"))
    shares = np.where(shares > 0, shares, np.nan)
    columns = (
        profit,
        rows.numbers("operating_cash_to_net_profit") * profit,
        rows.numbers("eps_ttm") * shares,
        profit / np.where(np.abs(roe) >= SMALLEST_ROE, roe, np.nan),
        rows.numbers("debt_to_assets"),
        rows.numbers("assets_to_equity"),
        rows.numbers("eps_yoy"),
        rows.numbers("revenue") / shares * factor,
        profit / shares * factor,
    )
    return [_Report(*cells) for cells in np.column_stack(columns).tolist()]


def _updated(before: _Report | None, report: _Report) -> _Report:
    if before is None:
        return report
    return _Report(*(new if new == new else old for old, new in zip(before, report, strict=True)))


def _months(rows: Announcements) -> list[int]:
    """Months of the periods' ends, counted from January of year 1970."""
    if not len(rows.frame):
        return []
    ends = rows.frame["period_end"].to_numpy().astype("datetime64[M]")
    months: list[int] = ends.astype(np.int64).tolist()
    return months


def _ends_year(month: int) -> bool:
    return month % _YEAR == _YEAR - 1


def _last_close(month: int) -> int:
    """The last December up to a month."""
    return month - (month + 1) % _YEAR
