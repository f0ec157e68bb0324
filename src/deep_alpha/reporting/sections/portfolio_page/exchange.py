"""Section 6: the exchange, what it did not fill, and what was left."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Block, Facts, Heading, Section
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.sections.beside import not_computed
from deep_alpha.reporting.tables.orders import simulator_table, unfilled_table


def exchange_section(reading: PortfolioReading) -> Section:
    """The exchange's rules, simulated portfolios, orders that were not filled."""
    inputs = reading.inputs
    blocks: list[Block] = []
    if inputs.rules:
        blocks += [Heading("Rules"), Facts(dict(inputs.rules))]
    else:
        blocks.append(not_computed("Rules of an exchange were"))
    blocks.append(
        not_computed("A simulation was") if inputs.simulator.empty else simulator_table(reading)
    )
    blocks.append(
        not_computed("Unfilled orders were")
        if inputs.unfilled.empty
        else unfilled_table(reading, inputs.unfilled)
    )
    return Section("exchange", "At the exchange", "Exchange", blocks)
