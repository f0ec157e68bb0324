"""Section 2: long-only portfolios at the exchange."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.blocks import Block, Details, Picture, Pictures, Section
from deep_alpha.reporting.figures.enhancement import portfolio_and_benchmark
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.prose.long_only import long_only_sentences
from deep_alpha.reporting.sections.beside import beside, not_computed, opening
from deep_alpha.reporting.sections.names import file_name
from deep_alpha.reporting.tables.attribution import long_only_split_table
from deep_alpha.reporting.tables.long_only import long_only_periods_table, long_only_table
from deep_alpha.reporting.tables.orders import unfilled_table


def long_only_section(reading: PortfolioReading) -> Section:
    """The accounts, the first signal's drawn, where their excess is from, refused orders."""
    inputs = reading.inputs
    blocks: list[Block] = [*opening(*long_only_sentences(reading))]
    if inputs.long_only.empty:
        blocks.append(not_computed("Long-only portfolios were"))
    else:
        blocks.append(long_only_table(reading))
    drawn = list(inputs.long_only_curves)
    blocks += [Pictures([each]) for each in _pictures(reading, drawn[:1], wide=True)]
    if not inputs.long_only.empty:
        blocks.append(Details("The same by period", [long_only_periods_table(reading)]))
    if len(drawn) > 1:
        others = beside(_pictures(reading, drawn[1:]))
        blocks.append(Details("Long-only portfolios of the other signals", others))
    if not inputs.long_only_split.empty:
        blocks.append(long_only_split_table(reading))
    if not inputs.long_only_unfilled.empty:
        blocks.append(unfilled_table(reading, inputs.long_only_unfilled))
    return Section("long-only", "Long-only portfolios", "Long-only", blocks)


def _pictures(
    reading: PortfolioReading, signals: list[str], *, wide: bool = False
) -> list[Picture]:
    return [
        _curves(reading, signal, portfolio, wide=wide)
        for signal in signals
        for portfolio in reading.inputs.long_only_curves[signal]
    ]


def _curves(reading: PortfolioReading, signal: str, portfolio: str, *, wide: bool) -> Picture:
    name = f"{signal}, {portfolio}"
    return Picture(
        file_name("long-only", f"{signal} {portfolio}"),
        partial(
            portfolio_and_benchmark,
            reading.inputs.long_only_curves[signal][portfolio],
            name,
            reading.hues[signal],
        ),
        f"Lines of {portfolio} of {signal}, the benchmark, and equal weights",
        f"Value of 1 in the account that holds {portfolio} of {signal}, in the benchmark, in the "
        "benchmark’s names in equal weights and in all scored names in equal weights "
        "(logarithmic); below, the daily differences from the benchmark compounded, and the losses "
        "from their highest value so far.",
        reading.provenance("net of all simulated costs"),
        wide=wide,
    )
