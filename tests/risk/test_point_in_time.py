"""The point-in-time join: each row from the day it was known, until a later one or its expiry."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from deep_alpha.risk.point_in_time import (
    Announcements,
    announcements,
    current_records,
    known_at,
    look_up,
)

# Thu, Fri, (weekend), Mon … Fri, (weekend), Mon
DATES = pd.bdate_range("2020-01-02", periods=8).to_numpy().astype("datetime64[s]")
ASSETS = np.array(["A", "B"], dtype=object)


def table(*rows: tuple[str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["asset", "announced", "value"])
    return frame.assign(announced=pd.to_datetime(frame["announced"]).astype("datetime64[s]"))


def rows_of(frame: pd.DataFrame) -> Announcements:
    return announcements(frame, "announced", DATES, ASSETS)


def laid_out(frame: pd.DataFrame, lifetime: int = 400) -> np.ndarray:
    rows = rows_of(frame)
    return look_up(current_records(DATES, 2, rows, lifetime), rows.numbers("value"))


def test_a_row_counts_from_its_day_on() -> None:
    values = laid_out(table(("A", "2020-01-03", 1.0), ("A", "2020-01-08", 2.0)))
    assert_array_equal(values[:, 0], [np.nan, 1, 1, 1, 2, 2, 2, 2])
    assert np.isnan(values[:, 1]).all()


def test_what_is_announced_on_a_weekend_counts_from_monday() -> None:
    assert_array_equal(laid_out(table(("B", "2020-01-04", 1.0)))[:4, 1], [np.nan, np.nan, 1, 1])


def test_what_was_announced_before_the_first_date_is_known_on_it() -> None:
    values = laid_out(table(("A", "2019-06-30", 1.0), ("A", "2019-12-31", 2.0)))
    assert_array_equal(values[:, 0], np.full(8, 2.0))


def test_rows_come_in_the_order_of_their_days_not_of_the_file() -> None:
    values = laid_out(
        table(("A", "2020-01-08", 2.0), ("B", "2020-01-02", 5.0), ("A", "2020-01-03", 1.0))
    )
    assert_array_equal(values[:, 0], [np.nan, 1, 1, 1, 2, 2, 2, 2])
    assert_array_equal(values[:, 1], np.full(8, 5.0))


def test_rows_of_one_day_are_ordered_by_further_columns() -> None:
    frame = table(("A", "2020-01-03", 2.0), ("A", "2020-01-03", 1.0))
    frame["period_end"] = pd.to_datetime(["2019-12-31", "2019-09-30"])
    rows = announcements(frame, "announced", DATES, ASSETS, "period_end")
    values = look_up(current_records(DATES, 2, rows, 400), rows.numbers("value"))
    assert_array_equal(values[:, 0], [np.nan, *[2.0] * 7])


def test_a_row_expires_after_calendar_days() -> None:
    # announced on Friday; five days later it is Wednesday, the last day on which it counts
    assert_array_equal(
        laid_out(table(("A", "2020-01-03", 1.0)), lifetime=5)[:, 0],
        [np.nan, 1, 1, 1, 1, np.nan, np.nan, np.nan],
    )


def test_an_expired_row_does_not_bring_back_an_older_one() -> None:
    rows = rows_of(table(("A", "2020-01-02", 1.0), ("A", "2020-01-03", 2.0)))
    since = np.array(["2020-01-02", "2019-12-30"], dtype="datetime64[D]")
    record = current_records(DATES, 2, rows, lifetime=6, since=since)
    assert record[:, 0].tolist() == [0, 1, -1, -1, -1, -1, -1, -1]


def test_rows_that_can_not_be_known_are_counted() -> None:
    rows = rows_of(
        table(("A", "2020-01-03", 1.0), ("C", "2020-01-03", 2.0), ("B", "2020-01-14", 3.0))
    )
    assert rows.unused == 2
    assert rows.numbers("value").tolist() == [1.0]


def test_a_column_that_is_not_there_is_unknown_and_so_is_infinity() -> None:
    rows = rows_of(table(("A", "2020-01-03", np.inf), ("A", "2020-01-06", 1.0)))
    assert_array_equal(rows.numbers("value"), [np.nan, 1.0])
    assert_array_equal(rows.numbers("other"), [np.nan, np.nan])


def test_a_table_without_rows_gives_nothing() -> None:
    assert np.isnan(laid_out(table())).all()


def test_the_last_value_known_on_the_day_of_a_row() -> None:
    values = np.full((8, 2), np.nan)
    values[[1, 4], 0] = 1.0, 2.0
    values[:, 1] = np.arange(8)
    rows = rows_of(
        table(
            ("A", "2020-01-02", 0),  # nothing known yet
            ("A", "2020-01-05", 0),  # Sunday after the first value
            ("A", "2020-01-08", 0),  # the day of the second
            ("B", "2019-12-31", 0),  # before the first date
            ("B", "2020-01-11", 0),  # a Saturday
        )
    )
    assert_array_equal(known_at(values, DATES, rows), [np.nan, 1.0, 2.0, np.nan, 6.0])


@pytest.mark.parametrize("unit", ["D", "s", "ns"])
def test_the_unit_of_dates_does_not_matter(unit: str) -> None:
    dates = DATES.astype(f"datetime64[{unit}]")
    rows = announcements(table(("A", "2020-01-03", 1.0)), "announced", dates, ASSETS)
    assert current_records(dates, 2, rows, 3)[:, 0].tolist() == [-1, 0, 0, -1, -1, -1, -1, -1]


days = st.integers(-12, 14).map(lambda day: np.datetime64("2020-01-02") + day)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABC"), days), max_size=12), st.integers(1, 15))
def test_each_cell_is_what_a_reader_of_that_day_would_find(
    keys: list[tuple[str, np.datetime64]], lifetime: int
) -> None:
    frame = table(*((asset, str(day), k) for k, (asset, day) in enumerate(keys)))
    values = laid_out(frame, lifetime)
    for i, date in enumerate(pd.to_datetime(DATES)):
        for j, asset in enumerate(ASSETS):
            seen = frame[(frame["asset"] == asset) & (frame["announced"] <= date)]
            seen = seen.sort_values("announced", kind="stable")
            expected = np.nan
            if len(seen) and (date - seen["announced"].iloc[-1]).days <= lifetime:
                expected = seen["value"].iloc[-1]
            assert_array_equal(values[i, j], expected)
