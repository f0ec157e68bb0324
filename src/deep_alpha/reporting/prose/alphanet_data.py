"""Opening sentences on inputs, features and networks of paper 001, from their tables."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from deep_alpha.reporting.alphanet_figures import lowest_row
from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.formats import (
    count,
    decimal,
    enumeration,
    known,
    percent,
    plural,
    scientific,
)
from deep_alpha.reporting.judged_reading import cross_table
from deep_alpha.reporting.printed_alphanet import FEATURES, KEPT

HIGH = 0.8
_SETS = {"v1": "V1", "v2": "V2 and V3", "paper13": "V4"}


def correlation_matrix(table: pd.DataFrame, chosen: str) -> pd.DataFrame:
    """Rank correlations of a set's inputs as a square, whichever half is told."""
    own = table[table["set"] == chosen]
    wide = cross_table(own, "first", "second", "correlation")
    names = list(dict.fromkeys([*wide.index, *wide.columns]))
    square = wide.reindex(index=names, columns=names)
    return square.fillna(square.T)


def input_sentences(reading: AlphaNetReading) -> list[str]:
    """Least coverage, and how many pairs of inputs of each set are alike."""
    inputs, correlation = reading.tables.inputs, reading.tables.input_correlation
    sentences = []
    if len(inputs) and inputs["coverage"].notna().any():
        worst = lowest_row(inputs, "coverage")
        sentences.append(
            f"Of {plural(len(inputs), 'input')}, {worst['name']} has the lowest coverage, "
            f"{percent(worst['coverage'], 2)} of the eligible rows."
            if worst["coverage"] < 1
            else f"All {plural(len(inputs), 'input')} are known in every eligible row."
        )
    if len(correlation):
        parts = [
            f"{words} {high} of {pairs} (mean {decimal(mean, 2)})"
            for chosen, words in _SETS.items()
            if (pairs := len(found := _pairs(correlation, chosen)))
            for high, mean in [(int((found > HIGH).sum()), float(found.mean()))]
        ]
        sentences.append(
            f"Pairs of inputs whose absolute rank correlation is above {HIGH}: {'; '.join(parts)}. "
            "A root or a power leaves rank correlations as they are."
        )
    return sentences


def feature_sentences(reading: AlphaNetReading) -> list[str]:
    """How many features are kept, which operators they are of, and how alike the sets are."""
    features, fits = reading.tables.features, reading.dropped
    sentences = []
    if len(features):
        kept = features["kept"].astype(bool)
        constant = features.loc[features["constant"].astype(bool), "name"].astype(str).tolist()
        text = (
            f"The fit of {reading.headline} for the newest test keeps {count(kept.sum())} of "
            f"{plural(len(features), 'feature')} of its main window, where the paper keeps {KEPT} "
            f"of {FEATURES}"
        )
        if constant:
            text += f"; {enumeration(constant)} {'is' if len(constant) == 1 else 'are'} constant"
        sentences.append(f"{text}.")
        share = kept.groupby(features["operator"]).mean()
        if len(share) > 1:
            sentences.append(
                f"Most of {share.idxmax()} is kept ({percent(share.max(), 0)}) and least of "
                f"{share.idxmin()} ({percent(share.min(), 0)})."
            )
    if len(fits) > 1:
        sentences.append(
            f"Over {plural(len(fits), 'fit')} the number runs from {count(fits['kept'].min())} to "
            f"{count(fits['kept'].max())}; no fit’s set is less like the first one’s than "
            f"{decimal(fits['jaccard'].min(), 2)} (Jaccard)."
        )
    return sentences


def norm_sentence(ranges: dict[tuple[str, str], tuple[float, float]]) -> str:
    """Ranges before and after the first batch norm, beside the printed ones."""
    parts = []
    for operator in dict.fromkeys(operator for operator, _ in ranges):
        ends = [ranges.get((operator, stage)) for stage in ("before", "after")]
        if all(ends):
            words = [f"{scientific(pair[0])} … {scientific(pair[1])}" for pair in ends if pair]
            parts.append(f"{operator} from {words[0]} to {words[1]}")
    if not parts:
        return ""
    return (
        f"Without the outer 0.5 % on either side, the first norm takes {enumeration(parts)}; the "
        "paper prints −0.7 … 0.4 and "
        "0 … 23,000,000 before and −1.5 … 2 after."
    )


def alphanet_network_sentence(reading: AlphaNetReading) -> str:
    """Parameters of each network, and how many times as many the largest has."""
    totals = reading.tables.architectures.groupby("model", sort=False)["parameters"].sum()
    words = [f"{name} {count(total)}" for name, total in totals.items()]
    text = f"Parameters, read off the fitted networks: {enumeration(words)}."
    if len(totals) > 1 and totals.min() > 0:
        ratio = decimal(totals.max() / totals.min(), 0)
        text += f" {totals.idxmax()} has {ratio} times as many as {totals.idxmin()}."
    return text


def _pairs(correlation: pd.DataFrame, chosen: str) -> pd.Series:
    """Absolute correlations of the pairs of a set."""
    matrix = correlation_matrix(correlation, chosen) if len(correlation) else pd.DataFrame()
    values = {pair: abs(float(matrix.loc[pair])) for pair in combinations(matrix.index, 2)}
    found = pd.Series(values, dtype="float64")
    return found[[known(value) for value in found]]
