"""Nodes of the export pipeline."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from deep_alpha.errors import ConfigurationError
from deep_alpha.evaluation.export_folder import (
    ENHANCED,
    LONG_ONLY,
    RETURNS,
    ExportSettings,
    SignalExport,
    write_guide,
    write_signal,
)
from deep_alpha.evaluation.exports import returns_of_growth
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.signals import Signal, wide_frame
from deep_alpha.staging import staged_folder
from deep_alpha.targets import TargetSettings, forward_return

FOLDER = "exports"

_log = logging.getLogger(__name__)


def write_exports(
    stored: Mapping[str, Callable[[], Signal]],
    panel: xr.Dataset,
    daily_portfolios: pd.DataFrame,
    long_only_tables: Mapping[str, Callable[[], pd.DataFrame]],
    enhancement_tables: Mapping[str, Callable[[], pd.DataFrame]],
    export: ExportSettings,
    evaluation: EvaluationSettings,
    target: dict[str, Any],
    folder: str,
) -> None:
    """Write the wanted signals below ``folder``, and swap the exports whole.

    Raises:
        ConfigurationError: A signal that is asked for is not stored, or has no scores.
    """
    forward = {}
    for horizon in export.horizons:
        settings = TargetSettings(horizon=horizon, **target)
        forward[horizon] = wide_frame(forward_return(panel, settings))
    groups = pd.Series(
        panel["industry"].to_numpy().astype(str), panel["asset"].to_numpy().astype(str)
    )
    accounts = [
        enhancement_tables["enhancement_curves"]().assign(file=ENHANCED),
        long_only_tables["curves"]().assign(
            file=lambda table: LONG_ONLY + "_" + table["portfolio"].astype(str)
        ),
    ]
    destination = Path(folder) / FOLDER
    index = {}
    with staged_folder(destination) as staging:
        for name in _wanted(stored, export.signals):
            signal = stored[name]()
            scores = signal.wide()
            if scores.empty:
                continue
            returns = {**_portfolios(daily_portfolios, name), **_accounts(accounts, name)}
            parts = SignalExport(scores, signal.meta, returns)
            index[name] = write_signal(staging, name, parts, forward, groups, evaluation.quantiles)
            for file, reason in index[name]["left_out"].items():
                _log.warning("%s/%s is left out: %s", name, file, reason)
        missing = [name for name in export.signals if name not in index]
        if missing or not index:
            raise ConfigurationError(
                f"{', '.join(missing or stored)}: no scores on test dates, so nothing to export"
            )
        write_guide(staging, index, export.horizons, target["entry"], evaluation.annual_days)
    _log.info("%d signals exported to %s", len(index), destination)


def _wanted(stored: Mapping[str, Any], asked: tuple[str, ...]) -> tuple[str, ...]:
    """The names asked for, all where none is."""
    for name in asked:
        if name not in stored:
            raise ConfigurationError(
                f"export.signals: there is no signal {name}; there are {', '.join(stored)}"
            )
    return asked or tuple(stored)


def _portfolios(daily: pd.DataFrame, name: str) -> dict[str, pd.DataFrame]:
    """Daily returns of the top, bottom, long-short and universe portfolios.

    Not the naive ones, which overlap: no library could tell that they are h-day returns.
    """
    own = daily[daily["model"] == name].set_index("date").drop(columns="model")
    kept = own.loc[:, [not str(column).startswith("naive_") for column in own]]
    return {RETURNS: kept} if len(kept) else {}


def _accounts(curves: Sequence[pd.DataFrame], name: str) -> dict[str, pd.DataFrame]:
    """Daily returns of the accounts that were held with a signal, by file."""
    found = {}
    for table in curves:
        for file, own in table[table["signal"] == name].groupby("file", sort=False):
            wide = own.pivot(index="date", columns="part", values="value")
            found[str(file)] = returns_of_growth(wide[list(dict.fromkeys(own["part"]))])
    return found
