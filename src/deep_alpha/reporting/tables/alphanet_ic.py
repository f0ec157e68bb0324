"""Counterpart of paper 001's Table 5-1, and paired tests against the yardsticks."""

from __future__ import annotations

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import MISSING, decimal, p_value
from deep_alpha.reporting.judged_reading import spread
from deep_alpha.reporting.printed_alphanet import PRINTED_IC, version_of
from deep_alpha.reporting.tables.marks import best_positions
from deep_alpha.reporting.tables.paired import verdict
from deep_alpha.reporting.tables.results import DEGENERATE

BASES = {
    "raw": "Raw returns",
    "tradable": "Next day’s vwap",
    "residual": "Residual returns",
    "five_factor": "Score less five factors",
    "cne5": "Score less CNE5",
}
"""Bases of the scoreboard and their headings."""

_PRINTED = "Paper, as printed"


def ic_table(reading: AlphaNetReading) -> Table:
    """IC every h-th day on every basis: the paper's models, yardsticks and references."""
    competing = [*reading.judged, *reading.rivals]
    best = {
        (competing[place], basis)
        for basis in BASES
        for place in best_positions([reading.basis(name, basis, "icir") for name in competing])
    }
    rows = [_row(reading, name, best) for name in (*_fitted(reading), *reading.rivals)]
    rows += [_row(reading, name, best, "reference") for name in _references(reading)]
    horizon = reading.paper.inputs.horizon
    columns = [Column("model", numeric=False)]
    for basis, heading in BASES.items():
        columns += [
            Column("IC", heading, hint="Mean Spearman correlation, Pearson’s below"),
            *([Column("sd", heading, hint="Of the IC")] if basis == "raw" else []),
            Column("IR", heading, hint="IC ÷ its sd, not annualised"),
        ]
        if basis == "raw":
            columns += [Column(title, _PRINTED) for title in ("IC", "sd", "IR")]
    return Table(
        columns,
        rows,
        f"Table 5-1. IC every {horizon} days, Pearson’s below Spearman’s; sd and IR are means over "
        f"all {horizon} offsets, the range of the first IR below it. IR is not annualised, as in "
        "the paper, where 8.08 ÷ 5.3 = 1.52. Vwap: entered at the next day’s vwap on names that "
        "can be bought. Residual returns are skewed: read Spearman beside Pearson and beside the "
        "references. The highest IR of a basis is marked.",
        reading.provenance(),
    )


def pairs_table(reading: AlphaNetReading) -> Table | None:
    """The paper's models against the yardsticks on the same days; None where none was tested."""
    paired = reading.tables.paired
    if paired.empty:
        return None
    own = paired[paired["signal"].isin(reading.models) & paired["against"].isin(reading.yardsticks)]
    if own.empty:
        return None
    rows = [
        Row(
            str(pair["signal"]),
            [
                Cell(str(pair["against"])),
                Cell(decimal(pair["difference"], signed=True)),
                Cell(spread(pair["low"], pair["high"], 3) or MISSING),
                Cell(decimal(pair["hac_t"], 2)),
                Cell(p_value(pair["p"])),
                Cell(verdict(pair["difference"], pair["p"])),
            ],
            hue=reading.hue(str(pair["signal"])),
        )
        for pair in own.to_dict("records")
    ]
    return Table(
        [
            Column("model", numeric=False),
            Column("against", numeric=False),
            Column("difference", hint="Of the mean daily rank IC"),
            Column("95 % interval"),
            Column("HAC t", hint="Newey–West t of the daily differences"),
            Column("p", hint="Corrected for overlapping labels"),
            Column("result", numeric=False, hint="At p < 0.05"),
        ],
        rows,
        "Paired tests of the daily rank IC on common days; level: can not be told from zero.",
        reading.provenance(),
    )


def _fitted(reading: AlphaNetReading) -> list[str]:
    """The paper's models that have a signal; a constant one is judged nowhere."""
    names = [model.name for model in reading.fitted]
    return [name for name in reading.models if name in (*names, *reading.judged)]


def _references(reading: AlphaNetReading) -> list[str]:
    kinds = reading.board.get("kind")
    return [] if kinds is None else [str(name) for name in kinds.index[kinds == "reference"]]


def _row(reading: AlphaNetReading, name: str, best: set[tuple[str, str]], style: str = "") -> Row:
    hue = reading.hue(name)
    note = "yardstick" if name in reading.yardsticks else style
    if name in reading.models and name not in reading.judged:
        return Row(name, note=note, hue=hue, message=DEGENERATE)
    printed = PRINTED_IC.get(version_of(name))
    texts = (
        [decimal(printed.ic, 4), decimal(printed.ic_sd, 4), decimal(printed.ratio, 2)]
        if printed
        else [MISSING] * 3
    )
    cells: list[Cell] = []
    for basis in BASES:
        ic, sd, ratio, pearson, low, high = (
            reading.basis(name, basis, figure)
            for figure in ("rank_ic", "sd", "icir", "pearson_ic", "icir_min", "icir_max")
        )
        offsets = spread(low, high, 2) if basis == "raw" else ""
        cells += [
            Cell(decimal(ic), decimal(pearson)),
            *([Cell(decimal(sd))] if basis == "raw" else []),
            Cell(decimal(ratio, 2), offsets, best=(name, basis) in best),
            *(map(Cell, texts) if basis == "raw" else []),
        ]
    return Row(name, cells, note, hue, style)
