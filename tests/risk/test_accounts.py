"""What is known of an asset's accounts after each announcement, by hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from deep_alpha.risk.accounts import AccountRecords, account_records, trend, trend_of_growth
from deep_alpha.risk.point_in_time import announcements
from deep_alpha.risk.settings import RiskSettings

DATES = pd.bdate_range("2013-01-01", "2022-12-30").to_numpy()
ASSETS = np.array(["A", "B"], dtype=object)


def records(
    *reports: Mapping[str, object],
    factor: Mapping[str, float] | None = None,
) -> AccountRecords:
    """Records of reports (asset A unless named), by asset, announcement and period.

    Args:
        *reports: Cells; ``announced`` and ``period_end`` as texts.
        factor: adj_factor by day of announcement, where it is not 1.
    """
    frame = pd.DataFrame([{"asset": "A"} | dict(report) for report in reports])
    frame = frame.astype({"announced": "datetime64[s]", "period_end": "datetime64[s]"})
    rows = announcements(frame, "announced", DATES, ASSETS, "period_end")
    factors = np.array([(factor or {}).get(str(day), 1.0) for day in rows.day])
    return account_records(rows, factors, RiskSettings())


def quarters() -> list[dict[str, object]]:
    """2018's and 2019's reports of net profit; the year so far, as in the table."""
    return [
        {"period_end": "2018-03-31", "announced": "2018-04-20", "net_profit": 1.0},
        {"period_end": "2018-06-30", "announced": "2018-08-20", "net_profit": 3.0},
        {"period_end": "2018-09-30", "announced": "2018-10-20", "net_profit": 6.0},
        {"period_end": "2018-12-31", "announced": "2019-04-10", "net_profit": 10.0},
        {"period_end": "2019-03-31", "announced": "2019-04-20", "net_profit": 5.0},
    ]


def annual(year: int, **cells: float) -> dict[str, object]:
    return {"period_end": f"{year}-12-31", "announced": f"{year + 1}-04-01", **cells}


def test_the_trailing_year_is_the_last_year_and_this_one_less_the_same_part_of_the_last() -> None:
    found = records(*quarters()).numbers["trailing_profit"]
    # 2019-03: 10 + 5 − 1; before the first annual report there is no year
    assert_array_equal(found, [np.nan, np.nan, np.nan, 10.0, 14.0])


def test_operating_cash_trails_the_same_way() -> None:
    reports = [report | {"operating_cash_to_net_profit": 2.0} for report in quarters()]
    reports[3]["operating_cash_to_net_profit"] = -1.0
    assert_array_equal(records(*reports).numbers["trailing_cash"][3:], [-10.0, -10.0 + 10.0 - 2.0])


@pytest.mark.parametrize("missing", [0, 3, 4])
def test_the_trailing_year_is_unknown_without_one_of_its_pieces(missing: int) -> None:
    reports = quarters()
    reports[missing]["net_profit"] = np.nan
    assert np.isnan(records(*reports).numbers["trailing_profit"][-1])


@pytest.mark.parametrize("missing", [0, 3])
def test_the_trailing_year_is_unknown_without_one_of_its_reports(missing: int) -> None:
    reports = quarters()
    del reports[missing]
    assert np.isnan(records(*reports).numbers["trailing_profit"][-1])


def test_a_piece_that_comes_late_enters_from_its_announcement_on() -> None:
    reports = quarters()
    reports[0]["announced"] = "2019-06-03"  # the first quarter of 2018, after that of 2019
    found = records(*reports)
    assert_array_equal(found.numbers["trailing_profit"][-2:], [np.nan, 14.0])
    # the current report is still that of 2019-03 and ages from its own announcement
    assert found.since[-2:].astype(str).tolist() == ["2019-04-20", "2019-04-20"]


def test_a_report_of_an_older_period_does_not_replace_a_newer_one() -> None:
    found = records(
        {"period_end": "2019-03-31", "announced": "2019-04-20", "debt_to_assets": 0.5},
        {"period_end": "2018-12-31", "announced": "2019-04-25", "debt_to_assets": 0.9},
    )
    assert found.numbers["debt_to_assets"].tolist() == [0.5, 0.5]


def test_of_two_reports_of_one_day_the_later_period_is_current() -> None:
    found = records(
        {"period_end": "2019-03-31", "announced": "2019-04-20", "debt_to_assets": 0.5},
        {"period_end": "2018-12-31", "announced": "2019-04-20", "debt_to_assets": 0.9},
    )
    assert found.numbers["debt_to_assets"][-1] == 0.5


def test_a_restatement_replaces_what_it_says_and_starts_anew() -> None:
    found = records(
        annual(2018, debt_to_assets=0.5, eps_yoy=0.1),
        annual(2018, debt_to_assets=0.6) | {"announced": "2019-05-06"},
    )
    assert found.numbers["debt_to_assets"].tolist() == [0.5, 0.6]
    assert found.numbers["eps_yoy"].tolist() == [0.1, 0.1]  # an empty cell says nothing
    assert found.since.astype(str).tolist() == ["2019-04-01", "2019-05-06"]


def test_products_are_taken_within_one_report() -> None:
    """A restated profit must not meet the return on equity of the report before."""
    found = records(
        annual(2018, net_profit=8.0, roe=0.1, eps_ttm=2.0, total_shares=3.0),
        annual(2018, net_profit=16.0, total_shares=6.0) | {"announced": "2019-05-06"},
    )
    assert_allclose(found.numbers["book"], [80.0, 80.0])
    assert found.numbers["earnings"].tolist() == [6.0, 6.0]
    assert found.numbers["trailing_profit"].tolist() == [8.0, 16.0]


@pytest.mark.parametrize(("roe", "book"), [(0.01, 800.0), (-0.02, -400.0), (0.009, np.nan)])
def test_book_needs_a_return_on_equity_that_is_no_rounding(roe: float, book: float) -> None:
    assert_allclose(records(annual(2018, net_profit=8.0, roe=roe)).numbers["book"], [book])


def test_growth_is_the_slope_a_year_over_the_mean_size() -> None:
    years = [annual(2014 + k, revenue=10.0 + 2 * k, total_shares=2.0) for k in range(5)]
    # 5, 6, 7, 8, 9 a share: slope 1, means 6 of three years, 6.5 of four, 7 of five
    found = records(*years).numbers["sales_trend"]
    assert_allclose(found, [np.nan, np.nan, 1 / 6, 1 / 6.5, 1 / 7])


def test_growth_sees_five_years_and_bridges_one_that_is_missing() -> None:
    sales = {2013: 99.0, 2015: 10.0, 2017: 20.0, 2018: 25.0, 2019: 30.0}
    years = [annual(year, revenue=value, total_shares=1.0) for year, value in sales.items()]
    # 2013 lies before the five years 2015 … 2019, of which 2016 is missing
    assert_allclose(records(*years).numbers["sales_trend"][-1], 5.0 / 21.25)


def test_growth_of_loss_makers_has_the_sign_of_the_change() -> None:
    years = [annual(2014 + k, net_profit=-3.0 + k, total_shares=1.0) for k in range(3)]
    assert_allclose(records(*years).numbers["earnings_trend"][-1], 1 / 2)
    falling = [annual(2014 + k, net_profit=-3.0 - k, total_shares=1.0) for k in range(3)]
    assert_allclose(records(*falling).numbers["earnings_trend"][-1], -1 / 4)


def test_a_split_is_no_shrinkage() -> None:
    """Shares double, and adj_factor with them: sales a share stay where they were."""
    years = [annual(2014 + k, revenue=12.0, total_shares=2.0 if k < 2 else 4.0) for k in range(3)]
    raw = records(*years).numbers["sales_trend"][-1]
    adjusted = records(*years, factor={"2017-04-01": 2.0}).numbers["sales_trend"][-1]
    assert raw < -0.2
    assert adjusted == 0.0


def test_a_restated_year_changes_growth_from_then_on_only() -> None:
    years = [annual(2014 + k, revenue=10.0 + k, total_shares=1.0) for k in range(3)]
    restated = annual(2014, revenue=4.0, total_shares=1.0) | {"announced": "2017-09-01"}
    found = records(*years, restated).numbers["sales_trend"]
    assert_allclose(found[-2:], [1 / 11, 4 / 9])  # then of 4, 11, 12


def test_assets_are_kept_apart() -> None:
    other = [report | {"asset": "B", "net_profit": 100.0} for report in quarters()[-1:]]
    found = records(*quarters(), *other).numbers["trailing_profit"]
    assert_array_equal(found[-2:], [14.0, np.nan])


def test_columns_may_be_missing() -> None:
    found = records({"period_end": "2018-12-31", "announced": "2019-04-10"})
    assert all(np.isnan(numbers).all() for numbers in found.numbers.values())


def test_no_rows_give_no_records() -> None:
    rows = announcements(
        pd.DataFrame({"asset": ["C"], "announced": DATES[:1], "period_end": DATES[:1]}),
        "announced",
        DATES,
        ASSETS,
        "period_end",
    )
    found = account_records(rows, np.empty(0), RiskSettings())
    assert all(numbers.shape == (0,) for numbers in found.numbers.values())


@pytest.mark.parametrize("values", [[1.0, 2.0], [0.0, 0.0, 0.0], []])
def test_a_trend_needs_values_and_a_size(values: list[float]) -> None:
    assert np.isnan(trend(values, minimum=3))


@settings(deadline=None)
@given(st.lists(st.one_of(st.just(np.nan), st.floats(-1e3, 1e3)), min_size=3, max_size=6))
def test_a_trend_is_a_least_squares_fit(values: list[float]) -> None:
    array = np.array(values)
    known = ~np.isnan(array)
    assume(known.sum() >= 3)
    assume(np.abs(array[known]).mean() > 0.1)
    slope = np.polyfit(np.flatnonzero(known), array[known], 1)[0]
    expected = slope / np.abs(array[known]).mean()
    assert_allclose(trend(values, minimum=3), expected, rtol=1e-6, atol=1e-6)


def test_a_company_between_profit_and_loss_has_no_exploding_trend() -> None:
    """Over the size of the mean this would be a growth of 10 000 % a year."""
    assert_allclose(trend([-1.0, 0.01, 1.02], minimum=3), 1.01 / (2.03 / 3))


@pytest.mark.parametrize("growth", [-5.0, -1.0, -0.4, 0.0, 0.3, 40.0])
def test_growth_over_one_year_is_the_trend_of_two(growth: float) -> None:
    assert_allclose(
        trend_of_growth(np.array([growth])), trend([1.0, 1.0 + growth], minimum=2), atol=1e-12
    )
