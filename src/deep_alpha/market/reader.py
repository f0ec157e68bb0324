"""Read a market folder: structure at once, rows when they are first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

import pandas as pd

from deep_alpha.errors import MarketDataError
from deep_alpha.market.column_types import read_table
from deep_alpha.market.table_files import CsvFile, ParquetFile, TableFile
from deep_alpha.market.tables import BARS, TABLES, Market, Table

_FORMATS: tuple[type[TableFile], ...] = (ParquetFile, CsvFile)
_NOT_DATA = frozenset({".md", ".txt", ".rst", ".json", ".yml", ".yaml", ".html", ".pdf", ".sha256"})


def read_market(folder: str | Path) -> Market:
    """Open a folder of Parquet or CSV tables as a market.

    The folder, the headers and the Parquet types are checked now; the rows of a table are
    read, and their types checked, when its attribute is first used. Single faulty rows are
    kept for the quality gate, ``check_market``. A column of dates becomes
    ``datetime64[s]`` if every cell is a date or empty; otherwise it stays as it stands in
    the file, so that the gate can quote the cells it quarantines. ``bars.asset`` is
    categorical with sorted categories, all other codes are texts; asset codes keep their
    leading zeros. Row order is the file's.

    Args:
        folder: Holds ``bars.parquet``, ``bars.csv`` or ``bars.csv.gz``, and optionally the
            other tables in the same way. Subfolders, hidden files and notes are ignored.

    Raises:
        MarketDataError: The folder or ``bars`` is missing, a table stands there twice or is
            unknown, a file is empty or broken, a required column is missing, or (when the
            table is first used) a column is of a wrong type.
    """
    place = Path(folder)
    if not place.is_dir():
        raise MarketDataError(f"market folder {str(folder)!r} does not exist or is not a folder")
    files = _find_tables(place)
    if BARS.name not in files:
        raise MarketDataError(
            f"market folder {str(folder)!r} has no table of bars: "
            "it needs bars.parquet, bars.csv or bars.csv.gz"
        )
    ignored = {name: file.check_header() for name, file in files.items()}
    return MarketFolder(
        files, name=place.resolve().name, ignored={name: ig for name, ig in ignored.items() if ig}
    )


class MarketFolder(Market):
    """A market whose tables are read from their files on first use, and then kept.

    Args:
        files: The file of each table that is there.
        name: The folder's name.
        ignored: Unknown columns by table.
    """

    def __init__(
        self, files: Mapping[str, TableFile], name: str, ignored: Mapping[str, tuple[str, ...]]
    ) -> None:
        # The parent is frozen, and its own __init__ would want all tables at once.
        for attribute, value in {"_files": files, "name": name, "ignored_columns": ignored}.items():
            object.__setattr__(self, attribute, value)

    def __repr__(self) -> str:
        return f"MarketFolder(name={self.name!r}, tables={sorted(self._files)})"

    _files: Mapping[str, TableFile]

    @cached_property
    def bars(self) -> pd.DataFrame:
        """One row for each asset and day it traded."""
        return read_table(self._files[BARS.name])

    @cached_property
    def assets(self) -> pd.DataFrame | None:
        """Industry and listing date by asset."""
        return self._optional("assets")

    @cached_property
    def fundamentals(self) -> pd.DataFrame | None:
        """What companies announced, and when."""
        return self._optional("fundamentals")

    @cached_property
    def valuation(self) -> pd.DataFrame | None:
        """Valuation ratios by asset and date."""
        return self._optional("valuation")

    @cached_property
    def forecasts(self) -> pd.DataFrame | None:
        """Analysts' consensus, and when it became known."""
        return self._optional("forecasts")

    @cached_property
    def index_levels(self) -> pd.DataFrame | None:
        """Levels of the indices."""
        return self._optional("index_levels")

    @cached_property
    def index_members(self) -> pd.DataFrame | None:
        """Membership spells of the indices."""
        return self._optional("index_members")

    @cached_property
    def index_weights(self) -> pd.DataFrame | None:
        """Weights within the indices."""
        return self._optional("index_weights")

    @cached_property
    def risk_free(self) -> pd.DataFrame | None:
        """The annual risk-free rate by date."""
        return self._optional("risk_free")

    def _optional(self, name: str) -> pd.DataFrame | None:
        file = self._files.get(name)
        return None if file is None else read_table(file)


def _find_tables(folder: Path) -> dict[str, TableFile]:
    files: dict[str, TableFile] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.suffix in _NOT_DATA or path.is_dir():
            continue
        if path.stem.upper() in {"README", "LICENSE"}:
            continue
        file = _table_file(path)
        name = file.table.name
        if name in files:
            raise MarketDataError(
                f"table {name!r} stands twice in the market folder: "
                f"{files[name].path.name} and {path.name}; remove one"
            )
        files[name] = file
    return files


def _table_file(path: Path) -> TableFile:
    for file_format in _FORMATS:
        for suffix in file_format.suffixes:
            if path.name.endswith(suffix):
                return file_format(path, _table(path, path.name.removesuffix(suffix)))
    formats = ", ".join(suffix for each in _FORMATS for suffix in each.suffixes)
    raise MarketDataError(f"{path.name} is in none of the formats {formats}: convert or remove it")


def _table(path: Path, name: str) -> Table:
    if name in TABLES:
        return TABLES[name]
    near = get_close_matches(name, TABLES, n=1)
    hint = f" (is it meant to be {near[0]!r}?)" if near else ""
    raise MarketDataError(f"{path.name} is no known table{hint}; known tables: {', '.join(TABLES)}")
