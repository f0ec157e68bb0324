"""The daily inputs: what they are, one window of them, and how alike they are (Table 3-1 ff)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from deep_alpha.factors.alphanet_inputs import ALL_INPUTS, INPUT_FORMULAS, INPUT_SETS
from deep_alpha.feature_table import FeatureTable
from deep_alpha.kernels.spearman import spearman_matrix
from deep_alpha.models.samples import Samples

CORRELATED_ROWS = 200_000
"""Train rows whose ranks are correlated, at most."""

_COMPARED_SETS = ("v1", "v2", "paper13")
_QUANTILES = {"median": 0.5, "low": 0.01, "high": 0.99}


def input_table(coverage: Mapping[str, float], train: Samples) -> pd.DataFrame:
    """Every input: its formula, its place in each set, and its spread.

    Args:
        coverage: Share of the eligible rows that have an input.
        train: The train segment of the newest test, of single rows.

    Returns:
        Columns name, formula, one for each set (place from 1, NaN outside), coverage, median,
        low and high (1 and 99 % quantiles).
    """
    at = [train.feature_names.index(name) for name in ALL_INPUTS]
    spread = [
        # One column at a time: all of a market's train rows would fill memory.
        np.quantile(np.asarray(train.features[train.rows, column]), list(_QUANTILES.values()))
        for column in at
    ]
    places = {
        name: [inputs.index(own) + 1.0 if own in inputs else np.nan for own in ALL_INPUTS]
        for name, inputs in INPUT_SETS.items()
    }
    return pd.DataFrame(
        {
            "name": ALL_INPUTS,
            "formula": [INPUT_FORMULAS[name] for name in ALL_INPUTS],
            **{name: places[name] for name in ("v1", "v2", "paper13", "dedup11")},
            "coverage": [coverage[name] for name in ALL_INPUTS],
            **dict(zip(_QUANTILES, np.transpose(spread), strict=True)),
        }
    )


def input_correlation(train: Samples) -> pd.DataFrame:
    """Spearman correlations of the inputs within three sets (Figures 4-2 and 4-3).

    Args:
        train: Train rows, pooled over days.

    Returns:
        Columns set, first, second, correlation: whole squares, NaN for a constant input.
    """
    at = [train.feature_names.index(name) for name in ALL_INPUTS]
    values = np.asarray(train.features[train.rows], dtype=np.float32)[:, at]
    correlations = pd.DataFrame(spearman_matrix(values), ALL_INPUTS, ALL_INPUTS)
    rows = [
        (name, first, second, correlations.loc[first, second])
        for name in _COMPARED_SETS
        for first in INPUT_SETS[name]
        for second in INPUT_SETS[name]
    ]
    return pd.DataFrame(rows, columns=["set", "first", "second", "correlation"])


def sample_window(sample: Samples, table: FeatureTable) -> pd.DataFrame:
    """One sample's raw window of the paper's 13 inputs (Table 3-2).

    Args:
        sample: One sample of windows.
        table: The images that it was cut from.

    Returns:
        Columns input, day (0 is the sample's own, 1 the traded day before …), value, scaled
        (distance from the window's mean in its standard deviations, 0 for an input that does
        not move), asset and date of the sample. No row without a sample.
    """
    columns = ["input", "day", "value", "scaled", "asset", "date"]
    if not len(sample):
        return pd.DataFrame(columns=columns)
    inputs = INPUT_SETS["paper13"]
    at = [sample.feature_names.index(name) for name in inputs]
    window = sample.take(slice(0, 1))[0].astype(np.float64)[:, at]
    moved, deviation = window - window.mean(axis=0), window.std(axis=0)
    moves = np.ptp(window, axis=0) > 0
    scaled = np.where(moves, moved / np.where(moves, deviation, 1.0), 0.0)
    days = np.arange(len(window))[::-1]
    return pd.DataFrame(
        {
            "input": np.repeat(inputs, len(window)),
            "day": np.tile(days, len(inputs)),
            "value": window.T.ravel(),
            "scaled": scaled.T.ravel(),
            "asset": str(table.assets[sample.asset_index[0]]),
            "date": table.dates[sample.date_index[0]],
        }
    )[columns]
