"""Store a panel: Zarr v3, swapped in whole, never appended to."""

from __future__ import annotations

from pathlib import Path

import xarray as xr

from deep_alpha.errors import PanelError
from deep_alpha.grids import load_grids, save_grids, stored_grids


def save_panel(panel: xr.Dataset, folder: Path) -> None:
    """Store a panel, whole or not at all."""
    save_grids(panel, folder)


def load_panel(folder: Path) -> xr.Dataset:
    """Read a stored panel into memory.

    Raises:
        PanelError: There is no panel in the folder.
    """
    if not stored_grids(folder):
        raise PanelError(f"{folder} holds no panel; `kedro run --pipeline=ingest` makes one")
    return load_grids(folder)
