"""Fingerprints: the name of everything that a fit depends on.

An artefact with an equal fingerprint is reused, any other is recomputed. The inputs
enter by the digests of their days up to the job's last label date, so that a new
trading day leaves every old fold's fingerprint as it was.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from deep_alpha.imports import load_object

_CODE_OF_A_FIT = ("kernels", "models", "training")


def fingerprint(content: Mapping[str, Any]) -> str:
    """Digest of a JSON-like mapping; equal content gives an equal fingerprint."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.blake2b(canonical.encode(), digest_size=16).hexdigest()


@cache
def code_version(import_path: str) -> str:
    """Digest of the source that decides a fit's result.

    Args:
        import_path: The model's class, ``package.module.Class``.

    Returns:
        Digest of the library's kernels, models and training code. For a model that
        lives elsewhere, also of the modules that define it and the classes it inherits
        from; of such a module's whole folder where it belongs to a package.
    """
    import deep_alpha

    root = Path(inspect.getfile(deep_alpha)).parent
    files = sorted(path for part in _CODE_OF_A_FIT for path in (root / part).rglob("*.py"))
    files += _own_files(load_object(import_path))
    digest = hashlib.blake2b(digest_size=16)
    for path in files:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _own_files(model: Any) -> list[Path]:
    """Source files of a model, and of what it inherits from, outside this library."""
    bases = inspect.getmro(model) if inspect.isclass(model) else (model,)
    files: set[Path] = set()
    for name in {base.__module__ for base in bases}:
        source = getattr(sys.modules[name], "__file__", None)
        root = name.partition(".")[0]
        if source is None or root == "deep_alpha" or root in sys.stdlib_module_names:
            continue
        # An import path may name a package that takes the class from one of its modules.
        packaged = bool(sys.modules[name].__package__)
        files |= set(Path(source).parent.rglob("*.py")) if packaged else {Path(source)}
    return sorted(files)
