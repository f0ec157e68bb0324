"""Read trading days however a vendor wrote them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

Mask = npt.NDArray[np.bool_]

_TEXT = re.compile(
    r"(?P<year>\d{4})(?P<separator>[-/.]?)(?P<month>\d{1,2})(?P=separator)(?P<day>\d{1,2})"
    r"(?P<time>[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?"
    r"(?P<zone>\s*(Z|UTC|GMT|[+-]\d{2}:?(\d{2})?|[A-Za-z_]+/[A-Za-z_/]+))?"
)
_MISSING = frozenset({"", "nan", "nat", "none", "null", "<na>"})
_EARLIEST_YEAR = 1600  # an older "year" is a serial number, not a date


@dataclass(frozen=True)
class TradingDates:
    """A column of dates after reading; all arrays have one entry for each row.

    Args:
        days: The days, ``datetime64[s]`` at midnight, NaT where none could be read.
        missing: The cell is empty.
        unparsable: The cell holds something that is no date.
        zoned: The cell carries a time zone, so that the trading day is ambiguous.
    """

    days: npt.NDArray[np.datetime64]
    missing: Mask
    unparsable: Mask
    zoned: Mask

    @property
    def clean(self) -> bool:
        """Whether every cell is a date or empty."""
        return not (self.unparsable.any() or self.zoned.any())


def parse_trading_dates(column: pd.Series[Any]) -> TradingDates:
    """Read a column of dates, timestamps, ISO texts or numbers such as 20140102.

    A time of day is dropped: vendors stamp a daily bar at the close or at midnight.
    Texts with the day or month first are refused, because 01/02/2014 is two days.

    Args:
        column: One column of a market table, shape (rows,).
    """
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        missing = column.isna().to_numpy()
        nothing = np.full(len(column), np.datetime64("NaT", "s"))
        return TradingDates(nothing, missing, np.zeros(len(column), bool), ~missing)
    if pd.api.types.is_datetime64_dtype(column.dtype):
        days = column.to_numpy().astype("datetime64[D]").astype("datetime64[s]")
        faultless = np.zeros(len(column), bool)
        return TradingDates(days, np.isnat(days), faultless, faultless)
    if pd.api.types.is_numeric_dtype(column.dtype):
        return _from_numbers(column.to_numpy(np.float64, na_value=np.nan))
    return _from_texts(column)


def _from_numbers(numbers: npt.NDArray[np.float64]) -> TradingDates:
    missing = np.isnan(numbers)
    written = np.where(np.isfinite(numbers), numbers, 0.0)
    plausible = (written == np.floor(written)) & (written >= 1e7) & (written < 1e8)
    digits = np.where(plausible, written, 0.0).astype(np.int64)
    year, month, day = digits // 10_000, digits // 100 % 100, digits % 100
    plausible &= (year >= _EARLIEST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1)
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    # The 31st of a short month has moved into the next one.
    plausible &= days.astype("datetime64[M]") == months
    days[~plausible] = np.datetime64("NaT")
    return TradingDates(
        days.astype("datetime64[s]"), missing, ~plausible & ~missing, np.zeros(len(numbers), bool)
    )


def _from_texts(column: pd.Series[Any]) -> TradingDates:
    # Millions of rows hold few different days: parse each text once.
    codes, texts = pd.factorize(column, use_na_sentinel=True)
    days = np.full(len(texts) + 1, np.datetime64("NaT", "s"))
    missing, unparsable, zoned = (np.zeros(len(texts) + 1, bool) for _ in range(3))
    missing[-1] = True  # code -1: the empty cells
    for position, text in enumerate(texts):
        written = str(text).strip()
        match = _TEXT.fullmatch(written)
        if written.lower() in _MISSING:
            missing[position] = True
        elif match is None:
            unparsable[position] = True
        elif match["zone"]:
            zoned[position] = True
        else:
            day = _day(match)
            days[position] = day
            unparsable[position] = np.isnat(day)
    at = cast("npt.NDArray[np.intp]", codes)
    return TradingDates(days[at], missing[at], unparsable[at], zoned[at])


def _day(match: re.Match[str]) -> np.datetime64:
    if not match["separator"] and len(match["month"] + match["day"]) != 4:
        return np.datetime64("NaT", "s")
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return np.datetime64("NaT", "s")
    return np.datetime64(day, "s")
