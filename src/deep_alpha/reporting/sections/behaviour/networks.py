"""Section 1: the networks, counterpart of Figure 1."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Block, Picture, Pictures, Section
from deep_alpha.reporting.figures.network_diagram import network_diagram
from deep_alpha.reporting.formats import enumeration
from deep_alpha.reporting.prose.behaviour_tables import network_sentence
from deep_alpha.reporting.sections.behaviour.missing import missing
from deep_alpha.reporting.sections.beside import opening
from deep_alpha.reporting.sections.names import file_name

_WORDS = {1: ("score",), 2: ("return: the score", "logit of “up”")}


def network_section(reading: BehaviourReading) -> Section:
    """A diagram for each network that differs; models with the same layers share one."""
    layers = reading.tables.architectures
    if layers.empty:
        blocks: list[Block] = [missing("architectures", "The networks’ layers were")]
        return Section("networks", "The networks", "Networks", blocks)
    blocks = [*opening(network_sentence(layers))]
    blocks += [Pictures([_diagram(reading, names, own)]) for names, own in _distinct(layers)]
    return Section("networks", "The networks", "Networks", blocks)


def _distinct(layers: pd.DataFrame) -> list[tuple[list[str], pd.DataFrame]]:
    """Models by their layers, each with one of the tables that they share."""
    found: dict[str, tuple[list[str], pd.DataFrame]] = {}
    for name, own in layers.groupby("model", sort=False):
        key = own.drop(columns="model").to_json(orient="values")
        found.setdefault(key, ([], own))[0].append(str(name))
    return list(found.values())


def _diagram(reading: BehaviourReading, names: list[str], layers: pd.DataFrame) -> Picture:
    outputs = int(layers["shape_out"].iloc[-1][-1])
    heads = _WORDS.get(outputs, tuple(f"output {number + 1}" for number in range(outputs)))
    return Picture(
        file_name("network", names[0]),
        partial(network_diagram, layers, names[0], reading.hue(names[0]), outputs=heads),
        f"Diagram of the layers of {names[0]}",
        f"Figure 1. {enumeration(names)} as fitted: size of what each layer gives on, and its "
        "parameters.",
        reading.paper.provenance(seeds=False),
        wide=True,
    )
