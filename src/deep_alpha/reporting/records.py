"""Metric records, found by what they measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from deep_alpha.reporting.formats import known

_Key = tuple[str, str, str, str, int | None]

ALL = "all"
FIT_BASIS = "mean over folds and seeds"


class Metrics:
    """Looks up metric records at the headline horizon or another one.

    A record is a mapping with table, row, column, value, horizon and basis; others of its
    fields are not needed here. Of two records with one key the later holds.

    Args:
        records: The records of all pipelines.
        horizon: The headline label horizon in market days.
    """

    def __init__(self, records: Iterable[Mapping[str, Any]], horizon: int) -> None:
        self.horizon = horizon
        self._values: dict[_Key, float] = {}
        for record in records:
            value = record.get("value")
            if known(value):
                self._values[_key(record)] = float(value)  # type: ignore[arg-type]

    def value(
        self, table: str, row: str, column: str, basis: str = ALL, horizon: int | None = None
    ) -> float:
        """A record's value; NaN where there is none.

        A record without a horizon, such as a fit's seconds, serves for every horizon.
        """
        wanted = self.horizon if horizon is None else horizon
        for place in (wanted, None):
            found = self._values.get((table, row, column, _tidy(basis), place))
            if found is not None:
                return found
        return float("nan")

    def bases(self, table: str, prefix: str) -> list[str]:
        """The bases of a table that begin with ``prefix``, sorted."""
        return sorted({k[3] for k in self._values if k[0] == table and k[3].startswith(prefix)})

    def horizons(self, table: str) -> list[int]:
        """The horizons that a table was computed for, ascending."""
        return sorted({key[4] for key in self._values if key[0] == table and key[4] is not None})

    def degenerate(self, row: str) -> bool:
        """Whether a model's scores are constant, so that it has no IC."""
        return self.value("ic", row, "degenerate") == 1


def _key(record: Mapping[str, Any]) -> _Key:
    horizon = record.get("horizon")
    return (
        str(record["table"]),
        str(record["row"]),
        str(record["column"]),
        _tidy(str(record.get("basis", ALL))),
        int(float(horizon)) if known(horizon) else None,  # type: ignore[arg-type]
    )


def _tidy(basis: str) -> str:
    return " / ".join(part.strip() for part in basis.split("/"))
