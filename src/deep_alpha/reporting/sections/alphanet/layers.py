"""Section 7: five layers; Table 5-2 and Figure 5-1."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Block, Picture, Pictures, Section
from deep_alpha.reporting.figures.layers import layer_bars
from deep_alpha.reporting.figures.ordered import ordered_growth
from deep_alpha.reporting.judged_reading import cross_table, number_of, rows_of
from deep_alpha.reporting.prose.alphanet_results import layer_sentences
from deep_alpha.reporting.sections.alphanet.missing import missing
from deep_alpha.reporting.sections.beside import opening
from deep_alpha.reporting.tables.alphanet_layers import five_layers_table


def five_layers_section(reading: AlphaNetReading) -> Section:
    """Excess of the layers in every case of costs, and their paths over the universe."""
    title, short = "Five layers", "Layers"
    if not reading.costs or reading.layers(reading.costs[0]).empty:
        return Section("layers", title, short, [missing("layers", "Layers of AlphaNets were")])
    blocks: list[Block] = [*opening(*layer_sentences(reading)), five_layers_table(reading)]
    blocks += [_bars(reading), *_paths(reading)]
    return Section("layers", title, short, blocks)


def _bars(reading: AlphaNetReading) -> Pictures:
    by_cost = {cost: reading.layers(cost) for cost in reading.costs}
    models = [str(name) for name in by_cost[reading.costs[0]].index]
    tables = {
        model: pd.DataFrame({cost: table.loc[model] for cost, table in by_cost.items()})
        for model in models
    }
    picture = Picture(
        "alphanet-layers",
        partial(layer_bars, tables),
        "Bars of the excess of each layer of each AlphaNet, by case of costs",
        "Excess a year of the five layers over the universe, 1 has the lowest scores; paler bars "
        "are other cases of costs.",
        reading.provenance(f"costs {', '.join(reading.costs)}"),
        wide=True,
    )
    return Pictures([picture])


def _paths(reading: AlphaNetReading) -> list[Block]:
    curves = reading.tables.layer_curves
    tables = {}
    for model in reading.models:
        wide = cross_table(rows_of(curves, signal=model), "date", "layer", "value")
        if len(wide):
            legs = [leg for leg in wide.columns if number_of(leg) is not None]
            tables[model] = wide[sorted(legs, key=lambda leg: number_of(leg) or 0)]
    if not tables:
        return [missing("layer_curves", "Paths of the layers were")]
    main = reading.headline if reading.headline in tables else next(iter(tables))
    net = f"net of costs {reading.costs[0]}"
    drawn = [
        Picture(
            "alphanet-layer-curves",
            partial(ordered_growth, {main: tables[main]}, "layers over the universe"),
            f"Lines of the value of each layer of {main} relative to the universe",
            f"Figure 5-1. Value of 1 in each layer of {main} over that in the universe, "
            "logarithmic scale.",
            reading.provenance(net),
            wide=True,
        )
    ]
    others = {model: table for model, table in tables.items() if model != main}
    if others:
        drawn.append(
            Picture(
                "alphanet-layer-curves-others",
                partial(ordered_growth, others, "layers over the universe"),
                "Lines of the value of each layer of the other AlphaNets relative to the universe",
                "The same for the other versions, on one scale.",
                reading.provenance(net),
                wide=True,
            )
        )
    return [Pictures([picture]) for picture in drawn]
