"""Section 1: layers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from deep_alpha.reporting.blocks import Block, Details, Picture, Pictures, Section
from deep_alpha.reporting.figures.layers import layer_bars
from deep_alpha.reporting.figures.ordered import ordered_growth
from deep_alpha.reporting.judged_reading import cross_table, rows_of, signals_of
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.sections.beside import beside, not_computed
from deep_alpha.reporting.tables.layers import every_layer_table, layers_table


def layers_section(reading: PortfolioReading) -> Section:
    """The table of layers, the first signal's drawn large, those of all on demand."""
    inputs = reading.inputs
    tables = {
        name: cross_table(rows_of(reading.layers, signal=name), "layer", "cost", "excess")
        for name in signals_of(reading.layers)
    }
    order = [reading.headline_cost, *reading.costs]
    tables = {
        name: table[[cost for cost in dict.fromkeys(order) if cost in table]]
        for name, table in tables.items()
    }
    curves = {
        name: table for name, table in inputs.layer_curves.items() if table.notna().to_numpy().any()
    }
    blocks: list[Block] = []
    if tables:
        blocks.append(layers_table(reading))
    else:
        blocks.append(not_computed("Layers were"))
    first = next(iter([*tables, *curves]), "")
    blocks += beside(
        [
            *([_bars(reading, {first: tables[first]}, first)] if first in tables else []),
            *([_curves(reading, {first: curves[first]}, first)] if first in curves else []),
        ]
    )
    every: list[Block] = [Pictures([_bars(reading, tables)])] if len(tables) > 1 else []
    every += [Pictures([_curves(reading, curves)])] if len(curves) > 1 else []
    every += [every_layer_table(reading)] if tables else []
    if every:
        blocks.append(Details("Every layer of every signal, by case of costs", every))
    return Section("layers", "Layers", "Layers", blocks)


def _bars(reading: PortfolioReading, tables: Mapping[str, pd.DataFrame], name: str = "") -> Picture:
    whose = name or "every signal"
    return Picture(
        "layers" if name else "layers-all",
        partial(layer_bars, tables),
        f"Bars of the annual excess of each layer of {whose}, by case of costs",
        f"Excess a year of each layer of {whose} over the equal-weight universe; the paler, the "
        "other cases of costs.",
        reading.provenance(f"costs {', '.join(reading.costs)}"),
        wide=not name,
    )


def _curves(
    reading: PortfolioReading, curves: Mapping[str, pd.DataFrame], name: str = ""
) -> Picture:
    whose = name or "every signal"
    return Picture(
        "layer-curves" if name else "layer-curves-all",
        partial(ordered_growth, curves, "layers ÷ universe"),
        f"Lines of the net asset value of each layer of {whose} against the universe",
        f"Net asset value of each layer of {whose} divided by that of the equal-weight universe; "
        "logarithmic scale.",
        reading.provenance(reading.net()),
        wide=not name,
    )
