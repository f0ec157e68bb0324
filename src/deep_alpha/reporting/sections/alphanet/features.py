"""Section 2: Spearman dropout and batch norm; Figure 3-5."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Block, Heading, Picture, Pictures, Section
from deep_alpha.reporting.figures.feature_map import feature_map, square
from deep_alpha.reporting.figures.norm_histograms import norm_histograms, ranges
from deep_alpha.reporting.prose.alphanet_data import feature_sentences, norm_sentence
from deep_alpha.reporting.sections.alphanet.missing import missing
from deep_alpha.reporting.sections.beside import opening
from deep_alpha.reporting.tables.alphanet_features import dropped_fits, kept_table


def feature_section(reading: AlphaNetReading) -> Section:
    """Which features are kept, how alike fits choose, and what the first norm does."""
    tables = reading.tables
    blocks: list[Block] = [*opening(*feature_sentences(reading))]
    if tables.features.empty:
        blocks.append(missing("features", "The features of the main window were"))
    blocks += _map(reading)
    kept = dropped_fits(tables.kept) if len(tables.kept) else tables.kept
    blocks.append(
        missing("kept", "Sets of kept features were") if kept.empty else kept_table(reading)
    )
    blocks.append(Heading("Before and after the first batch norm"))
    blocks += _norms(reading)
    return Section("features", "Features and Spearman dropout", "Features", blocks)


def _map(reading: AlphaNetReading) -> list[Block]:
    correlation, features = reading.tables.feature_correlation, reading.tables.features
    if correlation.empty or features.empty:
        return [missing("feature_correlation", "Correlations of the features were")]
    ordered = features.sort_values("place")
    picture = Picture(
        "feature-correlation",
        partial(feature_map, square(correlation, list(ordered["name"])), ordered),
        "Maps of the rank correlations of all features, and of those that are kept",
        "Rank correlations of the features of the main window in canonical order, on the first "
        "batches of a train segment. Marks at the edge: kept. Blank: constant. Greedy in this "
        "order, a feature is kept if none kept before it is more alike than the threshold.",
        reading.provenance(reading.headline, seeds=False),
        wide=True,
    )
    return [Pictures([picture])]


def _norms(reading: AlphaNetReading) -> list[Block]:
    norms = reading.tables.norms
    if norms.empty:
        return [missing("norms", "Features before and after the norm were")]
    picture = Picture(
        "norms",
        partial(norm_histograms, norms, reading.operator_hues),
        "Histograms of features before and after the first batch norm",
        "Figure 3-5. Features of two operators on train rows, raw and after the first batch norm, "
        "with the range of what is drawn. Raw features are drawn without their outer 0.5 % on "
        "either side.",
        reading.provenance(reading.headline, seeds=False),
        wide=True,
    )
    return [*opening(norm_sentence(ranges(norms))), Pictures([picture])]
