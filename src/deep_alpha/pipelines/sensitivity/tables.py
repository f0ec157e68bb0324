"""The feature tables of the trials: other factors, at the rows of the run's own features."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.factors import FACTOR_NAMES, behavioural_factors
from deep_alpha.factors.features import FactorSettings
from deep_alpha.factors.scaling import scale_day_rows
from deep_alpha.feature_table import FeatureTable, make_feature_table
from deep_alpha.pipelines.sensitivity.trials import Scaling, Trial


def lay_trial_tables(
    trials: Sequence[Trial],
    features: FeatureTable,
    panel: xr.Dataset,
    factors: FactorSettings,
    root: Path,
) -> dict[str, Path]:
    """Store the tables that the trials need, one for each way of scaling.

    All have the rows of the run's features, whoever has 36 factors of another set: so all
    trials share labels, folds and samples, and are judged on the same names. What is missing
    is 0, the mean, as it is there.

    Args:
        trials: The trials.
        features: The run's own table; trials that find their columns in it need no other.
        panel: The market panel.
        factors: How the run's own table was laid.
        root: Folder for the tables.

    Returns:
        The folder of each trial's table, by the name of its jobs.

    Raises:
        ValueError: The run's own table is not stored.
    """
    if features.folder is None:
        raise ValueError("features must come from storage: jobs open them by path")
    own = Scaling(factors.winsor, factors.scale_free)
    folders: dict[str, Path] = {}
    wanted: dict[Scaling, set[str]] = {}
    for trial in trials:
        if trial.scaling == own and set(trial.columns) <= set(features.names):
            folders[trial.job] = features.folder.absolute()
        else:
            folders[trial.job] = (root / trial.scaling.name).absolute()
            wanted.setdefault(trial.scaling, set()).update(trial.columns)
    for scaling, columns in wanted.items():
        names = tuple(name for name in FACTOR_NAMES if name in columns)
        _table(names, scaling, features, panel).save(root / scaling.name)
    return folders


def _table(
    names: tuple[str, ...], scaling: Scaling, features: FeatureTable, panel: xr.Dataset
) -> FeatureTable:
    raw = behavioural_factors(panel, scale_free=scaling.scale_free)
    kept = np.zeros((panel.sizes["date"], panel.sizes["asset"]), dtype=np.bool_)
    kept[features.date_index, features.asset_index] = True
    rows, date_index, asset_index = scale_day_rows(
        raw.to_numpy(),
        kept,
        0,
        columns=raw.get_index("factor").get_indexer(pd.Index(names)),
        winsor=scaling.winsor,
    )
    return make_feature_table(rows, names, date_index, asset_index, panel, features.sample)
