"""Section 9: which features the networks weigh; Figures 5-2 and 4-8."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Block, Heading, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.branch_weights import branch_weights
from deep_alpha.reporting.figures.importance import TOP, operator_shares, top_features
from deep_alpha.reporting.judged_reading import cross_table, rows_of
from deep_alpha.reporting.prose.alphanet_inside import branch_sentence, importance_sentences
from deep_alpha.reporting.sections.alphanet.missing import missing
from deep_alpha.reporting.sections.beside import in_pairs, opening
from deep_alpha.reporting.sections.names import file_name


def importance_section(reading: AlphaNetReading) -> Section:
    """The headline's heaviest features, shares by operator of all models, weights by window."""
    importance = reading.tables.importance
    blocks: list[Block] = []
    if importance.empty:
        blocks.append(missing("importance", "The features’ importance was"))
    else:
        models = [str(name) for name in dict.fromkeys(importance["model"])]
        main = reading.headline if reading.headline in models else models[-1]
        own = rows_of(importance, model=main)
        blocks += [Prose([" ".join(importance_sentences(own, main))]), _top(reading, own, main)]
        shares = [_shares(reading, rows_of(importance, model=name), name) for name in models]
        blocks += in_pairs(shares)
    blocks.append(Heading("Weights of each window"))
    blocks += _windows(reading)
    return Section("importance", "What the networks weigh", "Importance", blocks)


def _top(reading: AlphaNetReading, own: pd.DataFrame, name: str) -> Pictures:
    picture = Picture(
        "importance-top",
        partial(top_features, own, reading.operator_hues, name),
        f"Bars of the features that {name} weighs most",
        f"Figure 5-2. The {min(TOP, len(own))} features of the main window with the largest "
        "weights: mean |input weight| of the recurrent layer × |γ| of the norm before it, mean "
        "over fits, in shares of all features. Dots: mean |gradient × input| on test rows. Colours "
        "are operators.",
        reading.provenance(),
        wide=True,
    )
    return Pictures([picture])


def _shares(reading: AlphaNetReading, own: pd.DataFrame, name: str) -> Picture:
    return Picture(
        file_name("importance-operators", name),
        partial(operator_shares, own, reading.operator_hues, name),
        f"Bars of the share of each operator in the weights of {name}",
        f"Shares of the operators in {name}: sums over their features; an operator of more "
        "features has more to add up.",
        reading.provenance(),
    )


def _windows(reading: AlphaNetReading) -> list[Block]:
    weights = reading.tables.branch_weights
    if weights.empty:
        return [missing("branch_weights", "Weights by window were")]
    blocks: list[Block] = []
    for model, own in weights.groupby("model", sort=False):
        name, wide = str(model), cross_table(own, "window", "feature", "mean_abs")
        if len(wide) < 2:
            continue
        layers = "of the recurrent layer of each window"
        figure = "Figure 4-8. "
        if name == reading.headline:
            layers = "of each window’s first layer, the Bi-LSTM’s and the encoders’,"
            figure = ""
        picture = Picture(
            file_name("branch-weights", name),
            partial(branch_weights, wide, name, reading.hue(name)),
            f"Map of the mean absolute input weights of {name}, by window and feature",
            f"{figure}Mean absolute input weights {layers} of {name}, features in canonical order.",
            reading.provenance(),
            wide=True,
        )
        blocks += [*opening(branch_sentence(own, name)), Pictures([picture])]
    return blocks
