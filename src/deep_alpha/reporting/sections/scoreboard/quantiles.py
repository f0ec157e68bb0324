"""Section 5: what each quantile earned."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from deep_alpha.reporting.blocks import Block, Details, Picture, Pictures, Section
from deep_alpha.reporting.figures.ordered import ordered_growth
from deep_alpha.reporting.figures.quantiles import quantile_bars
from deep_alpha.reporting.judged_reading import rows_of, signals_of
from deep_alpha.reporting.prose.scoreboard_sections import quantile_sentence
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading
from deep_alpha.reporting.sections.beside import beside, not_computed, opening


def quantiles_section(reading: ScoreboardReading) -> Section:
    """Bars and curves of the signal drawn large; those of all signals on demand."""
    inputs = reading.inputs
    tables = {
        name: rows_of(inputs.quantiles, signal=name).sort_values("quantile")
        for name in reading.in_order(signals_of(inputs.quantiles))
    }
    curves = {
        name: inputs.quantile_curves[name]
        for name in reading.in_order(list(inputs.quantile_curves))
        if inputs.quantile_curves[name].notna().to_numpy().any()
    }
    blocks: list[Block] = [*opening(quantile_sentence(reading))]
    shown = reading.shown
    large = [
        *(_bars(reading, {name: tables[name]}, name) for name in tables if name == shown),
        *(_curves(reading, {name: curves[name]}, name) for name in curves if name == shown),
    ]
    blocks += beside(large)
    every: list[Block] = []
    if len(tables) > 1 or (tables and not large):
        every.append(Pictures([_bars(reading, tables)]))
    if len(curves) > 1 or (curves and not large):
        every.append(Pictures([_curves(reading, curves)]))
    if every:
        blocks.append(Details("Quantiles of all signals", every))
    if not (large or every):
        blocks.append(not_computed("Returns of quantiles were"))
    return Section("quantiles", "Quantiles", "Quantiles", blocks)


def _bars(
    reading: ScoreboardReading, tables: Mapping[str, pd.DataFrame], name: str = ""
) -> Picture:
    whose = name or "every signal"
    return Picture(
        "quantiles" if name else "quantiles-all",
        partial(quantile_bars, tables),
        f"Bars of the mean return of each quantile of {whose}",
        f"Mean {reading.inputs.horizon}-day return of the names in each quantile of {whose}, from "
        "the lowest scores to the highest, with two standard errors that allow for overlap; gross.",
        reading.provenance("gross of costs"),
        wide=not name,
    )


def _curves(
    reading: ScoreboardReading, curves: Mapping[str, pd.DataFrame], name: str = ""
) -> Picture:
    whose = name or "every signal"
    return Picture(
        "quantile-curves" if name else "quantile-curves-all",
        partial(ordered_growth, curves, "growth of 1 by quantile"),
        f"Lines of the growth of 1 in each quantile of {whose}",
        f"Growth of 1 in each quantile of {whose}, held from one day of the "
        f"{reading.inputs.horizon}-day grid to the next, mean over its offsets; gross, logarithmic "
        "scale.",
        reading.provenance("gross of costs"),
        wide=not name,
    )
