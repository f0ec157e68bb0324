"""Section 7: industries."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.blocks import Block, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.factor_returns import NAMED, industry_lines
from deep_alpha.reporting.prose.risk_sections import (
    industries_sentence,
    industry_returns_sentence,
)
from deep_alpha.reporting.risk_reading import RiskReading
from deep_alpha.reporting.tables.industries import industry_table


def industries_section(reading: RiskReading) -> Section:
    """Returns of the industries, their members and their merging."""
    inputs = reading.inputs
    blocks: list[Block] = []
    sentences = [industries_sentence(reading), industry_returns_sentence(reading)]
    if any(sentences):
        blocks.append(Prose([" ".join(filter(None, sentences))]))
    if inputs.industry_returns.notna().to_numpy().any():
        blocks.append(Pictures([_lines(reading)]))
    if inputs.industries.empty:
        blocks.append(Prose(["The market has no industries: only the country factor is common."]))
    else:
        blocks.append(industry_table(reading))
    return Section("industries", "Industries", "Industries", blocks)


def _lines(reading: RiskReading) -> Picture:
    returns = reading.inputs.industry_returns
    return Picture(
        "industries",
        partial(industry_lines, returns),
        "Lines of the sum of daily returns of every industry",
        f"Sum of each industry’s daily factor returns, in excess of the country factor. The "
        f"{NAMED} highest and lowest at the end are named, chosen with hindsight; the others are "
        "pale."
        if returns.shape[1] > 2 * NAMED
        else "Sum of each industry’s daily factor returns, in excess of the country factor.",
        reading.provenance(),
        wide=True,
    )
