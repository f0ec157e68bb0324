"""Rules about single rows, the same for every table."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from deep_alpha.market.bar_steps import Floats
from deep_alpha.market.gate.inspection import Inspection, Mask
from deep_alpha.market.gate.settings import GateSettings
from deep_alpha.market.tables import PRICES, Column
from deep_alpha.market.trading_dates import parse_trading_dates

_NOISE = 1e-6  # relative: prices stored in float32 differ by less


def check_keys(inspection: Inspection) -> None:
    """Quarantine rows without a code.

    Args:
        inspection: The table under inspection.
    """
    for column in inspection.table.of_kind("key"):
        missing = inspection.frame[column.name].isna().to_numpy()
        inspection.quarantine("missing_key", column.name, missing)


def check_dates(inspection: Inspection, today: date) -> None:
    """Read the date columns; quarantine rows whose days are no days, or not yet.

    A faulty date in an optional column is blanked instead.

    Args:
        inspection: The table under inspection; its date columns become ``datetime64[s]``.
        today: No bar, announcement or rate can be later.
    """
    for column in inspection.table.of_kind("date"):
        if column.name not in inspection.frame:
            continue
        written = inspection.frame[column.name]
        dates = parse_trading_dates(written)
        faults = {"unparsable_date": dates.unparsable, "date_with_time_zone": dates.zoned}
        if not column.may_be_missing:
            faults["missing_date"] = dates.missing
        for rule, faulty in faults.items():
            if column.required:
                inspection.quarantine(rule, column.name, faulty, written)
            else:
                inspection.blank(rule, column.name, faulty)
        inspection.frame[column.name] = dates.days
        if not column.may_lie_ahead:
            ahead = dates.days > np.datetime64(today, "s")
            inspection.quarantine("future_date", column.name, ahead)


def check_numbers(inspection: Inspection) -> None:
    """Apply each column's own bound.

    A required number that is missing, infinite or out of bounds quarantines the row; an
    optional one is blanked, and may be missing.

    Args:
        inspection: The table under inspection.
    """
    for column in inspection.table.of_kind("number"):
        if column.name in inspection.frame:
            _check_number(inspection, column)


def _check_number(inspection: Inspection, column: Column) -> None:
    values = inspection.frame[column.name].to_numpy(np.float64, na_value=np.nan)
    if not isinstance(inspection.frame[column.name].dtype, np.dtype):
        inspection.frame[column.name] = values  # pandas' nullable numbers: one NaN for all rules
    faults = {"infinite_value": np.isinf(values)}
    if column.required:
        faults["missing_value"] = np.isnan(values)
    finite = np.isfinite(values)
    if column.bound == "positive":
        faults["not_positive"] = finite & (values <= 0)
    elif column.bound == "non_negative":
        faults["negative"] = finite & (values < 0)
    for rule, faulty in faults.items():
        if column.required:
            inspection.quarantine(rule, column.name, faulty)
        else:
            inspection.blank(rule, column.name, faulty)


def check_flags(inspection: Inspection) -> None:
    """Take a missing flag as false, and say how many there were.

    Args:
        inspection: The table under inspection.
    """
    for column in inspection.table.of_kind("flag"):
        if column.name not in inspection.frame:
            continue
        flags = inspection.frame[column.name]
        missing = flags.isna().to_numpy()
        inspection.list_cases("missing_flag", column.name, np.flatnonzero(missing))
        if missing.any() or flags.dtype != bool:
            inspection.frame[column.name] = flags.astype("boolean").fillna(False).astype(bool)


def check_prices(inspection: Inspection, settings: GateSettings) -> None:
    """Quarantine rows whose open, high, low and close contradict each other.

    Args:
        inspection: The table under inspection; skipped unless it has all four prices.
        settings: Open and close may leave the range by a tick, as rounding makes them.
    """
    if not set(PRICES) <= set(inspection.frame.columns):
        return
    frame = inspection.frame
    prices = {name: _sound(frame[name]) for name in PRICES}
    high, low = prices["high"], prices["low"]
    margin = _NOISE * high
    crossed = low > high + margin
    if crossed.any():
        both = _pair(frame, "high", "low", crossed)
        inspection.quarantine("high_below_low", "high", crossed, both)
    allowed = settings.tick + margin
    for name in ("open", "close"):
        outside = (prices[name] > high + allowed) | (prices[name] < low - allowed)
        inspection.quarantine("outside_day_range", name, outside & ~crossed)


def _sound(prices: pd.Series[float]) -> Floats:
    """Prices that have passed their own bound; NaN, which contradicts nothing, elsewhere."""
    numbers = prices.to_numpy(np.float64)
    return np.where(np.isfinite(numbers) & (numbers > 0), numbers, np.nan)


def _pair(frame: pd.DataFrame, one: str, other: str, rows: Mask) -> pd.Series[str]:
    """Two cells as one text in some rows, and nothing in the others."""
    found = frame.loc[rows, [one, other]]
    texts = [f"{a:.7g} ({other} {b:.7g})" for a, b in found.itertuples(index=False)]
    return pd.Series(texts, index=found.index, dtype="str").reindex(frame.index)


def check_known_assets(inspection: Inspection, known: pd.Index[str]) -> None:
    """Quarantine rows of assets that neither ``bars`` nor ``assets`` knows.

    They are no fault of the table, which may cover more than the bars do, and so do not
    count towards the share that stops the gate.

    Args:
        inspection: The table under inspection.
        known: All assets of the market.
    """
    if "asset" not in inspection.frame:
        return
    assets = inspection.frame["asset"]
    stranger = (~assets.isin(known) & assets.notna()).to_numpy()
    inspection.quarantine("unknown_asset", "asset", stranger, is_fault=False)


def check_duplicates(inspection: Inspection) -> None:
    """Of surviving rows with one key, keep the first and quarantine the others.

    Checked last, so that a faulty first row does not take its sound repetition with it.

    Args:
        inspection: The table under inspection.
    """
    key = list(inspection.table.key)
    passed = inspection.frame.loc[inspection.surviving, key]
    repeated = passed.index[passed.duplicated(key, keep="first")]
    if not len(repeated):
        return
    twins = inspection.frame.loc[passed.index[passed.duplicated(key, keep=False)]]
    equal = twins.duplicated(keep="first")
    words = equal.map({True: "equal to an earlier row", False: "differs from an earlier row"})
    texts = words.reindex(inspection.frame.index)
    faulty = np.zeros(len(inspection.frame), bool)
    faulty[repeated] = True
    inspection.quarantine("duplicate_key", ", ".join(key), faulty, texts)
