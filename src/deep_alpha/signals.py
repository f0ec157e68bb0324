"""Signals: out-of-sample scores of one model, and where they came from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xarray as xr

from deep_alpha.errors import DeepAlphaError
from deep_alpha.folds import Fold

COLUMNS = ("date", "asset", "score", "fold")
_META_KEY = b"deep_alpha"


@dataclass(frozen=True)
class Signal:
    """Scores of one model on test dates.

    Args:
        scores: Columns date, asset, score, fold; one row for each eligible asset and
            test date, no duplicates; higher = better.
        meta: model, horizon, entry, target, market digest, universe policy,
            fingerprints, seeds: what the scoreboard compares before it mixes anything.
    """

    scores: pd.DataFrame
    meta: Mapping[str, Any] = field(default_factory=dict)

    def wide(self, *, live: bool = False) -> pd.DataFrame:
        """Scores as a date × asset frame.

        Args:
            live: The open last fold's scores instead of the walk-forward tests'.
        """
        chosen = self.scores[(self.scores["fold"] == "live") == live]
        return chosen.pivot(index="date", columns="asset", values="score")

    def save(self, path: Path) -> None:
        """Write Parquet; the metadata travels in the file."""
        table = pa.Table.from_pandas(self.scores[list(COLUMNS)], preserve_index=False)
        meta = {
            **(table.schema.metadata or {}),
            _META_KEY: json.dumps(self.meta, sort_keys=True).encode(),
        }
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        staging = path.with_name(f".{path.name}.new")
        pq.write_table(table.replace_schema_metadata(meta), staging, compression="zstd")
        staging.replace(path)

    @classmethod
    def open(cls, path: Path) -> Signal:
        """Read a signal and its metadata."""
        table = pq.read_table(path)
        content = (table.schema.metadata or {}).get(_META_KEY, b"{}")
        return cls(table.to_pandas(), json.loads(content))


def make_signal(parts: Sequence[tuple[str, pd.DataFrame]], meta: Mapping[str, Any]) -> Signal:
    """Join the folds' scores.

    Args:
        parts: Fold name and its scores (columns date, asset, score).
        meta: The signal's metadata.

    Raises:
        DeepAlphaError: A date and asset are scored twice. Only the live fold may score a
            date that a test scores too.
    """
    scores = pd.concat(
        [frame.assign(fold=name) for name, frame in parts], ignore_index=True
    ).sort_values(["fold", "date", "asset"], kind="stable", ignore_index=True)
    twice = scores.assign(live=scores["fold"] == "live").duplicated(["live", "date", "asset"])
    if twice.any():
        row = scores[twice].iloc[0]
        raise DeepAlphaError(
            f"signal {meta.get('model', '')}: {row['asset']} is scored twice on "
            f"{row['date']:%Y-%m-%d}; test windows must not overlap"
        )
    return Signal(scores[list(COLUMNS)], dict(meta))


def ensemble(signals: Sequence[Signal], meta: Mapping[str, Any]) -> Signal:
    """The mean of several seeds' scores, row by row."""
    frames = [signal.scores.set_index(["fold", "date", "asset"])["score"] for signal in signals]
    mean = (
        pd.concat(frames, axis=1).astype("float64").mean(axis=1).astype("float32").rename("score")
    )
    scores = mean.reset_index().sort_values(
        ["fold", "date", "asset"], kind="stable", ignore_index=True
    )
    return Signal(scores[list(COLUMNS)], dict(meta))


def check_comparable(signals: Mapping[str, Signal]) -> None:
    """Refuse to judge signals of different markets, universes or labels side by side.

    Raises:
        DeepAlphaError: Names the two signals and what differs.
    """
    names = list(signals)
    for name in names[1:]:
        for key in ("market", "universe", "horizon", "entry"):
            ours, theirs = signals[names[0]].meta.get(key), signals[name].meta.get(key)
            if ours != theirs:
                raise DeepAlphaError(
                    f"signals {names[0]} and {name} can not share a scoreboard: {key} is "
                    f"'{ours}' and '{theirs}'"
                )


def grid_signal(grid: xr.DataArray, folds: Sequence[Fold], meta: Mapping[str, Any]) -> Signal:
    """A signal that needs no fit: the test dates of a (date, asset) grid of scores.

    Args:
        grid: Scores, NaN = not in the universe.
        folds: The folds whose test dates are taken.
        meta: The signal's metadata.
    """
    dates = grid["date"].to_numpy()
    assets = grid["asset"].to_numpy().astype(str)
    parts = []
    for fold in folds:
        days = slice(fold.test.first, fold.test.last + 1)
        values = grid.to_numpy()[days]
        row, column = np.nonzero(np.isfinite(values))
        frame = pd.DataFrame(
            {
                "date": dates[days][row],
                "asset": assets[column],
                "score": values[row, column].astype(np.float32),
            }
        )
        parts.append((fold.name, frame))
    return make_signal(parts, meta)


def wide_frame(grid: xr.DataArray) -> pd.DataFrame:
    """A (date, asset) grid as a frame with string columns, as ``Signal.wide`` gives."""
    return pd.DataFrame(
        grid.to_numpy(),
        index=pd.DatetimeIndex(grid["date"].to_numpy()),
        columns=pd.Index(grid["asset"].to_numpy().astype(str)),
    )
