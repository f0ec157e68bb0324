"""Counterpart of paper 000's Table 1: IC, its scatter and both ratios, the paper's beside."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import MISSING, count, decimal, p_value
from deep_alpha.reporting.inputs import ModelResult
from deep_alpha.reporting.printed import PRINTED, family_of
from deep_alpha.reporting.tables.marks import best_positions
from deep_alpha.reporting.tables.results import DEGENERATE, KIND_NOTES

_SPEARMAN, _RATIOS, _CERTAINTY = "Spearman", "Ratios", "Certainty"
_PRINTED = "Paper, as printed"
_THREE, _FOUR, _TWO = (partial(decimal, places=places) for places in (3, 4, 2))

# Heading, record's column and how it is printed; IR_port is a portfolio's.
_COLUMNS: tuple[tuple[Column, str, Callable[[float], str]], ...] = (
    (Column("IC", _SPEARMAN, hint="Mean daily Spearman correlation"), "rank_ic", _THREE),
    (Column("IC sd", _SPEARMAN, hint="Of the daily IC"), "rank_ic_sd", _THREE),
    (Column("null sd", _SPEARMAN, hint="1/√(N−1): of a worthless signal"), "null_sd", _THREE),
    (Column("IR paper", _RATIOS, hint="The paper’s formula 8, which is ICIR"), "icir", _TWO),
    (Column("ICIR", _RATIOS, hint="IC ÷ its sd, not annualised"), "icir", _TWO),
    (Column("IR port", _RATIOS, hint="Annualised mean ÷ sd of long–short days"), "ir_port", _TWO),
    (Column("NW t", _CERTAINTY, hint="Newey–West, lag h−1"), "hac_t", _TWO),
    (Column("p", _CERTAINTY, hint="Of NW t, corrected for overlap"), "hac_p", p_value),
    (Column("seeds", _CERTAINTY), "seeds", count),
    (Column("seeds’ sd", _CERTAINTY, hint="Of the mean IC over seeds"), "seed_sd", _THREE),
    (Column("Pearson IC", hint="Mean daily Pearson correlation"), "pearson_ic", _THREE),
)
_COMPARED = {"rank_ic", "icir", "ir_port", "pearson_ic"}


def paper_ic_table(reading: BehaviourReading) -> Table:
    """Every model of the paper, then the yardsticks; the best of a column is marked.

    A constant prediction says so in place of numbers.
    """
    models = reading.paper.inputs.models
    values = {model.name: _values(reading, model.name) for model in models}
    competing = [
        m.name for m in models if m.kind != "oracle" and m.name not in reading.paper.degenerate
    ]
    best = {
        (competing[place], position)
        for position, (_, column, _) in enumerate(_COLUMNS)
        if column in _COMPARED
        for place in best_positions([values[name][position] for name in competing])
    }
    return Table(
        [
            Column("model", numeric=False),
            *(heading for heading, _, _ in _COLUMNS),
            *(Column(title, _PRINTED) for title in ("IC", "IC sd", "ICIR = IR")),
        ],
        [_row(reading, model, values[model.name], best) for model in models],
        f"Table 1. IC of all models on {reading.paper.horizon_words}, out of sample; IC is "
        "Spearman’s, Pearson’s beside it. The paper’s IR and ICIR are one formula; IR port is the "
        "information ratio of the long–short portfolio. The best of a column is marked.",
        reading.paper.provenance("IR port gross of costs"),
    )


def _values(reading: BehaviourReading, name: str) -> list[float]:
    paper = reading.paper
    found = {column: paper.metrics.value("ic", name, column) for _, column, _ in _COLUMNS}
    found["ir_port"] = paper.metrics.value("portfolio", name, "sharpe", "long_short / gross")
    return [found[column] for _, column, _ in _COLUMNS]


def _row(
    reading: BehaviourReading, model: ModelResult, values: list[float], best: set[tuple[str, int]]
) -> Row:
    note, hue = KIND_NOTES.get(model.kind, model.kind), reading.hue(model.name)
    style = "oracle" if model.kind == "oracle" else ""
    if model.name in reading.paper.degenerate:
        return Row(model.name, note=note, hue=hue, style=style, message=DEGENERATE)
    cells = [
        Cell(show(value), best=(model.name, position) in best)
        for position, ((_, _, show), value) in enumerate(zip(_COLUMNS, values, strict=True))
    ]
    printed = PRINTED.get(family_of(model.name))
    beside = (
        [_FOUR(printed.ic), _FOUR(printed.ic_sd), _FOUR(printed.icir)] if printed else [MISSING] * 3
    )
    return Row(model.name, [*cells, *(Cell(text) for text in beside)], note, hue, style)
