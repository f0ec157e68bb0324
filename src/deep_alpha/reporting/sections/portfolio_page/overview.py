"""Section 0: the portfolios in large numbers, and the run."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Block, Facts, Section, Tile, Tiles
from deep_alpha.reporting.formats import count, day, decimal, known, percent, plural
from deep_alpha.reporting.judged_reading import rows_of
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.prose.portfolio_headline import parts_of, portfolio_remarks
from deep_alpha.reporting.sections.beside import opening


def overview_section(reading: PortfolioReading) -> Section:
    """Large numbers of the first signal, what qualifies them, and the run's settings."""
    inputs = reading.inputs
    blocks: list[Block] = []
    if reading.signals:
        tiles = _tiles(reading, reading.signals[0])
        blocks += [Tiles(tiles)] if tiles else []
    blocks += opening(*portfolio_remarks(reading))
    facts = {
        "Market": inputs.market,
        "Days": f"{day(inputs.first)} to {day(inputs.last)}",
        "Rebalanced": f"every {plural(inputs.horizon, 'market day')}",
        "A year": f"{count(inputs.annual_days)} trading days",
        "Digest": inputs.digest,
        **({"Costs shown first": reading.headline_cost} if reading.headline_cost else {}),
        **inputs.switches,
    }
    return Section("overview", "Overview", "Overview", [*blocks, Facts(facts)])


def _tiles(reading: PortfolioReading, signal: str) -> list[Tile]:
    tiles = []
    whole = reading.whole_period(signal)
    if len(whole):
        row = whole.iloc[0]
        loss = percent(row.get("max_drawdown"))
        tiles += [
            Tile(f"{signal}: excess", percent(row["excess"], signed=True), "of all days"),
            Tile("Sharpe of the excess", decimal(row.get("sharpe"), 2), f"drawdown {loss}"),
            Tile(
                "names held",
                count(row.get("holdings")),
                f"turnover {percent(row.get('turnover'))}, one-sided",
            ),
        ]
    layers = reading.headline_layers(signal)
    if len(layers) > 1:
        bottom = percent(layers["excess"].iloc[0], signed=True)
        tiles.append(
            Tile(
                "top layer, a year",
                percent(layers["excess"].iloc[-1], signed=True),
                f"bottom {bottom}, net",
            )
        )
    parts = parts_of(reading, signal)
    if "specific" in parts:
        total = percent(parts.sum(), signed=True)
        tiles.append(
            Tile("specific, a year", percent(parts["specific"], signed=True), f"of {total} excess")
        )
    simulated = rows_of(reading.inputs.simulator, signal=signal)
    if len(simulated) and known(simulated.iloc[0].get("annual_return")):
        row = simulated.iloc[0]
        tiles.append(
            Tile(f"{row['portfolio']}, simulated", percent(row["annual_return"]), "a year, net")
        )
    return tiles
