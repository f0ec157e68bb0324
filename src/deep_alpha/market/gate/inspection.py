"""One table on its way through the gate: rows rejected, cells blanked, cases listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from deep_alpha.errors import MarketDataError
from deep_alpha.market.gate.result import QUARANTINE_COLUMNS, Action, Finding
from deep_alpha.market.tables import Table

Mask = npt.NDArray[np.bool_]

_EXAMPLES = 3


class Inspection:
    """Collects what the rules say about one table.

    Args:
        table: The table's definition.
        frame: Its rows.
        as_read: Whether the rows stand as in the file, so that their numbers help a user.
    """

    def __init__(self, table: Table, frame: pd.DataFrame, as_read: bool = True) -> None:
        self.table = table
        self.as_read = as_read
        self.frame = frame.reset_index(drop=True)
        self.findings: list[Finding] = []
        self._rejected = np.zeros(len(frame), bool)
        self._faulty = np.zeros(len(frame), bool)
        self._cases: list[tuple[str, str, npt.NDArray[np.intp], pd.Series[Any]]] = []

    @property
    def surviving(self) -> Mask:
        """Rows that no rule has rejected so far, shape (rows,)."""
        return ~self._rejected

    def quarantine(
        self,
        rule: str,
        column: str,
        faulty: Mask,
        values: pd.Series[Any] | None = None,
        is_fault: bool = True,
    ) -> None:
        """Reject rows.

        Args:
            rule: The rule's name.
            column: The column that breaks it.
            faulty: Which rows, shape (rows,).
            values: What to quote, shape (rows,); the column itself if not given.
            is_fault: Whether the rows count towards the share that stops the gate.
        """
        rows = np.flatnonzero(faulty)
        if not rows.size:
            return
        quoted = (self.frame[column] if values is None else values).iloc[rows]
        self._rejected[rows] = True
        if is_fault:
            self._faulty[rows] = True
        self._cases.append((rule, column, rows, quoted))
        self._record(rule, column, "quarantined", rows, quoted)

    def blank(self, rule: str, column: str, faulty: Mask) -> None:
        """Turn cells into NaN in rows that otherwise pass.

        Args:
            rule: The rule's name.
            column: The column of the cells.
            faulty: Which rows, shape (rows,).
        """
        rows = np.flatnonzero(faulty & self.surviving)
        if rows.size:
            self._record(rule, column, "blanked", rows, self.frame[column].iloc[rows])
            self.frame[column] = self.frame[column].mask(faulty & self.surviving)

    def list_cases(
        self, rule: str, column: str, rows: npt.NDArray[np.intp], texts: Sequence[str] | None = None
    ) -> None:
        """Name cases without changing anything.

        Args:
            rule: The rule's name.
            column: The column or columns the rule is about.
            rows: Row positions, the most telling first.
            texts: What to say about the first of them; the cell if not given.
        """
        if rows.size and texts is None:
            self._record(rule, column, "listed", rows, self.frame[column].iloc[rows])
        elif rows.size:
            said = [
                f"{self._key(row)}: {text}" for row, text in zip(rows, texts or (), strict=False)
            ]
            self.add(rule, column, "listed", rows.size, said)

    def add(
        self,
        rule: str,
        column: str,
        action: Action,
        count: int,
        examples: Sequence[str],
        of: int | None = None,
    ) -> None:
        """Record a finding in its own words; ``of`` is what the count is a share of."""
        share = count / (of or len(self.frame))
        said = tuple(examples[:_EXAMPLES])
        self.findings.append(
            Finding(self.table.name, rule, column, action, int(count), share, said)
        )

    def stop_if_too_many(self, max_share: float) -> None:
        """Refuse a table of which too much is faulty, or nothing is left.

        Raises:
            MarketDataError: More than ``max_share`` of the rows were rejected as faulty, or
                all of them for any reason.
        """
        count, rows = int(self._faulty.sum()), len(self.frame)
        rejected = [finding for finding in self.findings if finding.action == "quarantined"]
        if count <= max_share * rows:
            if not self.surviving.any():
                first = "; ".join(rejected[0].examples)
                raise MarketDataError(
                    f"{self.table.name}: no row is left after {rejected[0].rule} "
                    f"({rejected[0].column}). First: {first}. Are the codes written as in bars?"
                )
            return
        rules = ", ".join(f"{each.rule} ({each.column}) {each.count:,}" for each in rejected)
        first = "; ".join(rejected[0].examples)
        raise MarketDataError(
            f"{self.table.name}: {count:,} of {rows:,} rows ({count / rows:.2%}) are faulty, more "
            f"than gate.max_quarantine_share = {max_share:.2%} allows. By rule: {rules}. "
            f"First: {first}. Repair the file, or raise gate.max_quarantine_share"
        )

    def quarantined(self) -> pd.DataFrame:
        """The rejected rows, once for each rule and column they break."""
        parts = []
        no_owner, no_date = pd.Series(dtype="str"), pd.Series(dtype="datetime64[s]")
        key = self.table.key
        owner = "asset" if "asset" in key else key[0]
        dates = [column.name for column in self.table.of_kind("date") if column.name in key]
        for rule, column, rows, values in self._cases:
            found = self.frame.iloc[rows]
            part = {
                "table": self.table.name,
                "row": rows + 1,
                "asset": found[owner].astype("str") if owner not in dates else no_owner,
                "date": found[dates[0]] if dates else no_date,
                "rule": rule,
                "column": column,
                "value": [as_text(value) for value in values],
            }
            parts.append(pd.DataFrame(part, index=found.index, columns=list(QUARANTINE_COLUMNS)))
        return pd.concat(parts, ignore_index=True) if parts else empty_quarantine()

    def clean(self) -> pd.DataFrame:
        """The rows that passed, sorted by the table's key."""
        frame = self.frame if self.surviving.all() else self.frame[self.surviving]
        key = list(self.table.key)
        if not _is_sorted(frame, key):
            frame = frame.sort_values(key, kind="stable")
        frame = frame.reset_index(drop=True)
        for name in key:
            if isinstance(frame[name].dtype, pd.CategoricalDtype):
                frame[name] = frame[name].cat.remove_unused_categories()
        return frame

    def _record(
        self,
        rule: str,
        column: str,
        action: Action,
        rows: npt.NDArray[np.intp],
        values: pd.Series[Any],
    ) -> None:
        shown = zip(rows[:_EXAMPLES], values.iloc[:_EXAMPLES], strict=True)
        examples = [f"{self._key(row)} {column}={as_text(value)}" for row, value in shown]
        self.add(rule, column, action, rows.size, examples)

    def _key(self, row: int) -> str:
        """A row as its user would look it up."""
        cells = self.frame[list(self.table.key)].iloc[row]
        named = " ".join(as_text(cell) for cell in cells)
        return f"row {row + 1}: {named}" if self.as_read else named


def empty_quarantine() -> pd.DataFrame:
    """A quarantine without rows."""
    types = dict.fromkeys(QUARANTINE_COLUMNS, "str") | {"row": "int64", "date": "datetime64[s]"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})


def as_text(value: Any) -> str:
    """A cell as text: days without time, float32 without its noise."""
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.7g}"
    if isinstance(value, pd.Timestamp) and value.tz is None and value == value.normalize():
        return f"{value:%Y-%m-%d}"
    return str(value)


def _is_sorted(frame: pd.DataFrame, key: list[str]) -> bool:
    later = np.zeros(max(len(frame) - 1, 0), bool)
    tied = ~later
    for name in key:
        codes, _ = pd.factorize(frame[name], sort=True)
        step = np.diff(codes)
        later |= tied & (step > 0)
        tied &= step == 0
    return bool((later | tied).all())
