"""Labelled arrays on disk: Zarr v3, swapped in whole, never appended to."""

from __future__ import annotations

import warnings
from pathlib import Path

import xarray as xr

from deep_alpha.staging import staged_folder

_CHUNK_DAYS = 256


def save_grids(grids: xr.Dataset, folder: Path) -> None:
    """Store a dataset whose variables have the dimension ``date``, whole or not at all.

    It is written to a sibling folder and swapped in by rename; nothing is ever appended,
    because appending under another asset list would relabel old columns.
    """
    from zarr.codecs import BloscCodec

    codec = BloscCodec(cname="lz4", clevel=5, shuffle="shuffle")
    encoding = {
        name: {
            "compressors": [codec],
            "chunks": tuple(
                min(_CHUNK_DAYS, size) if dim == "date" else size
                for dim, size in variable.sizes.items()
            ),
        }
        for name, variable in grids.data_vars.items()
    }
    with staged_folder(Path(folder)) as staging, warnings.catch_warnings():
        # Variable-length strings have no Zarr v3 specification yet; both ends are xarray.
        warnings.filterwarnings("ignore", message=".*Zarr V3 specification.*")
        grids.to_zarr(staging, mode="w", encoding=encoding, consolidated=False, zarr_format=3)


def load_grids(folder: Path) -> xr.Dataset:
    """Read a stored dataset into memory; ``stored_grids`` says whether there is one."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*Zarr V3 specification.*")
        grids: xr.Dataset = xr.open_zarr(Path(folder), consolidated=False, chunks=None).load()
    # Strings come back as numpy's variable-length dtype; the rest of the code sees objects.
    texts = {
        name: coordinate.astype(object)
        for name, coordinate in grids.coords.items()
        if coordinate.dtype.kind == "T"
    }
    return grids.assign_coords(texts)


def stored_grids(folder: Path) -> bool:
    """Whether a folder holds a stored dataset."""
    return (Path(folder) / "zarr.json").exists()
