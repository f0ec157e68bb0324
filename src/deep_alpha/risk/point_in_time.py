"""Tables of announcements laid out over trading days, each row from the day it was known.

A row counts from its announcement on and never before, whatever period it reports on
(SPEC 0.2, rule 4). Days are calendar days: what is announced while the market is closed
counts from the next trading day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
DateArray = NDArray[np.datetime64]
Records = NDArray[np.int32]


@dataclass(frozen=True)
class Announcements:
    """The rows of a table that a panel can know: by asset, in the order in which they came.

    Args:
        frame: The rows.
        asset: (row,) position of the asset in the panel.
        day: (row,) the calendar day on which the row became known.
        unused: Rows left out: of assets outside the panel, or known only after its last
            date.
    """

    frame: pd.DataFrame
    asset: NDArray[np.intp]
    day: DateArray
    unused: int

    def numbers(self, column: str) -> FloatArray:
        """A column, (row,); NaN where it is not finite, and throughout if there is none."""
        if column not in self.frame:
            return np.full(len(self.frame), np.nan)
        values = self.frame[column].to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(np.isfinite(values), values, np.nan)


def announcements(
    table: pd.DataFrame, known: str, dates: DateArray, assets: NDArray[np.object_], *then: str
) -> Announcements:
    """The rows of a table that a panel can know.

    Args:
        table: One row for each announcement, with a column ``asset``.
        known: The column of days from which a row is known.
        dates: (date,) the panel's trading days, ascending.
        assets: (asset,) the panel's assets.
        *then: Further columns by which rows of one asset and day are ordered.
    """
    position = pd.Index(assets.astype(str)).get_indexer(pd.Index(table["asset"].astype("str")))
    day = _days(table[known].to_numpy())
    usable = position >= 0
    usable &= day <= _days(dates)[-1] if len(dates) else False
    order = np.lexsort([table[name].to_numpy() for name in reversed(then)] + [day, position])
    order = order[usable[order]]
    return Announcements(table.iloc[order], position[order], day[order], int((~usable).sum()))


def current_records(
    dates: DateArray,
    assets: int,
    rows: Announcements,
    lifetime: int,
    since: DateArray | None = None,
) -> Records:
    """Which record is current on each date, -1 where there is none.

    On a date the asset's last row known by then is current, until it expires; an expired
    row does not bring back an older one.

    Args:
        dates: (date,) the panel's trading days, ascending.
        assets: Assets in the panel.
        rows: The announcements.
        lifetime: Calendar days for which a row is current, counted from ``since``.
        since: (row,) the day from which a row ages; the day it became known if not given.

    Returns:
        (date, asset) positions in ``rows``.
    """
    days = _days(dates)
    record = np.full((len(days), assets), -1, dtype=np.int32)
    first = np.searchsorted(days, rows.day, side="left")
    # rows are ordered within an asset, so that the largest position is the latest known
    np.maximum.at(record, (first, rows.asset), np.arange(len(first), dtype=np.int32))
    np.maximum.accumulate(record, axis=0, out=record)
    oldest = rows.day if since is None else since
    end = np.searchsorted(days, oldest + np.timedelta64(lifetime, "D"), side="right")
    stop = np.append(end, 0)  # the last place answers for -1, which stays as it is
    record[np.arange(len(days))[:, None] >= stop[record]] = -1
    return record


def look_up(record: Records, values: NDArray[np.generic]) -> FloatArray:
    """Values of the current records, (date, asset); NaN where there is no record.

    Args:
        record: (date, asset) positions, -1 for none.
        values: (row,) one value for each record.
    """
    found: FloatArray = np.append(values.astype(np.float64), np.nan)[record]
    return found


def known_at(
    values: FloatArray, dates: DateArray, rows: Announcements, *, first: bool = False
) -> FloatArray:
    """The last value of each row's asset that was known on the day of the row, (row,).

    Args:
        values: (date, asset), NaN where there is none.
        dates: (date,) the panel's trading days, ascending.
        rows: The announcements.
        first: Whether a row from before its asset's first value gets that one. It is known
            by then to whoever reads the row on a later day.
    """
    if not values.size:
        return np.full(len(rows.day), np.nan)
    numbers = np.arange(len(values), dtype=np.int32)[:, None]
    last = np.where(np.isnan(values), -1, numbers)
    np.maximum.accumulate(last, axis=0, out=last)
    day = np.searchsorted(_days(dates), rows.day, side="right") - 1
    place = np.where(day >= 0, last[np.maximum(day, 0), rows.asset], -1)
    if first:
        beginning = np.where(last[-1] >= 0, (~np.isnan(values)).argmax(axis=0), -1)
        place = np.where(place >= 0, place, beginning[rows.asset])
    return np.where(place >= 0, values[np.maximum(place, 0), rows.asset], np.nan)


def _days(dates: NDArray[np.generic]) -> DateArray:
    return dates.astype("datetime64[D]")
