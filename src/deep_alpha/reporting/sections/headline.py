"""Section 0: the result."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Block, Links, Prose, Section, Tile, Tiles
from deep_alpha.reporting.formats import count, decimal, p_phrase, percent
from deep_alpha.reporting.names import PAPERS
from deep_alpha.reporting.prose.headline import headline_remarks, skipped_days
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.tables.results import results_table


def headline_section(reading: Reading) -> Section:
    """Large numbers of the best model, what qualifies them, the table, and the papers' pages."""
    remarks = headline_remarks(reading)
    days = skipped_days(reading)
    blocks: list[Block] = [_tiles(reading), results_table(reading)]
    if remarks or days:
        blocks.insert(1, Prose([" ".join(remarks), *([days] if days else [])]))
    addresses = reading.inputs.pages.values()
    papers = {words: address for words, address in PAPERS.items() if address in addresses}
    if papers:
        blocks.append(Links(papers))
    return Section("results", "Results", "Results", [b for b in blocks if not _empty(b)])


def _empty(block: Block) -> bool:
    return isinstance(block, Tiles) and not block.items


def _tiles(reading: Reading) -> Tiles:
    best = reading.best("model")
    if best is None:
        return Tiles([])

    def ic(column: str) -> float:
        return reading.metrics.value("ic", best.name, column)

    def portfolio(column: str, basis: str) -> float:
        return reading.metrics.value("portfolio", best.name, column, basis)

    sharpe = decimal(portfolio("sharpe", "long_short / net 10 bp"), 2)
    gross = decimal(portfolio("sharpe", "long_short / gross"), 2)
    universe = percent(portfolio("annual_return", "universe / gross"))
    return Tiles(
        [
            Tile(
                f"{best.name}: rank IC", decimal(ic("rank_ic")), f"sd {decimal(ic('rank_ic_sd'))}"
            ),
            Tile(
                "ICIR",
                decimal(ic("icir"), 2),
                f"HAC t {decimal(ic('hac_t'), 2)}, {p_phrase(ic('hac_p'))}",
            ),
            Tile("L/S Sharpe, net 10 bp", sharpe, f"gross {gross}"),
            Tile(
                f"{reading.label('top')}, a year",
                percent(portfolio("annual_return", "top / gross")),
                f"universe {universe}, gross",
            ),
            Tile("names a day", count(ic("names")), f"null IC sd {decimal(ic('null_sd'))}"),
        ]
    )
