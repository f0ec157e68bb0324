"""Section 3: the networks; counterparts of Figures 2-x, 3-1, 3-3 to 3-7, 4-4 and 4-7."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Block, Picture, Pictures, Section
from deep_alpha.reporting.figures.alphanet_blocks import alphanet_diagram
from deep_alpha.reporting.figures.block_diagram import block_diagram
from deep_alpha.reporting.figures.network_diagram import network_diagram
from deep_alpha.reporting.judged_reading import rows_of
from deep_alpha.reporting.prose.alphanet_data import alphanet_network_sentence
from deep_alpha.reporting.sections.alphanet.missing import missing
from deep_alpha.reporting.sections.beside import in_pairs, opening
from deep_alpha.reporting.sections.names import file_name

_CAPTION = (
    "as fitted: the size of what each box gives on, and its parameters. Features are chosen and "
    "scaled before the first norm; a norm of single channels does not change their ranks."
)


def alphanet_network_section(reading: AlphaNetReading) -> Section:
    """A diagram for each network; that of several branches takes the whole width."""
    layers = reading.tables.architectures
    if layers.empty:
        blocks: list[Block] = [missing("architectures", "The networks’ layers were")]
        return Section("networks", "The networks", "Networks", blocks)
    narrow: list[Picture] = []
    wide: list[Picture] = []
    for name, own in layers.groupby("model", sort=False):
        picture = _diagram(reading, str(name), own)
        (wide if picture.wide else narrow).append(picture)
    blocks = [*opening(alphanet_network_sentence(reading)), *in_pairs(narrow)]
    blocks += [Pictures([picture]) for picture in wide]
    return Section("networks", "The networks", "Networks", blocks)


def _diagram(reading: AlphaNetReading, name: str, layers: pd.DataFrame) -> Picture:
    kept = rows_of(reading.tables.kept, model=name)
    features = int(kept["features"].iloc[0]) if len(kept) else None
    diagram = alphanet_diagram(layers, reading.inputs.branches.get(name, ()), features)
    hue, figure = reading.hue(name), "Figure 3-1. " if name == reading.headline else ""
    draw = (
        partial(network_diagram, layers, name, hue, inputs="features")
        if diagram is None
        else partial(block_diagram, diagram, name, hue)
    )
    return Picture(
        file_name("network", name),
        draw,
        f"Diagram of the layers of {name}",
        f"{figure}{name} {_CAPTION}",
        reading.provenance(seeds=False),
        wide=diagram is None or len(diagram.lanes) > 2,
    )
