"""The sections of the scoreboard's page, in order."""

from deep_alpha.reporting.blocks import Section
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading
from deep_alpha.reporting.sections.scoreboard.bases import bases_section
from deep_alpha.reporting.sections.scoreboard.certainty import certainty_section
from deep_alpha.reporting.sections.scoreboard.decay import decay_section
from deep_alpha.reporting.sections.scoreboard.events import events_section
from deep_alpha.reporting.sections.scoreboard.months import months_section
from deep_alpha.reporting.sections.scoreboard.overview import overview_section
from deep_alpha.reporting.sections.scoreboard.quantiles import quantiles_section
from deep_alpha.reporting.sections.scoreboard.relations import relations_section
from deep_alpha.reporting.sections.scoreboard.search import search_section
from deep_alpha.reporting.sections.scoreboard.slices import slices_section
from deep_alpha.reporting.sections.scoreboard.stability import stability_section

__all__ = ["scoreboard_sections"]


def scoreboard_sections(reading: ScoreboardReading) -> list[Section]:
    """Every section, whether it has something to show or says why it has not."""
    return [
        overview_section(reading),
        certainty_section(reading),
        bases_section(reading),
        months_section(reading),
        decay_section(reading),
        quantiles_section(reading),
        slices_section(reading),
        events_section(reading),
        stability_section(reading),
        relations_section(reading),
        search_section(reading),
    ]
