"""Which features Spearman dropout keeps (SPEC 001-D1)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from deep_alpha.explain.alphanet.fits import AlphaNetFit
from deep_alpha.factors.alphanet_columns import (
    MEAN_OPERATOR,
    OPERATOR_FORMULAS,
    OPERATORS,
    column_names,
    feature_columns,
)
from deep_alpha.factors.alphanet_inputs import INPUT_SETS
from deep_alpha.models.alphanet.features import PreparedFeatures
from deep_alpha.models.alphanet.spearman_dropout import jaccard

FEATURE_COLUMNS = ("name", "operator", "kept", "constant", "place")


def operator_table(headline: PreparedFeatures | None) -> pd.DataFrame:
    """The paper's six operators (Table 3-3).

    Args:
        headline: What the headline network's newest fit learned; None where there is none.

    Returns:
        Columns operator, formula, features (of the 13 inputs in one window) and kept (of
        these by the headline network; NaN without one).
    """
    operators = [name for name in OPERATORS if name != MEAN_OPERATOR]
    all_columns = feature_columns(INPUT_SETS["paper13"])
    of_paper = pd.Series([column.operator for column in all_columns]).value_counts()
    kept = None
    if headline is not None:
        own = pd.Series([column.operator for column in headline.columns], dtype=object)
        kept = own.value_counts().reindex(operators, fill_value=0).to_numpy()
    return pd.DataFrame(
        {
            "operator": operators,
            "formula": [OPERATOR_FORMULAS[name] for name in operators],
            "features": of_paper.reindex(operators).to_numpy(),
            "kept": np.nan if kept is None else kept,
        }
    )


def feature_table(features: PreparedFeatures) -> pd.DataFrame:
    """Every feature of the main window, in canonical order.

    Args:
        features: What a fit learned of its features.

    Returns:
        Columns name, operator, kept, constant (dropped before any correlation) and place,
        from 0. A fit without Spearman dropout does not know constants.
    """
    columns = feature_columns(features.inputs, mean=features.settings.mean)
    names = column_names(columns, features.inputs)
    constant = np.zeros(len(names), dtype=np.bool_)
    if features.correlations is not None:
        constant = np.isnan(np.diagonal(features.correlations))
    return pd.DataFrame(
        {
            "name": names,
            "operator": [column.operator for column in columns],
            "kept": np.isin(names, features.names),
            "constant": constant,
            "place": np.arange(len(names)),
        }
    )[list(FEATURE_COLUMNS)]


def feature_correlation(features: PreparedFeatures) -> pd.DataFrame:
    """Rank correlations of all features, a square with the names in a column ``name``.

    Args:
        features: What a fit learned of its features.

    Returns:
        NaN for constants; no row where nothing was dropped, and so nothing compared.
    """
    names = feature_table(features)["name"].tolist()
    if features.correlations is None:
        return pd.DataFrame(columns=["name", *names])
    square = pd.DataFrame(features.correlations, columns=names)
    square.insert(0, "name", names)
    return square


def kept_table(fits: Sequence[AlphaNetFit]) -> pd.DataFrame:
    """How many features each fit keeps, and how much of the first fit's choice.

    Args:
        fits: Fits of one model or several, each model's own in time order.

    Returns:
        Columns model, fold, seed, features (of one window, before dropout), kept, and
        jaccard (of the kept set and that of the model's first fit).
    """
    rows, first = [], dict[str, tuple[str, ...]]()
    for fit in fits:
        features = fit.features()
        known = len(feature_columns(features.inputs, mean=features.settings.mean))
        same = jaccard(first.setdefault(fit.model, features.names), features.names)
        rows.append((fit.model, fit.fold.name, fit.seed, known, len(features.names), same))
    return pd.DataFrame(rows, columns=["model", "fold", "seed", "features", "kept", "jaccard"])
