"""Feature rows and labels in the catalog: folders of memory-mapped arrays."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kedro.io import AbstractDataset

from deep_alpha.feature_table import FeatureTable
from deep_alpha.labels import Labels


class FeatureTableDataset(AbstractDataset[FeatureTable, FeatureTable | None]):
    """A feature table; loading maps its values and reads nothing.

    Args:
        filepath: The table's folder.
        optional: Whether its pipeline need not have run; loading then gives None.
        metadata: For other tools.
    """

    def __init__(
        self, *, filepath: str, optional: bool = False, metadata: dict[str, Any] | None = None
    ) -> None:
        self._filepath = Path(filepath)
        self._optional = optional
        self.metadata = metadata

    def load(self) -> FeatureTable | None:
        """Open the stored table."""
        if self._optional and not self._exists():
            return None
        return FeatureTable.open(self._filepath)

    def save(self, data: FeatureTable) -> None:
        """Store the table, swapped in whole."""
        data.save(self._filepath)

    def _exists(self) -> bool:
        return (self._filepath / "table.json").exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}


class LabelsDataset(AbstractDataset[Mapping[int, Labels], dict[int, Labels]]):
    """Labels of several horizons: one folder ``h<horizon>`` for each."""

    def __init__(self, *, path: str, metadata: dict[str, Any] | None = None) -> None:
        self._path = Path(path)
        self.metadata = metadata

    def load(self) -> dict[int, Labels]:
        """Open the labels of every stored horizon."""
        folders = sorted(self._path.glob("h*/target.json"))
        found = [Labels.open(file.parent) for file in folders]
        return {labels.target.horizon: labels for labels in found}

    def save(self, data: Mapping[int, Labels]) -> None:
        """Store the labels; horizons that are no longer wanted are removed."""
        for horizon, labels in data.items():
            labels.save(self._path / f"h{horizon}")
        for folder in self._path.glob("h*"):
            if folder.name not in {f"h{horizon}" for horizon in data}:
                shutil.rmtree(folder)

    def _exists(self) -> bool:
        return any(self._path.glob("h*/target.json"))

    def _describe(self) -> dict[str, Any]:
        return {"path": str(self._path)}
