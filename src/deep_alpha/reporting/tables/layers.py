"""Layers of every signal, by case of costs."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from math import nan
from typing import Any

from deep_alpha.evaluation.null_score import NULL
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import MISSING, decimal, percent
from deep_alpha.reporting.judged_reading import (
    cell_value,
    cross_table,
    number_of,
    rows_of,
    signals_of,
)
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.scoreboard_reading import APART
from deep_alpha.reporting.tables.marks import best_positions, tint

_NULL_ROW = (
    f" {NULL.capitalize()} is a score that knows nothing: what sorting, costs and stopped orders "
    "alone make of a layer."
)


def layer_word(layer: object) -> str:
    """A layer's name: ``layer 3`` for the number 3, another name as it is."""
    text = str(layer)
    return f"layer {text}" if text.isdigit() else text


def layers_table(reading: PortfolioReading) -> Table:
    """Excess of every signal's layers at the headline costs, and how steadily it rises."""
    layers, cost = reading.layers, reading.headline_cost
    table = cross_table(rows_of(layers, cost=cost), "signal", "layer", "excess")
    steps = cross_table(reading.inputs.monotonicity, "signal", "cost", "value")
    sharpe = cross_table(rows_of(layers, cost=cost), "signal", "layer", "sharpe")
    scale = float(table.abs().max().max())
    top = table.columns[-1]
    kinds = [reading.inputs.kinds.get(str(signal), "model") for signal in table.index]
    best = best_positions(
        [nan if kind in APART else value for kind, value in zip(kinds, table[top], strict=True)]
    )
    rows = []
    for place, (signal, values) in enumerate(zip(table.index, table.to_numpy(), strict=True)):
        own = [Cell(percent(value, 1, signed=True), tint=tint(value, scale)) for value in values]
        own[-1] = replace(own[-1], best=place in best)
        cells = [
            *own,
            Cell(percent(values[-1] - values[0], 1, signed=True)),
            Cell(decimal(cell_value(sharpe, signal, top), 2)),
            *(Cell(decimal(cell_value(steps, signal, case), 2)) for case in steps.columns),
        ]
        style = kinds[place] if kinds[place] in APART else ""
        rows.append(Row(str(signal), cells, hue=reading.hues[str(signal)], style=style))
    excess, monotone = "Excess a year over the universe", "Monotonicity by costs"
    return Table(
        [
            Column("signal", numeric=False),
            *(Column(str(number_of(layer) or layer), excess) for layer in table.columns),
            Column("top − bottom", excess),
            Column("Sharpe of top", "Absolute"),
            *(Column(str(case), monotone, hint="Rank correlation") for case in steps.columns),
        ],
        rows,
        "Table 5-2 of paper 001. Layers of equal weight from the lowest scores (1) to the highest: "
        "excess a year over the equal-weight universe. Monotonicity is the rank correlation of the "
        "layers’ numbers with their excess: 1 if every layer earns more than the one below."
        + (_NULL_ROW if NULL in table.index else ""),
        reading.provenance(reading.net()),
    )


def every_layer_table(reading: PortfolioReading) -> Table:
    """Every layer: excess by case of costs, and what goes with it at the headline costs."""
    layers, cost = reading.layers, reading.headline_cost
    rows: list[Row] = []
    for signal in signals_of(layers):
        own = rows_of(layers, signal=signal)
        excess = cross_table(own, "layer", "cost", "excess").reindex(columns=reading.costs)
        main = {row["layer"]: row for row in rows_of(own, cost=cost).to_dict("records")}
        rows.append(Row(signal, hue=reading.hues[signal], style="group"))
        for layer, values in zip(excess.index, excess.to_numpy(), strict=True):
            cells = [Cell(percent(value, 1, signed=True)) for value in values]
            rows.append(Row(layer_word(layer), [*cells, *_risk(main.get(layer, {}))]))
    return Table(
        [
            Column("layer", numeric=False),
            *(Column(case, "Excess a year, by costs") for case in reading.costs),
            Column("return", f"At costs {cost}", hint="A year, geometric"),
            Column("volatility", f"At costs {cost}"),
            Column("Sharpe", f"At costs {cost}"),
            Column("drawdown", f"At costs {cost}"),
            Column("turnover", "Trading", hint="One-sided, of a rebalancing"),
            Column("unfilled", "Trading", hint="Orders of a rebalancing that are not filled"),
        ],
        rows,
        "Every layer: excess a year over the equal-weight universe by case of costs; then return, "
        "volatility, Sharpe ratio and largest drawdown of the layer itself. Turnover is one-sided, "
        "of a rebalancing.",
        reading.provenance(f"costs {', '.join(reading.costs)}"),
    )


def _risk(layer: Mapping[Hashable, Any]) -> list[Cell]:
    unfilled = decimal(layer.get("unfilled"), 1)
    return [
        Cell(percent(layer.get("annual_return"), 1)),
        Cell(percent(layer.get("volatility"), 1)),
        Cell(decimal(layer.get("sharpe"), 2)),
        Cell(percent(layer.get("max_drawdown"), 1)),
        Cell(percent(layer.get("turnover"), 1)),
        Cell(unfilled if layer else MISSING),
    ]
