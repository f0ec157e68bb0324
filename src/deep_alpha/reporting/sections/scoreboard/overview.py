"""Section 0: the scoreboard."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Block, Facts, Section, Tile, Tiles
from deep_alpha.reporting.formats import count, day, decimal, p_phrase, percent, plural
from deep_alpha.reporting.judged_reading import spread
from deep_alpha.reporting.prose.scoreboard_headline import paired_rival, scoreboard_remarks
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading
from deep_alpha.reporting.sections.beside import not_computed, opening
from deep_alpha.reporting.tables.scoreboard import scoreboard_table, spread_table


def overview_section(reading: ScoreboardReading) -> Section:
    """Large numbers of the best signal, what qualifies them, and the scoreboard."""
    inputs = reading.inputs
    blocks: list[Block] = []
    if reading.best is not None:
        blocks.append(_tiles(reading, reading.best))
    blocks += opening(*scoreboard_remarks(reading))
    if reading.ordered:
        blocks += [scoreboard_table(reading), spread_table(reading)]
    else:
        blocks.append(not_computed("The scoreboard was"))
    facts = {
        "Market": inputs.market,
        "Judged on": f"{day(inputs.first)} to {day(inputs.last)}",
        "Labels": f"returns over {plural(inputs.horizon, 'market day')}",
        "A year": f"{count(inputs.annual_days)} trading days",
        "Digest": inputs.digest,
        **({"Costs of layers": inputs.headline_cost} if inputs.headline_cost else {}),
        **inputs.switches,
    }
    return Section("scoreboard", "Scoreboard", "Scoreboard", [*blocks, Facts(facts)])


def _tiles(reading: ScoreboardReading, best: str) -> Tiles:
    def text(column: str, places: int = 3) -> str:
        return decimal(reading.value(best, column), places)

    interval = spread(reading.value(best, "low"), reading.value(best, "high"), 3)
    offsets = spread(reading.value(best, "icir_min"), reading.value(best, "icir_max"), 2)
    tiles = [
        Tile(f"{best}: rank IC", text("rank_ic"), f"95 %: {interval}" if interval else ""),
        Tile("ICIR", text("icir", 2), f"offsets {offsets}" if offsets else ""),
        Tile("tradable IC", text("tradable_ic"), f"ICIR {text('tradable_icir', 2)}"),
        Tile("residual IC", text("residual_ic"), f"Pearson {text('residual_pearson')}"),
        Tile(
            "top layer, a year",
            percent(reading.value(best, "layer_last"), 1, signed=True),
            f"bottom {percent(reading.value(best, 'layer_first'), 1, signed=True)}, net",
        ),
    ]
    rival = paired_rival(reading, best)
    if rival is not None:
        difference, p = reading.paired(best)[rival]
        ahead = decimal(difference, 3, signed=True)
        tiles.append(Tile(f"against {rival}", ahead, f"paired {p_phrase(p)}"))
    return Tiles(tiles)
