"""The paper against this project, item by item."""

from __future__ import annotations

import pandas as pd

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import MISSING

_COLUMNS = ("says", "problem", "decision", "difference")


def conformance_table(items: pd.DataFrame, provenance: str) -> Table:
    """What the paper says, what is open, what is done, and what difference it makes.

    Args:
        items: Columns id, says, problem, decision and difference.
        provenance: Market, dates and settings.
    """
    rows = [
        Row(str(item["id"]), [Cell(str(item[column] or MISSING)) for column in _COLUMNS])
        for item in items.fillna("").to_dict("records")
    ]
    titles = ("the paper says", "problem", "done here", "what it makes here")
    return Table(
        [Column("id", numeric=False), *(Column(title, numeric=False) for title in titles)],
        rows,
        "Conformance: every point on which the paper is open, wrong or departed from. The last "
        "column is measured on this market, a dash where it can not be.",
        provenance,
    )
