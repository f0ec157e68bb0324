"""Write a folder whole or not at all."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def staged_folder(folder: Path) -> Iterator[Path]:
    """A sibling folder to write into; it takes the folder's place when all went well.

    A reader sees the old folder or the new one, never half of one; between the two
    renames it sees none. What a killed process leaves behind starts with a dot, is never
    read, and is removed by the next write of the same folder.
    """
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(folder)
    token = f"{os.getpid()}-{uuid.uuid4().hex}"
    staging = folder.with_name(f".{folder.name}.{token}.new")
    staging.mkdir()
    try:
        yield staging
        if folder.exists():
            retired = folder.with_name(f".{folder.name}.{token}.old")
            folder.rename(retired)
            try:
                staging.rename(folder)
            except BaseException:
                retired.rename(folder)
                raise
            shutil.rmtree(retired, ignore_errors=True)
        else:
            staging.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _remove_leftovers(folder: Path) -> None:
    """Remove what processes that no longer run have left beside a folder."""
    for leftover in folder.parent.glob(f".{folder.name}.*-*.*"):
        process = leftover.name.removeprefix(f".{folder.name}.").partition("-")[0]
        if leftover.suffix in (".new", ".old") and process.isdigit() and not _runs(int(process)):
            shutil.rmtree(leftover, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
