"""Section 0: the paper's models in large numbers."""

from __future__ import annotations

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Block, Section, Tile, Tiles
from deep_alpha.reporting.formats import count, decimal, known
from deep_alpha.reporting.printed import PRINTED
from deep_alpha.reporting.prose.headline import headline_remarks
from deep_alpha.reporting.sections.beside import not_computed, opening
from deep_alpha.reporting.tables.naive import inflation


def overview_section(reading: BehaviourReading) -> Section:
    """Each kind's best rank IC beside the printed one, and what accounting and costs do."""
    tiles = _tiles(reading)
    blocks: list[Block] = [Tiles(tiles)] if tiles else [not_computed("The paper’s models were")]
    blocks += opening(*headline_remarks(reading.paper))
    return Section("overview", "Overview", "Overview", blocks)


def _tiles(reading: BehaviourReading) -> list[Tile]:
    tiles = [
        Tile(
            f"{family}: rank IC",
            decimal(reading.paper.rank_ic(model.name)),
            f"{model.name}; paper {decimal(PRINTED[family].ic, 4)}",
        )
        for family, model in reading.best_of.items()
    ]
    best = reading.paper.best("model")
    if best is None:
        return tiles
    gross, net = (
        reading.paper.metrics.value("portfolio", best.name, "sharpe", f"long_short / {cost}")
        for cost in ("gross", "net 10 bp")
    )
    if known(gross):
        tiles.append(Tile("L/S Sharpe, net 10 bp", decimal(net, 2), f"gross {decimal(gross, 2)}"))
    ratio = inflation(reading, best.name, "long_short")
    if known(ratio):
        tiles.append(Tile("naive ÷ tranches", f"{decimal(ratio, 2)}×", "L/S Sharpe, gross"))
    if known(reading.paper.names):
        null = reading.paper.metrics.value("ic", best.name, "null_sd")
        tiles.append(Tile("names a day", count(reading.paper.names), f"null IC sd {decimal(null)}"))
    return tiles
