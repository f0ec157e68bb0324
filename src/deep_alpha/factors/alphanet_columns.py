"""AlphaNet's features by name: which operator over which inputs, in one fixed order (SPEC 2.2)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

PAIR_OPERATORS = ("ts_corr", "ts_cov")
SINGLE_OPERATORS = ("ts_stddev", "ts_zscore", "ts_return", "ts_decaylinear")
MEAN_OPERATOR = "ts_mean"
"""The seventh operator, of V1 alone."""

OPERATORS = (*PAIR_OPERATORS, *SINGLE_OPERATORS, MEAN_OPERATOR)
"""All operators, in the canonical order."""

OPERATOR_FORMULAS: Mapping[str, str] = {
    "ts_corr": "Pearson correlation of X and Y; 0 where one of them is constant",
    "ts_cov": "Σ (X − mean X)(Y − mean Y) / (d − 1)",
    "ts_stddev": "√(Σ (X − mean X)² / d)",
    "ts_zscore": "mean X / ts_stddev X; 0 where X is constant",
    "ts_return": "(X − X of d days ago) / X of d days ago; 0 where that is nearly 0",
    "ts_decaylinear": "Σ w X / Σ w, with w = 1 on the first day up to d on the last",
    "ts_mean": "Σ X / d",
}
"""What each operator makes of inputs X and Y over a window of d days, for readers."""


class FeatureColumn(NamedTuple):
    """One time-series feature, of any window length.

    Args:
        operator: A name of ``OPERATORS``.
        first: Its input, a position among the model's inputs.
        second: The other input of a pair, after ``first``; -1 where there is none.
    """

    operator: str
    first: int
    second: int = -1


def feature_columns(inputs: Sequence[str], mean: bool = False) -> tuple[FeatureColumn, ...]:
    """All features of some inputs in canonical order, in which Spearman dropout goes.

    Operator by operator, pairs (i, j) with i < j lexicographically.

    Args:
        inputs: Names of the inputs, in the order of their table.
        mean: Whether the mean of each input is among the features, as in V1.

    Returns:
        For n inputs n(n - 1) + 4n features; n more with the mean.
    """
    singles = (*SINGLE_OPERATORS, MEAN_OPERATOR) if mean else SINGLE_OPERATORS
    places = range(len(inputs))
    return tuple(
        FeatureColumn(operator, *pair)
        for operator in PAIR_OPERATORS
        for pair in itertools.combinations(places, 2)
    ) + tuple(FeatureColumn(operator, place) for operator in singles for place in places)


def column_names(columns: Sequence[FeatureColumn], inputs: Sequence[str]) -> tuple[str, ...]:
    """What features are called, as ``ts_corr(close,turnover)``."""
    return tuple(
        f"{column.operator}({inputs[column.first]}"
        + (f",{inputs[column.second]})" if column.second >= 0 else ")")
        for column in columns
    )
