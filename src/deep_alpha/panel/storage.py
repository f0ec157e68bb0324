"""Store a panel: Zarr v3, swapped in whole, never appended to."""

from __future__ import annotations

import warnings
from pathlib import Path

import xarray as xr

from deep_alpha.errors import PanelError
from deep_alpha.staging import staged_folder

_CHUNK_DAYS = 256


def save_panel(panel: xr.Dataset, folder: Path) -> None:
    """Store a panel as Zarr v3, whole or not at all.

    It is written to a sibling folder and swapped in by rename; a panel is never
    appended to, because appending under another asset list would relabel old columns.
    """
    from zarr.codecs import BloscCodec

    codec = BloscCodec(cname="lz4", clevel=5, shuffle="shuffle")
    days = min(_CHUNK_DAYS, panel.sizes["date"])
    encoding = {
        name: {"compressors": [codec], "chunks": (days, panel.sizes["asset"])}
        for name in panel.data_vars
    }
    with staged_folder(folder) as staging, warnings.catch_warnings():
        # Variable-length strings have no Zarr v3 specification yet; both ends are xarray.
        warnings.filterwarnings("ignore", message=".*Zarr V3 specification.*")
        panel.to_zarr(staging, mode="w", encoding=encoding, consolidated=False, zarr_format=3)


def load_panel(folder: Path) -> xr.Dataset:
    """Read a stored panel into memory.

    Raises:
        PanelError: There is no panel in the folder.
    """
    folder = Path(folder)
    if not (folder / "zarr.json").exists():
        raise PanelError(f"{folder} holds no panel; `kedro run --pipeline=ingest` makes one")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*Zarr V3 specification.*")
        panel: xr.Dataset = xr.open_zarr(folder, consolidated=False, chunks=None).load()
    # Strings come back as numpy's variable-length dtype; the rest of the code sees objects.
    return panel.assign_coords(
        asset=panel["asset"].astype(object), industry=panel["industry"].astype(object)
    )
