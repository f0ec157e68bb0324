"""What the quality gate found, and the market it lets through."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import pandas as pd

from deep_alpha.market.tables import Market

Action = Literal["quarantined", "blanked", "listed"]

QUARANTINE_COLUMNS = ("table", "row", "asset", "date", "rule", "column", "value")


@dataclass(frozen=True)
class Finding:
    """One rule that data broke.

    Args:
        table: The table's name.
        rule: The rule's name.
        column: The column or columns it is about.
        action: ``quarantined``: the rows are taken out. ``blanked``: the cells are now NaN.
            ``listed``: nothing was changed.
        count: Rows quarantined, cells blanked or cases listed.
        share: ``count`` as a fraction of the table's rows (of the assets, for rules about
            assets).
        examples: The first or the worst cases, in words.
    """

    table: str
    rule: str
    column: str
    action: Action
    count: int
    share: float
    examples: tuple[str, ...]

    def as_record(self) -> dict[str, Any]:
        """The finding as a JSON record."""
        return asdict(self) | {"examples": list(self.examples)}


@dataclass(frozen=True, eq=False)
class GateResult:
    """What the quality gate hands on.

    Args:
        market: The clean market; every table is sorted by its key.
        quarantine: Every quarantined row, once for each rule and column it breaks: table,
            row (1 is the first row below the header), asset (of an index table without
            assets, the index), date (NaT if it can not be read), rule, column, value (as
            text).
        findings: One record for each rule, column and table that data broke.
    """

    market: Market
    quarantine: pd.DataFrame
    findings: tuple[Finding, ...]
