"""Section 3: months."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.blocks import Block, Details, Picture, Pictures, Section
from deep_alpha.reporting.figures.heat import month_map
from deep_alpha.reporting.prose.scoreboard_sections import month_sentence
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading
from deep_alpha.reporting.sections.beside import beside, not_computed, opening
from deep_alpha.reporting.sections.names import file_name


def months_section(reading: ScoreboardReading) -> Section:
    """Months of one signal, of the others on demand."""
    inputs = reading.inputs
    blocks: list[Block] = [*opening(month_sentence(reading))]
    drawn = [name for name, months in inputs.monthly.items() if months.notna().to_numpy().any()]
    if drawn:
        blocks.append(Pictures([_months(reading, drawn[0], wide=True)]))
        others = [_months(reading, name) for name in drawn[1:]]
        if others:
            blocks.append(Details("Months of the other signals", beside(others)))
    else:
        blocks.append(not_computed("Means of months were"))
    return Section("months", "Months", "Months", blocks)


def _months(reading: ScoreboardReading, name: str, *, wide: bool = False) -> Picture:
    return Picture(
        file_name("months", name),
        partial(month_map, reading.inputs.monthly[name], name),
        f"Map of the mean rank IC of {name} by year and month",
        f"Mean daily rank IC of {name} by month of the score; blue is positive, orange negative.",
        reading.provenance(),
        wide=wide,
    )
