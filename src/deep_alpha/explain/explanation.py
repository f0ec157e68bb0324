"""Explain a model's walk: each closed fold's test rows by that fold's own networks.

Reads what ``walk_forward`` left behind: ``<jobs>/<fold>/seed<k>/`` with the fitted model
and its record (SPEC 000-E8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.errors import ConfigurationError
from deep_alpha.explain.explained_rows import (
    ExplanationSettings,
    background_rows,
    explained_rows,
    factor_values,
)
from deep_alpha.explain.shap_values import ShapValues, shap_values
from deep_alpha.explain.stored_networks import common_names, stored_network
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Fold
from deep_alpha.labels import Labels


@dataclass(frozen=True)
class Explanation:
    """SHAP values of test rows, pooled over folds.

    Args:
        names: The factors.
        contributions: Shape (n, factors), float64: what each factor adds to a row's score.
        features: Shape (n, factors), float32: the rows as the network saw them.
        rows: By row: fold, date, asset, base (mean score of the fold's background) and
            score, the mean over seeds.
        seeds: Seeds of the fits.
        additivity_error: Largest distance between a score and its base and parts together.
    """

    names: tuple[str, ...]
    contributions: NDArray[np.float64]
    features: NDArray[np.float32]
    rows: pd.DataFrame
    seeds: tuple[int, ...]
    additivity_error: float


def explain_walk(
    jobs: Path,
    folds: Sequence[Fold],
    table: FeatureTable,
    labels: Labels,
    settings: ExplanationSettings,
    seeds: Sequence[int] = (0,),
) -> Explanation:
    """Split the scores of test rows, drawn from all closed folds, among their factors.

    A fold's rows are explained by the networks fitted on that fold, against rows of its
    own train segment. With several seeds the values are their mean, which splits the mean
    score: that is what the signal is.

    Args:
        jobs: Folder of one model's jobs at one horizon, ``…/<model>/h<horizon>``.
        folds: The walk's folds; the live one is left out.
        table: The feature table that the jobs were fitted on.
        labels: Their labels.
        settings: How many rows, and how.
        seeds: Which fits.

    Raises:
        ConfigurationError: A job is missing, is another fold's or horizon's, or is no
            network of single rows; folds were fitted on different factors; or nothing is
            there to explain.
        PanelError: The table lacks a factor.
    """
    closed = [fold for fold in folds if not fold.is_live]
    if not closed or not seeds:
        raise ConfigurationError(
            f"{jobs}: there is nothing to explain with {len(closed)} closed folds and "
            f"{len(seeds)} seeds; give at least one of each"
        )
    share = -(-settings.explained_rows // len(closed))
    networks = {
        (fold, seed): stored_network(jobs, fold.name, seed, labels.target.horizon)
        for fold in closed
        for seed in seeds
    }
    names = common_names(networks.values())
    contributions, features, rows, worst = [], [], [], 0.0
    for fold in closed:
        background = background_rows(table, labels, fold, settings)
        chosen = explained_rows(table, labels, fold, share, settings)
        seen, against = (factor_values(table, part, names) for part in (chosen, background))
        by_seed = [
            shap_values(
                networks[fold, seed].network,
                seen,
                against,
                method=settings.method,
                seed=settings.seed,
            )
            for seed in seeds
        ]
        worst = max(worst, *(part.additivity_error for part in by_seed))
        contributions.append(np.mean([part.contributions for part in by_seed], axis=0))
        features.append(seen)
        rows.append(_rows(table, chosen, fold, by_seed))
    return Explanation(
        names,
        np.concatenate(contributions),
        np.concatenate(features),
        pd.concat(rows, ignore_index=True),
        tuple(seeds),
        worst,
    )


def _rows(
    table: FeatureTable, chosen: NDArray[np.int64], fold: Fold, by_seed: Sequence[ShapValues]
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "fold": fold.name,
            "date": table.dates[table.date_index[chosen]],
            "asset": table.assets[table.asset_index[chosen]],
            "base": float(np.mean([part.base for part in by_seed])),
            "score": np.mean([part.scores for part in by_seed], axis=0),
        }
    )
