"""Section 0: AlphaNets in large numbers, and what the paper prints beside them."""

from __future__ import annotations

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Block, Prose, Section, Tile, Tiles
from deep_alpha.reporting.formats import decimal, known, percent
from deep_alpha.reporting.printed_alphanet import PRINTED_IC, version_of
from deep_alpha.reporting.prose.alphanet_headline import overview_paragraphs
from deep_alpha.reporting.sections.alphanet.missing import missing
from deep_alpha.reporting.tables.alphanet_printed import printed_table


def alphanet_overview_section(reading: AlphaNetReading) -> Section:
    """Each version's rank IC beside the printed one, the order, and all printed numbers."""
    if reading.judged:
        blocks: list[Block] = [Tiles(_tiles(reading)), Prose(overview_paragraphs(reading))]
        blocks.append(printed_table(reading))
    else:
        blocks = [missing("board", "AlphaNet V1 to V4 were")]
    return Section("overview", "Overview", "Overview", blocks)


def _tiles(reading: AlphaNetReading) -> list[Tile]:
    tiles = []
    for model in reading.judged:
        printed = PRINTED_IC.get(version_of(model))
        beside = f"paper {decimal(printed.ic, 4)}" if printed else "not printed in the paper"
        ratio = reading.value(model, "icir")
        note = f"IR {decimal(ratio, 2)}; {beside}" if known(ratio) else beside
        tiles.append(Tile(f"{model}: rank IC", decimal(reading.value(model, "rank_ic")), note))
    if reading.rivals:
        rival = reading.rivals[0]
        note = f"IR {decimal(reading.value(rival, 'icir'), 2)}; best yardstick"
        value = decimal(reading.value(rival, "rank_ic"))
        tiles.append(Tile(f"{rival}: rank IC", value, note))
    if reading.costs and known(top := reading.top_layer(reading.headline, reading.costs[0])):
        note = f"a year over the universe, costs {reading.costs[0]}"
        tiles.append(Tile(f"top layer of {reading.headline}", percent(top, signed=True), note))
    return tiles
