"""Industries: their members, their merging, their factors' returns."""

from __future__ import annotations

import pandas as pd

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import MISSING, anything, count, decimal, percent
from deep_alpha.reporting.industry_names import in_english
from deep_alpha.reporting.risk_reading import RiskReading


def industry_table(reading: RiskReading) -> Table:
    """Members of every industry, how often it joined another, and its factor's return."""
    returns = reading.inputs.industry_returns
    rows = []
    for industry in reading.inputs.industries.to_dict("records"):
        own = returns.get(industry["name"], pd.Series(dtype=float))
        cells = [
            Cell(decimal(industry["members_mean"], 1)),
            Cell(count(industry["members_min"])),
            Cell(count(industry["days"])),
            Cell(count(industry["days_merged"])),
            Cell(anything(industry["merged_into"]) or MISSING),
            Cell(percent(own.sum(min_count=1), 1, signed=True)),
            Cell(percent(own.std(), 2)),
        ]
        name = str(industry["name"])
        english = in_english(name)
        rows.append(Row(name, cells, note=english if english != name else ""))
    members, merged, own_return = "Members", "Merged", "Factor return"
    return Table(
        [
            Column("industry", numeric=False),
            Column("mean", members),
            Column("fewest", members),
            Column("days"),
            Column("days", merged),
            Column("into", merged, numeric=False),
            Column("sum of days", own_return),
            Column("sd of a day", own_return),
        ],
        rows,
        "Industries. One with too few members on a day joins another for that day. Its return is "
        "measured against the country factor.",
        reading.provenance(),
    )
