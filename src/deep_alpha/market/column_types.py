"""Bring the columns of a file to the types that the documentation promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pyarrow as pa

from deep_alpha.market.table_files import TableFile, wrong_type
from deep_alpha.market.tables import BARS, Column, Kind
from deep_alpha.market.trading_dates import parse_trading_dates

_CAST_TO_FLOAT = (pa.types.is_integer, pa.types.is_decimal, pa.types.is_null, pa.types.is_float16)


def read_table(file: TableFile) -> pd.DataFrame:
    """Read the known columns of one table and bring them to the documented types.

    Args:
        file: The table's file.

    Raises:
        MarketDataError: The file is broken or a column is of a wrong type.
    """
    content = file.read()
    known = {column.name: column for column in file.table.columns}
    columns = {}
    for name in content.column_names:
        columns[name] = _CONVERT[known[name].kind](content[name], known[name], file)
        content = content.drop_columns([name])  # a column's memory is free once it is converted
    return pd.DataFrame(columns, copy=False)


def _as_dates(values: pa.ChunkedArray, column: Column, file: TableFile) -> pd.Series[Any]:
    if pa.types.is_date(values.type):
        values = values.cast(pa.timestamp("s"))
    series = _series(values)
    if pd.api.types.is_bool_dtype(series.dtype):
        raise wrong_type(file.path.name, column.name, column.kind, series, series.notna())
    dates = parse_trading_dates(series)
    return pd.Series(dates.days) if dates.clean else series


def _as_numbers(values: pa.ChunkedArray, column: Column, file: TableFile) -> pd.Series[Any]:
    kind = values.type
    kept = kind in (pa.float32(), pa.float64())
    is_number = kept or any(is_type(kind) for is_type in _CAST_TO_FLOAT)
    series = _series(values if kept or not is_number else values.cast(pa.float64()))
    if not is_number:
        raise wrong_type(file.path.name, column.name, column.kind, series, _no_number(series))
    return series


def _no_number(series: pd.Series[Any]) -> pd.Series[bool]:
    """Where a column of texts holds no number; everywhere, if all of them could be one."""
    present = series.notna()
    if pd.api.types.is_string_dtype(series.dtype):
        strange = pd.to_numeric(series, errors="coerce").isna() & present
        return strange if strange.any() else present
    return present


def _as_flags(values: pa.ChunkedArray, column: Column, file: TableFile) -> pd.Series[Any]:
    series = _series(values)
    if pa.types.is_boolean(values.type):
        return series.astype("boolean") if values.null_count else series
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        strange = ~series.isin([0, 1]) & series.notna()
        if not strange.any():
            flags = (series == 1).astype("boolean").mask(series.isna())
            return flags if series.hasnans else flags.astype(bool)
        raise wrong_type(file.path.name, column.name, column.kind, series, strange)
    raise wrong_type(file.path.name, column.name, column.kind, series, series.notna())


def _as_texts(values: pa.ChunkedArray, column: Column, file: TableFile) -> pd.Series[Any]:
    if pa.types.is_integer(values.type):
        values = values.cast(pa.string())  # permanent numbers are codes like any other
    if not pa.types.is_dictionary(values.type):
        values = values.dictionary_encode()
    series = _series(values)
    if not pd.api.types.is_string_dtype(series.cat.categories.dtype):
        raise wrong_type(file.path.name, column.name, column.kind, series, series.notna())
    # Sorted, and without the empty text: a row that has it has no code.
    names = sorted(set(series.cat.categories) - {""})
    series = series.cat.set_categories(pd.Index(names, dtype="str"))
    if (file.table.name, column.name) == (BARS.name, "asset"):
        return series
    texts: pd.Series[Any] = series.astype("str")
    return texts


def _series(values: pa.ChunkedArray) -> pd.Series[Any]:
    series: pd.Series[Any] = values.to_pandas()
    return series


_CONVERT: dict[Kind, Callable[[pa.ChunkedArray, Column, TableFile], pd.Series[Any]]] = {
    "key": _as_texts,
    "label": _as_texts,
    "date": _as_dates,
    "number": _as_numbers,
    "flag": _as_flags,
}
