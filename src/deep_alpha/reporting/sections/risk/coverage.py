"""Section 2: what was known of how many names."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.blocks import Block, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.coverage import coverage_map
from deep_alpha.reporting.figures.market import names_per_day
from deep_alpha.reporting.prose.risk_sections import coverage_sentence
from deep_alpha.reporting.risk_reading import RiskReading
from deep_alpha.reporting.tables.checks import missing_table


def coverage_section(reading: RiskReading) -> Section:
    """Coverage through time, names a day, and what was missing."""
    inputs = reading.inputs
    blocks: list[Block] = []
    sentence = coverage_sentence(reading)
    if sentence:
        blocks.append(Prose([sentence]))
    if inputs.coverage.empty:
        blocks.append(Prose(["No coverage was recorded."]))
    else:
        blocks.append(Pictures([_map(reading)]))
    if inputs.observations.size:
        blocks.append(Pictures([_names(reading)]))
    if inputs.missing:
        blocks.append(missing_table(reading))
    else:
        blocks.append(Prose(["Nothing was missing."]))
    return Section("coverage", "Coverage", "Coverage", blocks)


def _map(reading: RiskReading) -> Picture:
    return Picture(
        "coverage",
        partial(coverage_map, reading.inputs.coverage),
        "A row for each descriptor, shaded by the share of the universe that it covers in a week",
        "Share of the estimation universe that has a value, mean of each week: the bluer, the "
        "more. On the right, the mean of all days.",
        reading.provenance(),
        wide=True,
    )


def _names(reading: RiskReading) -> Picture:
    return Picture(
        "names-per-day",
        partial(names_per_day, reading.inputs.observations),
        "Lines of the number of names that traded, had exposures and were in the regression",
        "Names that traded, that have exposures, and that the day’s regression was estimated on. "
        "A name with exposures outside the estimation universe gets a specific return all the "
        "same.",
        reading.provenance(),
        wide=True,
    )
