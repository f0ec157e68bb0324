"""Section 4: how much the regressions explain."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.blocks import Block, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.fit import MEAN_DAYS, r_squared_through_time
from deep_alpha.reporting.prose.risk_sections import fit_sentence
from deep_alpha.reporting.risk_reading import RiskReading
from deep_alpha.reporting.tables.checks import skipped_table


def fit_section(reading: RiskReading) -> Section:
    """R² through time, and the days without a regression."""
    blocks: list[Block] = []
    sentence = fit_sentence(reading)
    if sentence:
        blocks.append(Prose([sentence]))
    if len(reading.r_squared):
        blocks.append(Pictures([_through_time(reading)]))
    else:
        blocks.append(Prose(["No day has an R² to draw."]))
    if len(reading.inputs.skipped):
        blocks.append(skipped_table(reading))
    elif len(reading.r_squared):
        blocks.append(Prose(["No day is without a regression."]))
    return Section("fit", "Explained variance", "R²", blocks)


def _through_time(reading: RiskReading) -> Picture:
    return Picture(
        "r-squared",
        partial(r_squared_through_time, reading.r_squared),
        "Line of the daily R² with its mean and the band of public replications",
        f"R² of each day’s regression, its {MEAN_DAYS}-day mean, and the band in which the means "
        "of public replications of CNE5 lie.",
        reading.provenance(),
        wide=True,
    )
