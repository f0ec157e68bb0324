"""Section 3: factor returns."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.blocks import Block, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.factor_returns import (
    country_and_market,
    cumulative_styles,
    each_style,
)
from deep_alpha.reporting.prose.risk_sections import returns_sentence
from deep_alpha.reporting.risk_reading import COUNTRY, RiskReading


def returns_section(reading: RiskReading) -> Section:
    """All styles together, each by itself, and the country against the market."""
    blocks: list[Block] = []
    sentence = returns_sentence(reading)
    if sentence:
        blocks.append(Prose([sentence]))
    if reading.style_returns.columns.size:
        blocks += [Pictures([_together(reading)]), Pictures([_each(reading)])]
    else:
        blocks.append(Prose(["No style has a return to draw."]))
    returns, market = reading.inputs.factor_returns, reading.inputs.market_return
    if COUNTRY in returns and (returns[COUNTRY] + market).notna().any():
        blocks.append(Pictures([_country(reading)]))
    else:
        blocks.append(Prose(["The country factor and the market share no day to compare."]))
    return Section("returns", "Factor returns", "Returns", blocks)


def _together(reading: RiskReading) -> Picture:
    return Picture(
        "styles-cumulative",
        partial(cumulative_styles, reading.style_returns, reading.hues),
        "Lines of the sum of daily returns of every style",
        "Sum of each style’s daily factor returns, not compounded: the return of a portfolio with "
        "an exposure of 1 to the style and 0 to everything else, before costs.",
        reading.provenance(),
        wide=True,
    )


def _each(reading: RiskReading) -> Picture:
    return Picture(
        "styles-each",
        partial(each_style, reading.style_returns, reading.hues),
        "The same lines, a frame for each style",
        "The same sums, one frame a style on a common scale; the others pale behind it.",
        reading.provenance(),
        wide=True,
    )


def _country(reading: RiskReading) -> Picture:
    inputs = reading.inputs
    return Picture(
        "country",
        partial(
            country_and_market,
            inputs.factor_returns[COUNTRY],
            inputs.market_return,
            inputs.country_correlation,
        ),
        "Lines of the sums of the country factor and of the cap-weighted market",
        "Sums of the country factor’s daily returns and of the cap-weighted market’s excess "
        "returns; below, the sum of their differences.",
        reading.provenance(),
        wide=True,
    )
