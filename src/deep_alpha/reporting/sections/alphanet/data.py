"""Section 1: inputs, one sample, operators and configuration; Tables 3-1 to 3-4."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Block, Heading, Picture, Pictures, Section
from deep_alpha.reporting.figures.sample_image import sample_image
from deep_alpha.reporting.figures.styles import correlation_map
from deep_alpha.reporting.formats import day, plural
from deep_alpha.reporting.prose.alphanet_data import correlation_matrix, input_sentences
from deep_alpha.reporting.sections.alphanet.missing import missing
from deep_alpha.reporting.sections.beside import in_pairs, opening
from deep_alpha.reporting.sections.names import file_name
from deep_alpha.reporting.tables.alphanet_data import (
    configuration_table,
    inputs_table,
    operators_table,
)

_SETS = {
    "v1": ("Figure 4-2", "AlphaNet-V1"),
    "v2": ("Figure 4-2", "AlphaNet-V2 and V3"),
    "paper13": ("Figure 4-3", "AlphaNet-V4"),
}


def data_section(reading: AlphaNetReading) -> Section:
    """What a sample is made of, and how a fit is set up."""
    tables = reading.tables
    blocks: list[Block] = [*opening(*input_sentences(reading))]
    blocks.append(
        missing("inputs", "The daily inputs were") if tables.inputs.empty else inputs_table(reading)
    )
    blocks += _sample(reading)
    blocks += _correlations(reading)
    blocks.append(
        missing("operators", "The operators’ features were")
        if tables.operators.empty
        else operators_table(reading)
    )
    blocks.append(Heading("As run"))
    blocks.append(
        missing("configuration", "The models’ settings were")
        if tables.configuration.empty
        else configuration_table(reading)
    )
    return Section("data", "Data and configuration", "Data", blocks)


def _sample(reading: AlphaNetReading) -> list[Block]:
    sample = reading.tables.sample
    if sample.empty:
        return [missing("sample", "A sample’s data image was")]
    asset, date = str(sample["asset"].iloc[0]), day(sample["date"].iloc[0])
    days = plural(int(sample["day"].nunique()), "day")
    picture = Picture(
        "sample-image",
        partial(sample_image, sample, f"{asset}: {days} to {date}"),
        f"Map of the daily inputs of {asset} over {days}",
        "Table 3-2. One sample’s data image: each input less its mean over the window, in its "
        "standard deviations. The network sees features of rolling windows over it.",
        reading.provenance(seeds=False),
        wide=True,
    )
    return [Pictures([picture])]


def _correlations(reading: AlphaNetReading) -> list[Block]:
    table = reading.tables.input_correlation
    if table.empty:
        return [missing("input_correlation", "Correlations of the inputs were")]
    pictures = []
    for chosen, (figure, words) in _SETS.items():
        matrix = correlation_matrix(table, chosen)
        if len(matrix) > 1:
            title = f"{words}: {plural(len(matrix), 'input')}"
            pictures.append(
                Picture(
                    file_name("inputs", chosen),
                    partial(correlation_map, matrix, title=title),
                    f"Map of rank correlations of the inputs of {words}",
                    f"{figure}. Rank correlations of the inputs of {words}, train rows.",
                    reading.provenance(seeds=False),
                )
            )
    return [*in_pairs(pictures)]
