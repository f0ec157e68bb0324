"""Section 1: the market's card."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.blocks import Block, Facts, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.market import names_per_day
from deep_alpha.reporting.formats import count, day
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.sections.proxies import proxy_blocks
from deep_alpha.reporting.tables.frames import findings_table


def market_section(reading: Reading) -> Section:
    """Dates, sizes, universe, names a day, proxies and the gate's findings."""
    card = reading.inputs.market
    span = f"{card.name} · {day(card.first)} to {day(card.last)} · digest {card.digest}"
    blocks: list[Block] = [
        Facts(
            {
                "Market": card.name,
                "Source": card.source,
                "Dates": f"{day(card.first)} to {day(card.last)}",
                "Assets": count(card.assets),
                "Bars": count(card.bars),
                "Digest": card.digest,
                "Universe": card.universe,
            }
        )
    ]
    if len(card.names_per_day):
        blocks.append(
            Pictures(
                [
                    Picture(
                        "names-per-day",
                        partial(names_per_day, card.names_per_day),
                        "Lines of the number of names traded, eligible and scored on each day",
                        "Names that traded, that the universe policy admits, and that have "
                        "enough factors to be scored.",
                        span,
                        wide=True,
                    )
                ]
            )
        )
    blocks.extend(proxy_blocks(card.proxies))
    if card.findings:
        blocks.append(findings_table(card.findings, span))
    else:
        blocks.append(Prose(["The quality gate found nothing to report."]))
    return Section("market", "The market", "Market", blocks)
