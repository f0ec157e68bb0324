"""The panel in the catalog."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xarray as xr
from kedro.io import AbstractDataset

from deep_alpha.panel import load_panel, save_panel


class PanelDataset(AbstractDataset[xr.Dataset, xr.Dataset]):
    """A market panel in Zarr v3, replaced whole on every save.

    Example of a catalog entry::

        panel:
          type: deep_alpha.datasets.PanelDataset
          filepath: data/02_intermediate/panel.zarr
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> xr.Dataset:
        """Read the panel into memory."""
        return load_panel(self._filepath)

    def save(self, data: xr.Dataset) -> None:
        """Write the panel beside the old one, then swap."""
        save_panel(data, self._filepath)

    def _exists(self) -> bool:
        return (self._filepath / "zarr.json").exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}
