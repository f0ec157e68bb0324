"""What a table in memory must look like, as pandera schemas made from ``tables``."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd
import pandera.pandas as pa

from deep_alpha.errors import MarketDataError
from deep_alpha.market.table_files import check_required, wrong_type
from deep_alpha.market.tables import TABLES, Column, Kind

_types = pd.api.types


def _is_text(column: pd.Series[Any]) -> bool:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _types.is_string_dtype(column.cat.categories.dtype)
    return bool(_types.is_string_dtype(column.dtype) or column.isna().all())


def _is_number(column: pd.Series[Any]) -> bool:
    return _types.is_numeric_dtype(column.dtype) and not _types.is_bool_dtype(column.dtype)


def _is_flag(column: pd.Series[Any]) -> bool:
    return _types.is_bool_dtype(column.dtype)


def _may_hold_dates(column: pd.Series[Any]) -> bool:
    # Single unreadable cells are the quality gate's business, so text is let through.
    return not _types.is_bool_dtype(column.dtype) and not _types.is_timedelta64_dtype(column.dtype)


_HOLDS: dict[Kind, Callable[[pd.Series[Any]], bool]] = {
    "key": _is_text,
    "label": _is_text,
    "number": _is_number,
    "flag": _is_flag,
    "date": _may_hold_dates,
}


@cache
def table_schema(name: str) -> pa.DataFrameSchema:
    """The pandera schema of a market table: which columns there are, and of which type.

    Values are not judged here: a faulty row is quarantined by the gate, it does not make
    the whole table unusable.

    Args:
        name: A key of ``TABLES``.
    """
    return pa.DataFrameSchema(
        {column.name: _schema_column(column) for column in TABLES[name].columns},
        checks=pa.Check(lambda frame: len(frame) > 0, error="has_rows"),
        name=name,
        strict=False,
    )


def _schema_column(column: Column) -> pa.Column:
    return pa.Column(
        checks=pa.Check(_HOLDS[column.kind], error=column.kind),
        required=column.required,
        nullable=True,
    )


def check_schema(name: str, frame: pd.DataFrame) -> None:
    """Refuse a table of the wrong shape.

    Args:
        name: A key of ``TABLES``.
        frame: The table.

    Raises:
        MarketDataError: No rows, a required column missing, or a column of a wrong type;
            the message names the first row that shows it.
    """
    check_required(TABLES[name], [str(column) for column in frame.columns], name)
    try:
        table_schema(name).validate(frame, inplace=True)  # no copy: the checks only look
    except pa.errors.SchemaError as error:
        if error.check.error == "has_rows":
            raise MarketDataError(f"{name} has no rows") from None
        column = str(error.schema.name)
        values = frame[column]
        raise wrong_type(name, column, error.check.error, values, _misfits(values)) from None


def _misfits(values: pd.Series[Any]) -> pd.Series[bool]:
    """Cells that are not of the type of most others: the ones to show in the message."""
    if values.dtype != object:
        return values.notna()
    texts = values.map(lambda cell: isinstance(cell, str)).astype(bool)
    return texts if texts.any() and not texts.all() else values.notna()
