"""A small stored market of features and labels, for tests of the job machinery.

An asset's numbers depend on its name and the day only: a longer calendar or one more
asset leaves every other number as it was, as a daily update of a real market does.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.digests import day_digests
from deep_alpha.feature_table import make_feature_table
from deep_alpha.folds import Fold, FoldSettings, make_folds
from deep_alpha.labels import Labels
from deep_alpha.models.contract import FitContext
from deep_alpha.targets import TargetSettings
from deep_alpha.training.device import DeviceSettings
from deep_alpha.training.jobs import Job, plan_jobs
from deep_alpha.training.plan import ModelSpec, Profile, RunPlan, plan_run
from deep_alpha.training.walk_forward import WalkForward, walk_forward

DAYS = 160
ASSETS = tuple(f"A{number:03d}" for number in range(40))
FEATURES = ("level", "slope", "noise_1", "noise_2", "noise_3")
HORIZON = 5
FOLDS = FoldSettings(test_start="2020-06-01", step_months=1)
_LONGEST = 400

Change = Callable[[np.ndarray, np.ndarray], None]


@dataclass(frozen=True)
class Stored:
    """Where a market lies, and how it is cut: tests 2020-06, 2020-07, 2020-08 and live."""

    table: Path
    labels: Path
    folds: list[Fold]
    dates: pd.DatetimeIndex


def lay(
    root: Path,
    days: int = DAYS,
    assets: Sequence[str] = ASSETS,
    change: Change | None = None,
    listed: Mapping[str, int] | None = None,
    young: Mapping[str, int] | None = None,
) -> Stored:
    """Store features and labels.

    Args:
        root: Folder to write to.
        days: Length of the calendar.
        assets: Names, in any order.
        change: Edits features (day, asset, feature) and returns (day, asset) in place.
        listed: First day of assets that have no rows before.
        young: First day of assets that are no samples before.
    """
    assets = sorted(assets)
    values, returns, present = (
        np.stack(part, axis=1) for part in zip(*map(_history, assets), strict=True)
    )
    values, returns, present = (part[:days].copy() for part in (values, returns, present))
    for asset, first in (listed or {}).items():
        present[:first, assets.index(asset)] = False
    returns[days - HORIZON :] = np.nan
    if change is not None:
        change(values, returns)
    date_index, asset_index = np.nonzero(present)
    dates = pd.bdate_range("2020-01-01", periods=days)
    panel = xr.Dataset(coords={"date": dates, "asset": np.array(assets, dtype=object)})
    rows = values[date_index, asset_index]
    eligible = np.ones_like(present)
    for asset, first in (young or {}).items():
        eligible[:first, assets.index(asset)] = False
    sample = eligible[date_index, asset_index]
    table = make_feature_table(rows, FEATURES, date_index, asset_index, panel, sample)
    known = returns[date_index, asset_index]
    labels = Labels(TargetSettings(horizon=HORIZON), known, day_digests([known], table.offsets))
    table.save(root / "features")
    labels.save(root / f"labels/h{HORIZON}")
    folds = make_folds(table.dates, labels.target.reach, FOLDS)
    return Stored(root / "features", root / f"labels/h{HORIZON}", folds, dates)


def jobs(
    stored: Stored,
    root: Path,
    model_class: str,
    config: dict[str, Any] | None = None,
    seeds: Sequence[int] = (0,),
    **others: Any,
) -> list[Job]:
    """One job for each fold and seed, as a walk plans them."""
    return plan_jobs(
        "model",
        model_class,
        config or {},
        stored.folds,
        seeds,
        stored.table,
        stored.labels,
        root,
        others.pop("context", FitContext()),
        **others,
    )


def plan(
    seeds: Sequence[int] = (0,), executor: str = "serial", workers: int = 1, **profile: Any
) -> RunPlan:
    """A run plan on the CPU that checkpoints after each epoch."""
    return plan_run(
        "tiny",
        {"tiny": Profile(seeds=tuple(seeds), horizons=(HORIZON,), **profile)},
        "cpu",
        {"cpu": DeviceSettings(checkpoint_seconds=0)},
        executor,
        workers,
    )


def walk(stored: Stored, root: Path, spec: ModelSpec, run_plan: RunPlan) -> WalkForward:
    """Walk a model named ``model`` through the stored market."""
    return walk_forward(
        "model",
        spec,
        run_plan,
        FEATURES[:3],
        {HORIZON: stored.folds},
        stored.table,
        {HORIZON: stored.labels},
        root,
        {"market": "small", "universe": "all", "entry": "close"},
    )


def scores_and_weights(root: Path) -> dict[str, bytes]:
    """The files of all artefacts that must have the same bytes however they were made."""
    suffixes = {".parquet", ".safetensors"}
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.suffix in suffixes or path.name == "trees.json"
    }


def _history(asset: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(zlib.crc32(asset.encode()))
    values = random.normal(size=(_LONGEST, len(FEATURES))).astype(np.float32)
    noise = random.normal(size=_LONGEST)
    returns = 0.02 * (0.6 * values[:, 0] - 0.3 * values[:, 1] + noise)
    return values, returns.astype(np.float32), random.random(_LONGEST) > 0.03
