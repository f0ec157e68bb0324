"""Signals in the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kedro.io import AbstractDataset

from deep_alpha.signals import Signal


class SignalDataset(AbstractDataset[Signal, Signal | None]):
    """One model's signal: Parquet whose file metadata says where it came from.

    There is none where the model's pipeline has not run.
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> Signal | None:
        """Read the signal and its metadata; None where it is not stored."""
        return Signal.open(self._filepath) if self._exists() else None

    def save(self, data: Signal) -> None:
        """Write the signal, swapped in whole."""
        data.save(self._filepath)

    def _exists(self) -> bool:
        return self._filepath.exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}


class SignalFolderDataset(AbstractDataset[Mapping[str, Signal], dict[str, Signal]]):
    """A folder of signals, one file for each name; it may be empty.

    A partitioned dataset would refuse to load an empty folder, and a run with one
    horizon and no models of the user's own has nothing to put there.
    """

    def __init__(self, *, path: str, metadata: dict[str, Any] | None = None) -> None:
        self._path = Path(path)
        self.metadata = metadata

    def load(self) -> dict[str, Signal]:
        """Read every signal of the folder."""
        return {file.stem: Signal.open(file) for file in sorted(self._path.glob("*.parquet"))}

    def save(self, data: Mapping[str, Signal]) -> None:
        """Write the signals; files of earlier runs that are not among them are removed."""
        self._path.mkdir(parents=True, exist_ok=True)
        for name, signal in data.items():
            signal.save(self._path / f"{name}.parquet")
        for file in self._path.glob("*.parquet"):
            if file.stem not in data:
                file.unlink()

    def _exists(self) -> bool:
        return self._path.exists()

    def _describe(self) -> dict[str, Any]:
        return {"path": str(self._path)}
