"""Section 5: the styles in numbers."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.blocks import Block, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.styles import (
    SIGNIFICANT_T,
    VIF_LIMIT,
    correlation_map,
    style_bars,
)
from deep_alpha.reporting.prose.risk_sections import correlation_sentence, styles_sentence
from deep_alpha.reporting.risk_reading import RiskReading
from deep_alpha.reporting.tables.styles import style_table


def styles_section(reading: RiskReading) -> Section:
    """The table of styles, and its columns drawn."""
    if reading.inputs.styles.empty:
        blocks: list[Block] = [Prose(["No style was estimated."])]
        return Section("styles", "Style diagnostics", "Styles", blocks)
    opening = " ".join(filter(None, [styles_sentence(reading), correlation_sentence(reading)]))
    blocks = [Prose([opening])] if opening else []
    blocks.append(style_table(reading))
    regressions = [*_significance(reading), *_inflation(reading)]
    exposures = [*_stability(reading), *_correlation(reading)]
    blocks += [Pictures(pictures) for pictures in (regressions, exposures) if pictures]
    return Section("styles", "Style diagnostics", "Styles", blocks)


def _significance(reading: RiskReading) -> list[Picture]:
    values = reading.style_values("mean_abs_t")
    if values.empty:
        return []
    return [
        Picture(
            "styles-t",
            partial(
                style_bars, values, reading.hues, "Mean |t| of the daily regressions",
                line=SIGNIFICANT_T, line_words=f"|t| = {SIGNIFICANT_T}",
            ),
            "Bars of the mean absolute t statistic of every style",
            "Mean absolute t statistic of each style’s daily return. A style without any effect "
            "would show 0.8.",
            reading.provenance(),
        )
    ]  # fmt: skip


def _inflation(reading: RiskReading) -> list[Picture]:
    values = reading.style_values("vif_mean")
    if values.empty:
        return []
    return [
        Picture(
            "styles-vif",
            partial(
                style_bars, values, reading.hues, "Variance inflation factor, mean / largest",
                line=VIF_LIMIT, line_words=f"limit {VIF_LIMIT}",
                dots=reading.style_values("vif_max"), words=("mean", "largest day"), places=1,
            ),
            "Bars of the mean variance inflation factor of every style, dots of the largest",
            f"Variance inflation factor of each style: mean of days, and the largest day. Above "
            f"{VIF_LIMIT} a style can hardly be told from the other columns.",
            reading.provenance(),
        )
    ]  # fmt: skip


def _stability(reading: RiskReading) -> list[Picture]:
    values = reading.style_values("autocorrelation")
    if values.empty:
        return []
    return [
        Picture(
            "styles-autocorrelation",
            partial(style_bars, values, reading.hues, "Autocorrelation of exposures, 21 days"),
            "Bars of the autocorrelation of every style’s exposures",
            "Correlation across names of a style’s exposures with those of 21 days before, mean "
            "over time.",
            reading.provenance(),
        )
    ]


def _correlation(reading: RiskReading) -> list[Picture]:
    table = reading.inputs.exposure_correlation
    if len(table) < 2 or not table.notna().to_numpy().any():
        return []
    return [
        Picture(
            "styles-correlation",
            partial(correlation_map, table),
            "Matrix of the correlations between exposures of the styles",
            "Correlation of the exposures of two styles across names, mean over time; blue is "
            "positive, orange negative.",
            reading.provenance(),
        )
    ]
