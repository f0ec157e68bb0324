"""What each switch of paper 000 changes: one table, grouped by axis."""

from __future__ import annotations

import pandas as pd

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import count, decimal, duration, known, p_value, plural
from deep_alpha.reporting.tables.marks import tint
from deep_alpha.reporting.tables.results import DEGENERATE

LEAKS = "selects on the test: not out of sample"


def sensitivity_table(reading: BehaviourReading) -> Table:
    """A row a variant under its axis, with its distance from the axis's own base."""
    variants = reading.tables.sensitivity
    gaps = distance_from_base(variants)
    scale = float(gaps.abs().max())
    rows: list[Row] = []
    for axis, own in variants.groupby("axis", sort=False):
        rows.append(Row(str(axis), note=_spread(own), style="group"))
        rows += [_row(own.loc[place], gaps[place], scale) for place in own.index]
    titles = ("IC", "change", "IC sd", "ICIR", "p", "Pearson IC", "days", "time")
    return Table(
        [
            Column("variant", numeric=False),
            Column("model", numeric=False),
            *(Column(title) for title in titles),
        ],
        rows,
        "One switch at a time, everything else as in the base of its axis; change is the "
        "difference in IC from that base. Fits need not be those of Table 1: compare within "
        "an axis only.",
        reading.paper.provenance(seeds=False),
    )


def distance_from_base(variants: pd.DataFrame) -> pd.Series:
    """Rank IC less that of the axis's base and model; NaN for constant predictions."""
    ic = usable_ic(variants)
    # An axis of several models has a base for each.
    keys = [variants["axis"], variants["model"]]
    own = ic.where(variants["base"].astype(bool)).groupby(keys).transform("max")
    shared = ic.where(variants["base"].astype(bool)).groupby(variants["axis"]).transform("max")
    return ic - own.fillna(shared)


def usable_ic(variants: pd.DataFrame) -> pd.Series:
    """Rank IC of each variant, NaN where the prediction is constant."""
    return variants["rank_ic"].mask(variants["degenerate"].astype(bool)).astype(float)


def _row(variant: pd.Series, gap: float, scale: float) -> Row:
    name, model = str(variant["variant"]), str(variant["model"])
    note = "base" if variant["base"] else ""
    if variant["degenerate"]:
        return Row(name, note=f"{model}, {note}" if note else model, message=DEGENERATE)
    if variant["leaks"]:
        note = LEAKS
    cells = [
        Cell(model),
        Cell(decimal(variant["rank_ic"])),
        Cell("" if variant["base"] else decimal(gap, signed=True), tint=tint(gap, scale)),
        Cell(decimal(variant["rank_ic_sd"])),
        Cell(decimal(variant["icir"], 2)),
        Cell(p_value(variant["hac_p"])),
        Cell(decimal(variant["pearson_ic"])),
        Cell(count(variant["days"])),
        Cell(duration(variant["seconds"])),
    ]
    return Row(name, cells, note, style="absent" if variant["leaks"] else "")


def _spread(own: pd.DataFrame) -> str:
    ic = usable_ic(own[~own["leaks"].astype(bool)]).dropna()
    if len(ic) < 2 or not known(ic.std()):
        return ""
    return (
        f"{plural(len(ic), 'variant')}: {decimal(ic.min())} … {decimal(ic.max())}, "
        f"sd {decimal(ic.std())}"
    )
