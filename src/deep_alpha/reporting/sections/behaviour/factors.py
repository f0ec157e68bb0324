"""Section 5: the factors, counterpart of Table 3."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.blocks import Block, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.factors import factor_ic
from deep_alpha.reporting.prose.sections import factor_sentences, version_sentence
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.tables.frames import factor_table


def factor_section(reading: Reading) -> Section:
    """Every factor's own IC, drawn by group, and the table of formulas."""
    factors = reading.inputs.factors
    if factors.empty:
        return Section(
            "factors", "Factors", "Factors", [Prose(["No factor was evaluated on its own."])]
        )
    provenance = reading.provenance(seeds=False)
    blocks: list[Block] = []
    sentences = [*factor_sentences(factors), version_sentence(factors)]
    text = " ".join(filter(None, sentences))
    if text:
        blocks.append(Prose([text]))
    if factors["ic"].notna().any():
        picture = Picture(
            "factors",
            partial(factor_ic, factors),
            "Bars of the rank IC of every factor by group",
            "Own rank IC of every factor: bars over the dates before the first test, dots over "
            "the test dates.",
            provenance,
            wide=True,
        )
        blocks.append(Pictures([picture]))
    blocks.append(factor_table(factors, provenance))
    return Section("factors", "Factors", "Factors", blocks)
