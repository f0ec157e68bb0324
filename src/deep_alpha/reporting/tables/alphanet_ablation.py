"""The ablation of paper 001: the ladder, and every other axis."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import count, decimal, duration, known
from deep_alpha.reporting.printed_alphanet import version_of
from deep_alpha.reporting.tables.marks import tint

UNUSABLE = "no usable score"
PASSING = "weight"
"""What a rung of the ladder is called that no other stands on."""

_ICS = {"rank_ic": "icir", "residual_ic": "residual_icir"}
"""Columns of ICs, and those of their ratios to their deviations."""


def ladder_table(reading: AlphaNetReading) -> Table:
    """The ladder's rungs, each with its distance from the rung below."""
    return _table(
        reading,
        [_Part("", reading.of_axis("ladder"), steps=True)],
        "The ladder: from AlphaNet-V3 to V4, each rung changes one thing more; below each IC is "
        "its difference from the rung before. The rung after the weights is without them, and "
        "stands on the one before.",
    )


def axes_table(reading: AlphaNetReading) -> Table:
    """All other axes, each variant with its distance from the base of its axis."""
    return _table(
        reading,
        [_Part(axis, reading.of_axis(axis), steps=False) for axis in reading.axes],
        "All other axes: one switch at a time, everything else as in the base of its axis; below "
        "each IC is its difference from that base. Compare within an axis only.",
    )


def usable(variants: pd.DataFrame, column: str) -> pd.Series:
    """A column's numbers, NaN for constant predictions."""
    return variants[column].astype(float).mask(variants["degenerate"].astype(bool))


def by_variant(variants: pd.DataFrame, values: pd.Series) -> pd.Series:
    """Numbers of an axis by the variants' names, as far as known."""
    return values.set_axis(variants["variant"].astype(str)).dropna()


def gaps(variants: pd.DataFrame, column: str, *, steps: bool) -> pd.Series:
    """Distances of an axis's variants: from the known one before, or from the base.

    Args:
        variants: The rows of one axis.
        column: Of what.
        steps: Whether the variants stand on each other.
    """
    values = usable(variants, column)
    if steps:
        # The rung above the weights stands on the one below them (001-H3).
        passing = variants["variant"].astype(str).str.contains(PASSING, case=False)
        return values - values.mask(passing).ffill().shift()
    base = values[variants["base"].astype(bool)]
    return values - (base.iloc[0] if len(base) else float("nan"))


class _Part:
    """An axis: its rows and their distances."""

    def __init__(self, name: str, variants: pd.DataFrame, *, steps: bool) -> None:
        self.name, self.variants, self.steps = name, variants, steps
        self.gaps = {column: gaps(variants, column, steps=steps) for column in _ICS}


def _table(reading: AlphaNetReading, parts: list[_Part], caption: str) -> Table:
    scales = {
        column: max((float(part.gaps[column].abs().max()) for part in parts), default=0.0)
        for column in _ICS
    }
    rows: list[Row] = []
    for part in parts:
        if part.name:
            figure = str(part.variants["figure"].iloc[0] or "")
            rows.append(Row(part.name, note=f"Figure {figure}" if figure else "", style="group"))
        rows += [_row(part, place, scales) for place in part.variants.index]
    error, judged = "Error ÷ variance", "On the test"
    return Table(
        [
            Column("variant", numeric=False),
            Column("m", "Network", hint="Features kept of a window"),
            Column("parameters", "Network"),
            Column("train", error, hint="At the epoch kept; 1 is a constant score"),
            Column("valid", error, hint="At the epoch kept; 1 is a constant score"),
            Column("IC", "Validation", hint="Rank IC of the target"),
            Column("Sharpe", "Validation", hint="Top fifth over the universe, a year"),
            Column("rank IC", judged, hint="Against raw returns"),
            Column("ICIR", judged),
            Column("residual IC", judged, hint="Against residual returns"),
            Column("ICIR", judged),
            Column("epochs", "Fit"),
            Column("an epoch", "Fit"),
            Column("what it is", numeric=False),
        ],
        rows,
        f"{caption} Errors are mean squared errors over the variance of the target, so that a "
        "constant score has 1; train errors of weighted or projected losses are not comparable "
        "and left out. A switch’s test IC is a look at the test: nothing is chosen by it.",
        reading.provenance(seeds=False),
    )


def _row(part: _Part, place: Hashable, scales: Mapping[str, float]) -> Row:
    variant: Mapping[Hashable, Any] = part.variants.loc[place].to_dict()  # type: ignore[call-overload]
    is_base = bool(variant["base"]) and not part.steps
    model = version_of(str(variant["model"])) or str(variant["model"])
    fitted = f"{model}, {variant['labels']}s"
    name, note = str(variant["variant"]), f"base: {fitted}" if is_base else fitted
    changes = str(variant["note"] or "")
    if variant["degenerate"]:
        return Row(name, note=note, message=f"{UNUSABLE}: {changes}" if changes else UNUSABLE)
    ics: list[Cell] = []
    for column, ratio in _ICS.items():
        gap = float(part.gaps[column].loc[place])  # type: ignore[call-overload]
        ics += [
            Cell(
                decimal(variant[column]),
                decimal(gap, signed=True) if known(gap) and not is_base else "",
                tint=tint(gap, scales[column]),
            ),
            Cell(decimal(variant[ratio], 2)),
        ]
    cells = [
        Cell(count(variant["features"])),
        Cell(count(variant["parameters"])),
        Cell(decimal(variant["train_error"], 4)),
        Cell(decimal(variant["valid_error"], 4)),
        Cell(decimal(variant["valid_ic"])),
        Cell(decimal(variant["valid_sharpe"], 2)),
        *ics,
        Cell(decimal(variant["epochs"], 0)),
        Cell(duration(variant["seconds_per_epoch"])),
        Cell(changes),
    ]
    return Row(name, cells, note)
