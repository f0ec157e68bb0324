"""Counterpart of paper 001's Table 5-2: five layers under each case of costs."""

from __future__ import annotations

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import MISSING, decimal, percent
from deep_alpha.reporting.judged_reading import cell_value, cross_table, number_of, rows_of
from deep_alpha.reporting.printed_alphanet import PRINTED_LAYERS, version_of
from deep_alpha.reporting.tables.marks import tint


def five_layers_table(reading: AlphaNetReading) -> Table:
    """A row a case of costs under each model, the paper's row below, highest scores first."""
    by_cost = {cost: reading.layers(cost) for cost in reading.costs}
    steps = cross_table(reading.tables.monotonicity, "signal", "cost", "value")
    scale = max(float(table.abs().max().max()) for table in by_cost.values())
    legs = list(reversed(by_cost[reading.costs[0]].columns))
    models = [str(name) for name in by_cost[reading.costs[0]].index]
    rows: list[Row] = []
    for model in models:
        rows.append(Row(model, hue=reading.hue(model), style="group"))
        for cost, table in by_cost.items():
            values = [cell_value(table, model, leg) for leg in legs]
            cells = [Cell(percent(v, signed=True), tint=tint(v, scale)) for v in values]
            cells += [
                Cell(percent(values[0] - values[-1], signed=True)),
                Cell(decimal(cell_value(steps, model, cost), 2)),
                Cell(percent(_of_top(reading, model, cost, legs[0], "turnover"))),
                Cell(decimal(_of_top(reading, model, cost, legs[0], "sharpe"), 2)),
            ]
            rows.append(Row(f"costs {cost}", cells))
        printed = PRINTED_LAYERS.get(version_of(model))
        if printed and len(printed) == len(legs):
            cells = [Cell(percent(value, 2, signed=True)) for value in printed]
            cells += [Cell(percent(printed[0] - printed[-1], 2, signed=True))]
            name = f"{version_of(model)}, paper as printed"
            rows.append(Row(name, [*cells, *[Cell(MISSING)] * 3], style="absent"))
    numbers = [number_of(leg) or str(leg) for leg in legs]
    excess = "Excess a year over the universe, by layer"
    return Table(
        [
            Column("costs", numeric=False),
            *(
                Column(f"{number}, top" if place == 0 else str(number), excess)
                for place, number in enumerate(numbers)
            ),
            Column("top − bottom", excess),
            Column("monotonicity", hint="Rank correlation of the layers’ numbers and excess"),
            Column("turnover", "Top layer", hint="One-sided, of a rebalancing"),
            Column("Sharpe", "Top layer", hint="Of the layer itself"),
        ],
        rows,
        "Table 5-2. Five layers of equal weight, traded at the next day’s vwap, rebalanced every "
        f"{reading.paper.inputs.horizon} days, means over all offsets: annual return less that of "
        "the equal-weight universe. Costs: paper_literal is 0.002 % a side and 0.015 % on sales, "
        "as printed; paper_x10 ten times that, which the paper’s text below its table says for "
        "the fee; decimal takes the figures as fractions of one.",
        reading.provenance(f"costs {', '.join(reading.costs)}"),
    )


def _of_top(reading: AlphaNetReading, model: str, cost: str, leg: object, column: str) -> float:
    own = rows_of(reading.tables.layers, signal=model, cost=cost, leg=leg)
    return float(own[column].iloc[0]) if len(own) and column in own else float("nan")
