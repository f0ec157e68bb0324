"""Section 3: information coefficients."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.blocks import Block, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.ic import MEAN_DAYS, cumulative_ic, daily_ic, ic_histogram
from deep_alpha.reporting.inputs import ModelResult
from deep_alpha.reporting.prose.sections import offsets_sentence, year_sentence
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.sections.names import file_name
from deep_alpha.reporting.tables.ic import by_period_table, horizon_table, offsets_table


def ic_section(reading: Reading) -> Section:
    """All models together, each paper model by itself, by year, by grid and by horizon."""
    blocks: list[Block] = []
    opening = " ".join(filter(None, [year_sentence(reading), offsets_sentence(reading)]))
    if opening:
        blocks.append(Prose([opening]))
    series = {m.name: m.rank_ic for m in reading.ordered if m.rank_ic.notna().any()}
    if series:
        blocks.append(Pictures([_all_models(reading, pd.DataFrame(series))]))
    else:
        blocks.append(Prose(["No model has an IC to draw."]))
    tables = [by_period_table(reading), offsets_table(reading), horizon_table(reading)]
    blocks.extend(table for table in tables if table is not None)
    blocks.extend(Pictures(_of_model(reading, model)) for model in reading.detailed)
    return Section("ic", "Information coefficients", "IC", blocks)


def _all_models(reading: Reading, series: pd.DataFrame) -> Picture:
    return Picture(
        "ic-cumulative",
        partial(cumulative_ic, series, reading.hues, reading.test_starts),
        "Lines of the cumulative rank IC of every model",
        "Cumulative daily rank IC of all models; a straight line is a steady signal. Yardsticks "
        "are dashed, the oracle is dotted; vertical lines begin test windows.",
        reading.provenance(),
        wide=True,
    )


def _of_model(reading: Reading, model: ModelResult) -> list[Picture]:
    hue = reading.hues[model.name]
    null_sd = reading.metrics.value("ic", model.name, "null_sd")
    return [
        Picture(
            file_name("ic", model.name),
            partial(daily_ic, model.rank_ic, model.name, hue, reading.test_starts),
            f"Daily and cumulative rank IC of {model.name}",
            f"Daily rank IC of {model.name} with its {MEAN_DAYS}-day mean, and its sum.",
            reading.provenance(),
        ),
        Picture(
            file_name("ic-histogram", model.name),
            partial(ic_histogram, model.rank_ic, model.name, hue, null_sd),
            f"Histogram of the daily rank IC of {model.name}",
            "Days by rank IC. A signal without information would stay within the band, ± 2/√(N−1), "
            "on nineteen days of twenty.",
            reading.provenance(),
        ),
    ]
