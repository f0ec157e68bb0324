"""Configurations of our own, beside the paper's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import decimal, percent
from deep_alpha.reporting.tables.marks import best_positions

_WORDS = ("inputs", "target", "loss")
_FIGURES: tuple[tuple[Column, str, Callable[[float], str]], ...] = (
    (Column("IC", "Rank IC"), "rank_ic", decimal),
    (Column("sd", "Rank IC"), "rank_ic_sd", decimal),
    (Column("ICIR", "Rank IC"), "icir", partial(decimal, places=2)),
    (Column("tradable", "Rank IC", hint="Entered at the next vwap"), "tradable_ic", decimal),
    (Column("residual", "Rank IC", hint="Against specific returns"), "residual_ic", decimal),
    (Column("neutral", "Rank IC", hint="Of the neutralised score"), "neutral_ic", decimal),
    (Column("top layer", "Portfolios", hint="Excess a year, net"), "layer_last", percent),
    (
        Column("L/S Sharpe, net", "Portfolios"),
        "ls_sharpe_net",
        partial(decimal, places=2),
    ),
)
_NOT_COMPARED = {"rank_ic_sd"}


def beyond_table(reading: BehaviourReading) -> Table:
    """A row a configuration; the best of a column is marked."""
    table = reading.tables.beyond
    best = {
        (place, column)
        for _, column, _ in _FIGURES
        if column not in _NOT_COMPARED
        for place in best_positions(table[column].tolist())
    }
    rows = [
        Row(
            str(own["model"]),
            [
                *(Cell(str(own[column])) for column in _WORDS),
                *(
                    Cell(show(own[column]), best=(place, column) in best)
                    for _, column, show in _FIGURES
                ),
            ],
            hue=reading.hue(str(own["model"])),
        )
        for place, own in enumerate(table.to_dict("records"))
    ]
    return Table(
        [
            Column("model", numeric=False),
            *(Column(title, numeric=False) for title in _WORDS),
            *(heading for heading, _, _ in _FIGURES),
        ],
        rows,
        "The paper’s networks with inputs, targets and losses of our own, and the paper’s "
        "configurations for comparison. Not a counterpart of anything in the paper.",
        reading.paper.provenance("L/S net of costs"),
    )
