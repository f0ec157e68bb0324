"""A sample that contains training, as the five years of paper 000 must (SPEC 000-E6).

**Not a test.** Its rows stand in a table of their own, to show what the paper's accounting and
sample make of a model; no metric record, signal or ledger row is made of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from threadpoolctl import threadpool_limits

from deep_alpha.backtest.judge import judge_portfolios
from deep_alpha.backtest.performance import performance
from deep_alpha.errors import ConfigurationError
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Fold, Segment
from deep_alpha.imports import load_object
from deep_alpha.labels import Labels
from deep_alpha.models.scoring import score_by_day
from deep_alpha.models.segments import segment_samples
from deep_alpha.training.jobs import RECORD

LEGS = ("top", "bottom", "long_short")
NAIVE = "naive_"
COLUMNS = ("model", "leg", "annual_return", "volatility", "sharpe", "final_value", "days")

_DAYS_AT_ONCE = 120


def score_with_training(
    folder: Path,
    fold: Fold,
    table: FeatureTable,
    labels: Labels,
    *,
    features: Sequence[str] = (),
    lookback: int = 1,
    max_gap: int | None = None,
) -> pd.DataFrame:
    """Score every sample from a fold's first train day to its last test day.

    Args:
        folder: Artefact folder of a finished job of the fold.
        fold: Train, validation and test of that job, and the purges between them.
        table: The feature table that the job was fitted on.
        labels: Its labels.
        features: Names of the features the model sees; empty for all.
        lookback: Traded days the model sees at once.
        max_gap: Most market days without trading inside a window; None for any number.

    Returns:
        Date × asset, float32, NaN where a name is no sample. Test dates have the scores that
        the job stored, to rounding.

    Raises:
        ConfigurationError: The folder holds no finished job, or one of another fold or horizon.
    """
    first, last = fold.train.first, fold.test.last
    fitted = _stored_fit(folder, fold, labels.target.horizon)
    grid = np.full((last - first + 1, len(table.assets)), np.nan, dtype=np.float32)
    for start in range(first, last + 1, _DAYS_AT_ONCE):
        # Some months at a time: choosing columns copies the rows, and all would fill memory.
        stop = min(start + _DAYS_AT_ONCE - 1, last)
        samples = segment_samples(
            table,
            labels,
            Segment(start, stop, start + 1, stop + labels.target.reach),
            known_only=False,
            features=features,
            lookback=lookback,
            max_gap=max_gap,
        )
        with threadpool_limits(1):
            scores = score_by_day(fitted, samples, str(folder))
        grid[samples.date_index - first, samples.asset_index] = scores
    dates = pd.DatetimeIndex(table.dates[first : last + 1], name="date")
    return pd.DataFrame(grid, dates, pd.Index(table.assets.astype(str), name="asset"))


def with_training_table(
    scores: Mapping[str, pd.DataFrame],
    panel: xr.Dataset,
    horizon: int,
    settings: EvaluationSettings,
    *,
    delisting_days: int,
) -> pd.DataFrame:
    """Return, risk and growth of the ends of scores that contain training.

    Args:
        scores: Date × asset by model, of :func:`score_with_training`.
        panel: The market panel.
        horizon: Days a name is held.
        settings: k and the days of a year; nothing is charged.
        delisting_days: As of :func:`~deep_alpha.backtest.judge.judge_portfolios`.

    Returns:
        Columns :data:`COLUMNS`. Legs ``naive_top`` … compound h-day returns daily, as the
        paper does; ``top`` … hold h tranches, without the first h days, in which these fill.
        ``final_value`` is what 1 has grown to.

    Raises:
        ConfigurationError: There are too few days to hold names for ``horizon`` days.
    """
    free = settings.model_copy(update={"costs_bps": ()})
    rows: list[dict[str, Any]] = []
    for model, frame in scores.items():
        judged = judge_portfolios(model, frame, panel, horizon, free, delisting_days=delisting_days)
        daily = judged.daily
        # What is held runs on for some days after the last score, the naive returns do not.
        for accounting, days in ((NAIVE, daily.loc[: frame.index[-1]]), ("", daily[horizon:])):
            for leg in LEGS:
                returns = days[f"{accounting}{leg}"].dropna()
                found = performance(returns, ann_days=settings.annual_days)
                rows.append(
                    {
                        "model": model,
                        "leg": f"{accounting}{leg}",
                        "annual_return": found.annual_return,
                        "volatility": found.annual_volatility,
                        "sharpe": found.sharpe,
                        "final_value": float(np.prod(1.0 + returns.to_numpy())),
                        "days": found.n_days,
                    }
                )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _stored_fit(folder: Path, fold: Fold, horizon: int) -> Any:
    path = Path(folder) / RECORD
    if not path.exists():
        raise ConfigurationError(
            f"{folder} holds no finished job: run the behaviour pipeline, or name a model that "
            "was fitted"
        )
    record = json.loads(path.read_text())
    if (record["fold"], record["horizon"]) != (fold.name, horizon):
        raise ConfigurationError(
            f"{folder} is the fit of fold {record['fold']} at a horizon of {record['horizon']} "
            f"days, not of fold {fold.name} at {horizon} days: name the folder of this fold"
        )
    return load_object(record["model_class"])().load(Path(folder) / "model")
