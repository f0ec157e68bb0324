"""Section 10: attention and the sum before it (001-E6)."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Block, Picture, Pictures, Section
from deep_alpha.reporting.figures.attention import attention_by_step
from deep_alpha.reporting.prose.alphanet_inside import attention_sentences
from deep_alpha.reporting.sections.alphanet.missing import missing
from deep_alpha.reporting.sections.beside import opening
from deep_alpha.reporting.sections.names import file_name
from deep_alpha.reporting.tables.alphanet_inside import diagnostics_table


def attention_section(reading: AlphaNetReading) -> Section:
    """Mean weight of each step, and the variances of what is added, fit by fit."""
    tables = reading.tables
    blocks: list[Block] = [*opening(*attention_sentences(reading))]
    if tables.attention.empty:
        blocks.append(missing("attention", "Attention by step was"))
    else:
        pictures = [
            Picture(
                file_name("attention", str(model)),
                partial(attention_by_step, own, str(model), reading.hue(str(model))),
                f"Line of the mean attention weight of {model} by step",
                f"Mean attention weight of {model} by step over test rows, with the band of 10 to "
                "90 % of the samples.",
                reading.provenance(),
                wide=True,
            )
            for model, own in tables.attention.groupby("model", sort=False)
        ]
        blocks += [Pictures([picture]) for picture in pictures]
    blocks.append(
        missing("diagnostics", "The parts of the sum were")
        if tables.diagnostics.empty
        else diagnostics_table(reading)
    )
    return Section("attention", "Attention and the sum before it", "Attention", blocks)
