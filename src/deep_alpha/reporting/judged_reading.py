"""Tables of signals as their pages read them, and the line under every caption."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from deep_alpha.reporting.formats import count, day, decimal, known
from deep_alpha.reporting.judged_inputs import JudgedInputs

_NUMBERED = re.compile(r"\d+$")


def judged_provenance(
    inputs: JudgedInputs, names: float = float("nan"), more: Iterable[str] = ()
) -> str:
    """What every caption must state, in one line.

    Args:
        inputs: The run.
        names: Mean number of names a day; NaN leaves it out.
        more: What else a caption must say, such as the costs.
    """
    parts = [
        inputs.market,
        f"{day(inputs.first)} to {day(inputs.last)}",
        f"N = {count(names)} names a day" if known(names) else "",
        f"{inputs.horizon}-day horizon",
        *more,
        *(f"{name} = {value}" for name, value in inputs.switches.items()),
    ]
    return " · ".join(part for part in parts if part)


def signals_of(*tables: pd.DataFrame | Mapping[str, object]) -> list[str]:
    """The signals of some tables in order, each once.

    Args:
        *tables: Frames with a column ``signal`` or, without one, a column a signal; or
            mappings by signal.
    """
    found: list[str] = []
    for table in tables:
        if isinstance(table, pd.DataFrame) and "signal" in table:
            found += [str(name) for name in table["signal"]]
        else:
            found += [str(name) for name in table]
    return list(dict.fromkeys(found))


def rows_of(table: pd.DataFrame, **wanted: object) -> pd.DataFrame:
    """The rows of a table whose columns have the wanted values; empty if a column is absent.

    Args:
        table: Any frame.
        **wanted: Value by column.
    """
    if not set(wanted) <= set(table.columns):
        return table.iloc[:0]
    held = pd.Series(True, table.index)
    for column, value in wanted.items():
        held &= table[column] == value
    return table[held]


def cross_table(table: pd.DataFrame, rows: str, columns: str, values: str) -> pd.DataFrame:
    """A long table as rows × columns, both in order of appearance; empty if it is empty.

    Args:
        table: Long, with one row for each pair.
        rows: Column that becomes the rows.
        columns: Column that becomes the columns.
        values: Column of the values; NaN where a pair has none.

    Returns:
        Numbers; infinite ones are NaN.
    """
    if table.empty or not {rows, columns, values} <= set(table.columns):
        return pd.DataFrame()
    found = table.pivot_table(
        index=rows, columns=columns, values=values, aggfunc="first", sort=False, dropna=False
    )
    ordered = found.reindex(
        index=list(dict.fromkeys(table[rows])), columns=list(dict.fromkeys(table[columns]))
    )
    return ordered.astype(np.float64).replace([np.inf, -np.inf], np.nan)


def cell_value(table: pd.DataFrame, row: str, column: str) -> float:
    """A number of a table indexed by signal; NaN where it is unknown or no number."""
    if column not in table or row not in table.index:
        return float("nan")
    value = table.loc[row, column]
    return float(value) if known(value) else float("nan")  # type: ignore[arg-type]


def spread(low: float, high: float, places: int) -> str:
    """Two ends as ``0.12 … 0.34``; empty where one is unknown."""
    if not (known(low) and known(high)):
        return ""
    return f"{decimal(low, places)} … {decimal(high, places)}"


def number_of(label: object) -> int | None:
    """The number that a label is or ends with, such as 3 of ``layer 3``; else None."""
    found = _NUMBERED.search(str(label))
    return int(found.group()) if found else None
