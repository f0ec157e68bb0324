"""Section 2: Table 1 and Figures 2 to 4."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Block, Heading, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.ic import MEAN_DAYS, daily_ic, ic_histogram
from deep_alpha.reporting.inputs import ModelResult
from deep_alpha.reporting.printed import PRINTED, family_of
from deep_alpha.reporting.prose.behaviour_headline import ic_paragraphs
from deep_alpha.reporting.sections.beside import not_computed
from deep_alpha.reporting.sections.names import file_name
from deep_alpha.reporting.tables.paper_ic import paper_ic_table


def paper_ic_section(reading: BehaviourReading) -> Section:
    """The table of IC, what it says about the paper's claims, and each model's daily IC."""
    blocks: list[Block] = []
    if reading.paper.inputs.models:
        blocks.append(Prose(ic_paragraphs(reading)))
        blocks.append(paper_ic_table(reading))
    else:
        blocks.append(not_computed("The IC of the paper’s models was"))
    if reading.paper.detailed:
        blocks.append(Heading("Daily IC, model by model"))
    blocks.extend(Pictures(_of_model(reading, model)) for model in reading.paper.detailed)
    return Section("ic", "Information coefficients", "IC", blocks)


def _of_model(reading: BehaviourReading, model: ModelResult) -> list[Picture]:
    hue, provenance = reading.hue(model.name), reading.paper.provenance()
    null_sd = reading.paper.metrics.value("ic", model.name, "null_sd")
    printed = PRINTED.get(family_of(model.name))
    figure = f"Figure {printed.ic_figure}. " if printed else ""
    return [
        Picture(
            file_name("ic", model.name),
            partial(daily_ic, model.rank_ic, model.name, hue, reading.paper.test_starts),
            f"Daily and cumulative rank IC of {model.name}",
            f"{figure}Daily rank IC of {model.name} with its {MEAN_DAYS}-day mean, and its sum.",
            provenance,
        ),
        Picture(
            file_name("ic-histogram", model.name),
            partial(ic_histogram, model.rank_ic, model.name, hue, null_sd),
            f"Histogram of the daily rank IC of {model.name}",
            "Days by rank IC. A signal without information would stay within the band, ± 2/√(N−1), "
            "on nineteen days of twenty.",
            provenance,
        ),
    ]
