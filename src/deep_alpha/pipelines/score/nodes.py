"""Nodes of the score pipeline."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.errors import ConfigurationError
from deep_alpha.feature_table import FeatureTable
from deep_alpha.labels import Labels
from deep_alpha.training.final_model import FinalModel
from deep_alpha.training.plan import RunPlan


def rank_newest(
    models: tuple[str, ...],
    headline: str,
    run_plan: RunPlan,
    features: FeatureTable,
    labels: dict[int, Labels],
    sequences: FeatureTable,
    sequence_labels: dict[int, Labels],
    panel: xr.Dataset,
    *finals: FinalModel,
) -> pd.DataFrame:
    """Rank the newest date's eligible names by the newest fold's models.

    Names are those with a row of features; a model of windows has no score for one whose
    window is not whole.

    Returns:
        Columns date, rank (1 is best), asset, industry, score (the headline model's) and
        one column for each model.
    """
    if headline not in models:
        raise ConfigurationError(
            f"headline_model '{headline}' is not known; choose one of: {', '.join(models)}"
        )
    day = len(features.dates) - 1
    assets = _assets_of(features, day)
    scores: Mapping[str, np.ndarray] = {
        name: (
            final.score_day(features, labels[run_plan.horizon], day)
            if final.lookback == 1
            else pd.Series(
                final.score_day(sequences, sequence_labels[run_plan.horizon], day),
                index=_assets_of(sequences, day),
            )
            .reindex(assets)
            .to_numpy()
        )
        for name, final in zip(models, finals, strict=True)
    }
    industry = pd.Series(panel["industry"].to_numpy(), index=panel["asset"].to_numpy())
    ranking = pd.DataFrame(
        {
            "date": features.dates[day],
            "asset": assets,
            "industry": industry.reindex(assets).to_numpy(),
            "score": scores[headline],
            **scores,
        }
    )
    ranking = ranking.sort_values(["score", "asset"], ascending=[False, True], ignore_index=True)
    ranking.insert(1, "rank", np.arange(1, len(ranking) + 1))
    return ranking


def _assets_of(table: FeatureTable, day: int) -> np.ndarray:
    """Names of a day's samples, in the table's order."""
    return np.asarray(table.assets[table.asset_index[table.samples_between(day, day)]])
