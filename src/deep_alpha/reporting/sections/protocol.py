"""Section 6: how it was judged."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Block, Details, Facts, Prose, Section
from deep_alpha.reporting.formats import plural
from deep_alpha.reporting.prose.sections import protocol_paragraphs
from deep_alpha.reporting.reading import Reading, seed_words
from deep_alpha.reporting.tables.frames import ledger_table, stages_table


def protocol_section(reading: Reading) -> Section:
    """The protocol in words, the ledger, times and versions."""
    inputs = reading.inputs
    facts = {"Profile": inputs.profile, "Seeds": seed_words(inputs.seeds)}
    if inputs.one_seed:
        facts["The first seed only"] = ", ".join(inputs.one_seed)
    facts |= inputs.switches
    blocks: list[Block] = [Prose(protocol_paragraphs(reading)), Facts(facts)]
    if len(inputs.ledger):
        summary = f"Ledger: {plural(len(inputs.ledger), 'look')} at the test dates"
        blocks.append(Details(summary, [ledger_table(inputs.ledger)]))
    else:
        blocks.append(Prose(["The ledger of this market is empty."]))
    if inputs.stages:
        blocks.append(Details("Time by stage", [stages_table(inputs.stages)]))
    versions = {"Generated": inputs.generated, **inputs.versions}
    blocks.append(Details("Versions", [Facts(versions)]))
    return Section("protocol", "How it was judged", "Protocol", blocks)
