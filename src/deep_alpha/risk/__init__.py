"""The risk model: Barra CNE5 exposures, daily factor returns, specific returns (SPEC 2.7)."""

from deep_alpha.risk.cross_section_results import CrossSections
from deep_alpha.risk.neutralise import five_factor_exposures, neutralise
from deep_alpha.risk.projection import Projection
from deep_alpha.risk.regression import fit_cross_sections

__all__ = [
    "CrossSections",
    "Projection",
    "fit_cross_sections",
    "five_factor_exposures",
    "neutralise",
]
