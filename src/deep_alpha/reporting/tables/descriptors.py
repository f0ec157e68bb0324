"""Annex 1: the descriptors as they were implemented."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import MISSING, anything, decimal, percent, small_percent
from deep_alpha.reporting.palette import style_hues
from deep_alpha.reporting.risk_reading import RiskReading


def descriptor_table(reading: RiskReading) -> Table:
    """Every descriptor by style; one that is not used says why."""
    table = reading.inputs.descriptors
    hues = style_hues([str(style) for style in table["style"].unique()])
    rows = []
    for style, members in table.groupby("style", sort=False):
        rows.append(Row(str(style), hue=hues[str(style)], style="group"))
        rows += [_row(descriptor) for descriptor in members.to_dict("records")]
    return Table(
        [
            Column("descriptor", numeric=False),
            Column("CNE5", "Weight in style", hint="As MSCI publishes it"),
            Column("used", "Weight in style", hint="After absent descriptors are taken out"),
            Column("formula", numeric=False),
            Column("window", numeric=False),
            Column("source, and what differs", numeric=False),
            Column("coverage", hint="Mean share of the estimation universe with a value"),
            Column("clipped", hint="Mean share of values moved to 3 standard deviations"),
        ],
        rows,
        "Annex 1. The styles as implemented. Windows are counted in an asset’s own traded days. "
        "Coverage and clipped values are mean shares of the estimation universe.",
        reading.provenance(),
    )


def _row(descriptor: Mapping[Hashable, Any]) -> Row:
    absent = anything(descriptor["absent"]) if descriptor["absent"] else ""
    used = absent in ("", MISSING)
    cells = [
        Cell(decimal(descriptor["weight"], 2)),
        Cell(decimal(descriptor["weight_used"], 2) if used else MISSING),
        Cell(str(descriptor["formula"]), "" if used else f"not used: {absent}"),
        Cell(_text(descriptor["window"])),
        Cell(_text(descriptor["source"]), str(descriptor["distance"] or "")),
        Cell(percent(descriptor["coverage"]) if used else MISSING),
        Cell(small_percent(descriptor["clipped"]) if used else MISSING),
    ]
    return Row(str(descriptor["name"]), cells, style="" if used else "absent")


def _text(value: Any) -> str:
    return anything(value) if value not in ("", None) else MISSING
