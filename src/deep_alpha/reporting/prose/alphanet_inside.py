"""What the fitted AlphaNets look like from inside, from the tables of looks into them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from deep_alpha.factors.alphanet_columns import PAIR_OPERATORS
from deep_alpha.reporting.alphanet_figures import highest_row, lowest_row
from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.figures.importance import TOP
from deep_alpha.reporting.formats import (
    count,
    decimal,
    enumeration,
    known,
    percent,
    plural,
    significant,
)
from deep_alpha.reporting.judged_reading import cross_table, rows_of


def importance_sentences(importance: pd.DataFrame, name: str) -> list[str]:
    """The heaviest features, how many of the top are of two inputs, and whether gradients agree."""
    top = importance.nlargest(TOP, "weight")
    heaviest = enumeration([str(feature) for feature in top["feature"].head(3)])
    is_pair = importance["operator"].isin(PAIR_OPERATORS)
    sentences = [
        f"{name} weighs {heaviest} most. Of its {count(len(top))} heaviest features "
        f"{percent(is_pair[top.index].mean(), 0)} are of two inputs, of all "
        f"{plural(len(importance), 'feature')} {percent(is_pair.mean(), 0)}; the paper says that "
        "most of its significant features are composite."
    ]
    agreement = importance["weight"].corr(importance["gradient"], method="spearman")
    if known(agreement):
        sentences.append(
            f"Weights and gradients × inputs rank the features with a correlation of "
            f"{decimal(agreement, 2)}."
        )
    return sentences


def branch_sentence(weights: pd.DataFrame, name: str) -> str:
    """Whether the windows' weights are alike, and which are larger."""
    wide = cross_table(weights, "window", "feature", "mean_abs")
    if len(wide) != 2:
        return ""
    means = wide.mean(axis=1)
    one, other = wide.index
    alike = wide.loc[one].corr(wide.loc[other], method="spearman")
    return (
        f"{name}’s weights of {one} and {other} days rank the features with a correlation of "
        f"{decimal(alike, 2)}, and those of {means.idxmax()} days are larger "
        f"({decimal(means.max())} against {decimal(means.min())} on average); the paper calls the "
        "two almost the same and those of 10 days the darker."
    )


def attention_sentences(reading: AlphaNetReading) -> list[str]:
    """How the weights are spread over the steps, and what the sum is made of."""
    sentences = []
    own = rows_of(reading.tables.attention, model=reading.headline)
    if len(own) > 1:
        heaviest = highest_row(own, "weight")
        newest = lowest_row(own, "back")["weight"]
        back = int(heaviest["back"])
        step = f"{plural(back, 'day')} back" if back else "of the sample’s own day"
        beside = f", that of the sample’s own day {percent(newest)}" if back else ""
        sentences.append(
            f"The step {step} has the largest mean weight, {percent(heaviest['weight'])}{beside}; "
            f"all alike would be {percent(1 / len(own))}."
        )
    fits = rows_of(reading.tables.diagnostics, model=reading.headline)
    if len(fits):
        entropy = fits["attention_entropy"] / np.log(fits["steps"].to_numpy(dtype=np.float64))
        if known(entropy.mean()):
            sentences.append(
                f"The attention’s entropy is {percent(entropy.mean(), 0)} of that of equal weights."
            )
        hidden, encoded = fits["hidden_variance"].mean(), fits["encoded_variance"].mean()
        if known(hidden) and known(encoded) and hidden + encoded > 0:
            sentences.append(
                f"Before norms the Bi-LSTM’s states have a variance of {significant(hidden)}, "
                f"{percent(hidden / (hidden + encoded))} of its sum with the encoders’ "
                f"{significant(encoded)}."
            )
    return sentences


def style_sentences(reading: AlphaNetReading) -> list[str]:
    """Who carries most and least style, and what the residual target does to it."""
    told = {model: reading.styled(model) for model in reading.models}
    told = {model: value for model, value in told.items() if known(value)}
    if len(told) < 2:
        return []
    most, least = max(told, key=told.__getitem__), min(told, key=told.__getitem__)
    sentences = [
        f"Over all styles the scores of {most} correlate most with them (mean absolute value "
        f"{decimal(told[most], 2)}) and those of {least} least ({decimal(told[least], 2)})."
    ]
    volatility = rows_of(reading.tables.styles, model=reading.headline, style="VOLATILITY")
    if len(volatility) and math.isfinite(volatility["correlation"].iloc[0]):
        value = decimal(volatility["correlation"].iloc[0], 2, signed=True)
        sentences.append(f"{reading.headline} has a correlation of {value} with volatility.")
    return sentences
