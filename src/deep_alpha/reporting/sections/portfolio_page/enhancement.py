"""Section 3: index enhancement."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.blocks import (
    Block,
    Details,
    Facts,
    Heading,
    Picture,
    Pictures,
    Section,
)
from deep_alpha.reporting.figures.enhancement import (
    all_excess,
    names_held,
    portfolio_and_benchmark,
)
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.sections.beside import beside, not_computed
from deep_alpha.reporting.sections.names import file_name
from deep_alpha.reporting.tables.enhancement import enhancement_table


def enhancement_section(reading: PortfolioReading) -> Section:
    """The benchmark, the table by period, curves and holdings."""
    inputs = reading.inputs
    blocks: list[Block] = []
    if inputs.benchmark:
        blocks += [Heading("The benchmark"), Facts(dict(inputs.benchmark))]
    else:
        blocks.append(not_computed("A benchmark was"))
    if inputs.enhancement.empty:
        blocks.append(not_computed("Index enhancement was"))
    else:
        blocks.append(enhancement_table(reading))
    drawn = [
        name for name, curves in inputs.enhancement_curves.items() if curves["excess"].notna().any()
    ]
    if drawn:
        blocks.append(Pictures([_curves(reading, drawn[0], wide=True)]))
    if len(drawn) > 1:
        blocks.append(Pictures([_all(reading, drawn)]))
        others = [_curves(reading, name) for name in drawn[1:]]
        blocks.append(Details("Enhanced portfolios of the other signals", beside(others)))
    if inputs.holdings.notna().to_numpy().any():
        blocks.append(Pictures([_held(reading)]))
    return Section("enhancement", "Index enhancement", "Enhancement", blocks)


def _curves(reading: PortfolioReading, name: str, *, wide: bool = False) -> Picture:
    return Picture(
        file_name("enhancement", name),
        partial(
            portfolio_and_benchmark,
            reading.inputs.enhancement_curves[name],
            name,
            reading.hues[name],
        ),
        f"Lines of the enhanced portfolio of {name}, its benchmark and its excess",
        f"Value of 1 in the portfolio that {name} makes of the index and in the index "
        "(logarithmic); below, the daily differences compounded, and the losses from their highest "
        "value so far.",
        reading.provenance(),
        wide=wide,
    )


def _all(reading: PortfolioReading, drawn: list[str]) -> Picture:
    curves = {name: reading.inputs.enhancement_curves[name] for name in drawn}
    return Picture(
        "enhancement-all",
        partial(all_excess, curves, reading.hues),
        "Lines of the compounded excess of every signal’s enhanced portfolio",
        "Daily excess over the benchmark, compounded, of every signal’s enhanced portfolio.",
        reading.provenance(),
        wide=True,
    )


def _held(reading: PortfolioReading) -> Picture:
    return Picture(
        "holdings",
        partial(names_held, reading.inputs.holdings, reading.hues),
        "Lines of the number of names that each enhanced portfolio holds",
        "Names held after each decision: an outcome of the limits, not a rule.",
        reading.provenance(),
        wide=True,
    )
