"""Labelled arrays in the catalog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import xarray as xr
from kedro.io import AbstractDataset, DatasetError

from deep_alpha.grids import load_grids, save_grids, stored_grids


class GridsDataset(AbstractDataset[xr.Dataset, xr.Dataset | Callable[[], xr.Dataset]]):
    """Arrays by date and asset in Zarr v3, replaced whole on every save.

    Example of a catalog entry::

        risk_exposures:
          type: deep_alpha.datasets.GridsDataset
          filepath: data/03_primary/risk/exposures.zarr

    Args:
        filepath: The store.
        lazy: Whether loading gives a function that reads the arrays: for nodes that may do
            without, and run before anything is stored.
        metadata: Ignored; for plugins.
    """

    def __init__(
        self, *, filepath: str, lazy: bool = False, metadata: dict[str, Any] | None = None
    ) -> None:
        self._filepath = Path(filepath)
        self._lazy = lazy
        self.metadata = metadata

    def load(self) -> xr.Dataset | Callable[[], xr.Dataset]:
        """Read the arrays into memory, or give the function that does.

        Raises:
            DatasetError: Nothing has been stored.
        """
        return self._read if self._lazy else self._read()

    def save(self, data: xr.Dataset) -> None:
        """Write the arrays beside the old ones, then swap."""
        save_grids(data, self._filepath)

    def _read(self) -> xr.Dataset:
        if not self._exists():
            raise DatasetError(f"nothing is stored in {self._filepath}: run what makes it first")
        return load_grids(self._filepath)

    def _exists(self) -> bool:
        return stored_grids(self._filepath)

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath), "lazy": self._lazy}
