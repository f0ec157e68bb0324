"""Section 7: what each switch changes."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Block, Picture, Pictures, Section
from deep_alpha.reporting.figures.sensitivity import sensitivity_dots
from deep_alpha.reporting.palette import INK
from deep_alpha.reporting.prose.behaviour_tables import sensitivity_sentences
from deep_alpha.reporting.sections.behaviour.missing import missing
from deep_alpha.reporting.sections.beside import opening
from deep_alpha.reporting.tables.sensitivity import sensitivity_table, usable_ic


def sensitivity_section(reading: BehaviourReading) -> Section:
    """A dot a variant, and the table by axis."""
    variants = reading.tables.sensitivity
    title, short = "What each switch changes", "Switches"
    if variants.empty:
        blocks: list[Block] = [missing("sensitivity", "The variants were")]
        return Section("sensitivity", title, short, blocks)
    blocks = [*opening(*sensitivity_sentences(variants))]
    drawn = variants.assign(rank_ic=usable_ic(variants)).dropna(subset="rank_ic")
    if len(drawn):
        hue = reading.hue(str(drawn["model"].iloc[0])) if drawn["model"].nunique() == 1 else INK
        picture = Picture(
            "sensitivity",
            partial(sensitivity_dots, drawn, hue),
            "Dots of the rank IC of every variant by axis",
            "Rank IC of every variant that does not predict a constant, beside the base of its "
            "axis (full dot). Grey: selects on the test.",
            reading.paper.provenance(seeds=False),
            wide=True,
        )
        blocks.append(Pictures([picture]))
    return Section("sensitivity", title, short, [*blocks, sensitivity_table(reading)])
