"""The sections of paper 001's page, in order."""

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Section
from deep_alpha.reporting.sections.alphanet.attention import attention_section
from deep_alpha.reporting.sections.alphanet.conformance import alphanet_conformance_section
from deep_alpha.reporting.sections.alphanet.data import data_section
from deep_alpha.reporting.sections.alphanet.enhancement import half_year_section
from deep_alpha.reporting.sections.alphanet.features import feature_section
from deep_alpha.reporting.sections.alphanet.importance import importance_section
from deep_alpha.reporting.sections.alphanet.information import information_section
from deep_alpha.reporting.sections.alphanet.ladder import ladder_section
from deep_alpha.reporting.sections.alphanet.layers import five_layers_section
from deep_alpha.reporting.sections.alphanet.losses import loss_section
from deep_alpha.reporting.sections.alphanet.networks import alphanet_network_section
from deep_alpha.reporting.sections.alphanet.overview import alphanet_overview_section
from deep_alpha.reporting.sections.alphanet.styles import style_exposure_section

__all__ = ["alphanet_sections"]


def alphanet_sections(reading: AlphaNetReading) -> list[Section]:
    """Every section, whether it has something to show or says why it has not."""
    return [
        alphanet_overview_section(reading),
        data_section(reading),
        feature_section(reading),
        alphanet_network_section(reading),
        ladder_section(reading),
        loss_section(reading),
        information_section(reading),
        five_layers_section(reading),
        half_year_section(reading),
        importance_section(reading),
        attention_section(reading),
        style_exposure_section(reading),
        alphanet_conformance_section(reading),
    ]
