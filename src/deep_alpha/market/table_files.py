"""One table of a market folder as a file: its header is checked first, its rows are read later."""

from __future__ import annotations

import csv
import gzip
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from deep_alpha.errors import MarketDataError
from deep_alpha.market.tables import Table

TRUE_TEXTS = ["1", "1.0", "true", "True", "TRUE", "t", "T", "Y", "y", "yes"]
FALSE_TEXTS = ["0", "0.0", "false", "False", "FALSE", "f", "F", "N", "n", "no"]
MISSING_TEXTS = ["", "nan", "NaN", "NAN", "NA", "N/A", "#N/A", "null", "NULL", "None", "<NA>"]


@dataclass(frozen=True)
class TableFile(ABC):
    """A file that holds one market table.

    Args:
        path: The file.
        table: What the table should hold.
    """

    path: Path
    table: Table
    suffixes: ClassVar[tuple[str, ...]]

    @abstractmethod
    def header(self) -> list[str]:
        """Names of the columns.

        Raises:
            MarketDataError: The file is empty, broken, or has no rows.
        """

    @abstractmethod
    def read(self) -> pa.Table:
        """The known columns, numbers as numbers, everything else as it stands in the file.

        Raises:
            MarketDataError: The file is broken, or a column is of a wrong type.
        """

    def check_header(self) -> tuple[str, ...]:
        """Check what can be checked without reading rows; return the unknown columns.

        Raises:
            MarketDataError: The file is empty or broken, or lacks a required column.
        """
        if self.path.stat().st_size == 0:
            raise MarketDataError(f"{self.path.name} is empty (0 bytes)")
        found = self.header()
        twice = sorted({name for name in found if found.count(name) > 1})
        if twice:
            raise MarketDataError(f"{self.path.name}: column {twice[0]!r} stands there twice")
        check_required(self.table, found, self.path.name)
        return tuple(name for name in found if name not in self.table.column_names)

    def known_columns(self) -> list[str]:
        """The columns of the file that this project knows, in documented order."""
        found = set(self.header())
        return [name for name in self.table.column_names if name in found]

    def broken(self, error: Exception) -> MarketDataError:
        """The error for a file that its own format's reader refuses."""
        reason = str(error).strip().split("\n")[0]
        return MarketDataError(f"{self.path.name} can not be read: {reason}")


class ParquetFile(TableFile):
    """A table as Parquet."""

    suffixes: ClassVar[tuple[str, ...]] = (".parquet",)

    def header(self) -> list[str]:
        """See ``TableFile.header``."""
        try:
            with pq.ParquetFile(self.path) as file:
                if file.metadata.num_rows == 0:
                    raise MarketDataError(f"{self.path.name} has no rows")
                return list(file.schema_arrow.names)
        except (pa.ArrowException, OSError) as error:
            raise self.broken(error) from error

    def read(self) -> pa.Table:
        """See ``TableFile.read``."""
        # Codes of six million rows are read as numbers into a list of names, not as texts.
        codes = [column.name for column in self.table.of_kind("key")]
        try:
            return pq.read_table(
                self.path, columns=self.known_columns(), read_dictionary=codes, partitioning=None
            )
        except (pa.ArrowException, OSError) as error:
            raise self.broken(error) from error


class CsvFile(TableFile):
    """A table as comma-separated text with a header line, plain or gzipped."""

    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".csv.gz")

    def header(self) -> list[str]:
        """See ``TableFile.header``."""
        opener: Any = gzip.open if self.path.suffix == ".gz" else open
        try:
            with opener(self.path, "rt", encoding="utf-8-sig", newline="") as file:
                names = next(csv.reader([file.readline()]), [])
                if not file.readline().strip():
                    raise MarketDataError(f"{self.path.name} has no rows")
        except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
            raise self.broken(error) from error
        return names

    def read(self) -> pa.Table:
        """See ``TableFile.read``."""
        wanted = self.known_columns()
        types = {c.name: _CSV_TYPES.get(c.kind, pa.string()) for c in self.table.columns}
        try:
            return self._read_as({name: types[name] for name in wanted})
        except (pa.ArrowException, OSError) as error:
            raise self._first_bad_cell(wanted) or self.broken(error) from error

    def _read_as(self, types: dict[str, pa.DataType]) -> pa.Table:
        convert = arrow_csv.ConvertOptions(
            column_types=types,
            include_columns=list(types),
            # A ticker may be called NA or NULL: only numbers and flags have such texts.
            strings_can_be_null=False,
            null_values=MISSING_TEXTS,
            true_values=TRUE_TEXTS,
            false_values=FALSE_TEXTS,
        )
        return arrow_csv.read_csv(self.path, convert_options=convert)

    def _first_bad_cell(self, wanted: list[str]) -> MarketDataError | None:
        for column in self.table.of_kind("number", "flag"):
            if column.name not in wanted:
                continue
            try:
                texts = self._read_as({column.name: pa.string()})[column.name].to_pandas()
            except pa.ArrowException:
                return None  # not this column: the file itself is broken
            if column.kind == "number":
                bad = pd.to_numeric(texts.mask(texts.isin(MISSING_TEXTS)), errors="coerce").isna()
            else:
                bad = ~texts.isin(TRUE_TEXTS + FALSE_TEXTS)
            bad &= ~texts.isin(MISSING_TEXTS)
            if bad.any():
                return wrong_type(self.path.name, column.name, column.kind, texts, bad)
        return None


_CSV_TYPES = {"number": pa.float64(), "flag": pa.bool_()}


def check_required(table: Table, found: Sequence[str], place: str) -> None:
    """Refuse a table that lacks a required column.

    Args:
        table: What the table should hold.
        found: The names of the columns that are there.
        place: The file or table to name in the message.

    Raises:
        MarketDataError: A required column is missing.
    """
    lacking = [column.name for column in table.columns if column.required]
    lacking = [name for name in lacking if name not in found]
    if not lacking:
        return
    lowered = {name.lower(): name for name in found if name not in table.column_names}
    near = get_close_matches(lacking[0], list(lowered), n=1, cutoff=0.75)
    hint = f" (is {lowered[near[0]]!r} meant to be {lacking[0]!r}?)" if near else ""
    names = ", ".join(repr(name) for name in lacking)
    many = "columns" if len(lacking) > 1 else "column"
    raise MarketDataError(
        f"{place}: required {many} {names} missing{hint}; found: {', '.join(found)}"
    )


def wrong_type(
    place: str, column: str, kind: str, values: pd.Series[Any], bad: pd.Series[bool]
) -> MarketDataError:
    """The error for a column of a wrong type, with the first row that shows it.

    Args:
        place: The file or table to name.
        column: The column's name.
        kind: What it should hold, a ``Kind`` of ``tables``.
        values: The column, shape (rows,).
        bad: Which cells do not fit, shape (rows,).
    """
    row = int(bad.to_numpy().argmax())
    wanted = {"number": "numbers", "flag": "true or false", "date": "dates"}.get(kind, "text")
    return MarketDataError(
        f"{place}: column {column!r} must hold {wanted}, but row {row + 1} "
        f"holds {str(values.iloc[row])!r}"
    )
