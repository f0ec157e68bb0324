"""Nodes of the score pipeline."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.errors import ConfigurationError
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import LIVE
from deep_alpha.labels import Labels
from deep_alpha.training.final_model import FinalModel
from deep_alpha.training.plan import RunPlan

_log = logging.getLogger(__name__)


def rank_newest(
    models: Mapping[str, str],
    headline: str,
    run_plan: RunPlan,
    panel: xr.Dataset,
    features: FeatureTable,
    labels: dict[int, Labels],
    extended_features: FeatureTable,
    sequences: FeatureTable,
    sequence_labels: dict[int, Labels],
    images: FeatureTable | None,
    image_labels: dict[int, Labels],
    *finals: FinalModel | None,
) -> pd.DataFrame:
    """Rank the newest date's eligible names by the newest fold's models.

    Names are those with a row of features; a model of windows has no score for one whose
    window is not whole.

    Args:
        models: Each model's name and the table it reads.
        headline: The model whose score ranks.
        run_plan: The headline horizon.
        panel: Industries.
        features: Rows of factors, as all but ``sequences`` have them.
        labels: Their labels.
        extended_features: The same rows with further columns.
        sequences: Rows of all traded days.
        sequence_labels: Their labels.
        images: Daily inputs of the same rows; None where paper 001 was not run.
        image_labels: Their labels.
        finals: The models, in the order of ``models``; None where one is not fitted.

    Returns:
        Columns date, rank (1 is best), asset, industry, score (the headline model's) and
        one column for each model. No row where the newest fold is not live.
    """
    if headline not in models:
        raise ConfigurationError(
            f"headline_model '{headline}' is not known; choose one of: {', '.join(models)}"
        )
    fitted = {name: final for name, final in zip(models, finals, strict=True) if final is not None}
    if headline not in fitted:
        raise ConfigurationError(f"headline_model '{headline}' is not fitted in this data root")
    tables = {
        "features": (features, labels),
        "extended_features": (extended_features, labels),
        "sequences": (sequences, sequence_labels),
        "images": (images, image_labels),
    }
    if any(final.fold != LIVE for final in fitted.values()):
        _log.warning("no ranking: the newest fold is not live, its models are of another time")
        return pd.DataFrame(columns=["date", "rank", "asset", "industry", "score", *fitted])
    day = len(features.dates) - 1
    assets = _assets_of(features, day)
    scores = {}
    for name, final in fitted.items():
        table, known = tables[models[name]]
        if table is None:
            raise ConfigurationError(
                f"{name} is fitted, but its table {models[name]} is not stored"
            )
        own = final.score_day(table, known[run_plan.horizon], day)
        scores[name] = pd.Series(own, _assets_of(table, day)).reindex(assets).to_numpy()
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
