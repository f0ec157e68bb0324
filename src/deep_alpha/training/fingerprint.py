"""Fingerprints: the name of everything that a fit depends on.

An artefact with an equal fingerprint is reused, any other is recomputed. The inputs
enter by the digests of their days up to the job's last label date, so that a new
trading day leaves every old fold's fingerprint as it was.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from deep_alpha.imports import load_object

_CODE_OF_A_FIT = ("factors", "kernels", "models", "risk", "targets", "training")
_JOB = "deep_alpha.training.jobs"


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
        Digest of the code of features, kernels, targets, projections, models and training that
        the model or the job around it imports, however indirectly. For a model that lives
        elsewhere, also of the modules that define it and the classes it inherits from; of such
        a module's whole folder where it belongs to a package.
    """
    own = _own_files(load_object(import_path))
    starts = {_JOB, import_path.rpartition(".")[0]}
    starts.update(name for path in own for name in _imported(path))
    digest = hashlib.blake2b(digest_size=16)
    for path in [*_reached(starts, _library()), *own]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _library() -> Path:
    import deep_alpha

    return Path(inspect.getfile(deep_alpha)).parent


def _reached(starts: set[str], root: Path) -> list[Path]:
    """Files of the library's code of a fit that some modules import, themselves included.

    Imports through other parts of the library are not followed: what those parts do is in
    the data, whose digests are part of the fingerprint.
    """
    found: dict[str, Path] = {}
    waiting = sorted(starts)
    while waiting:
        name = waiting.pop()
        path = _source(name, root)
        if path is not None and name not in found:
            found[name] = path
            waiting += _imported(path)
    return [found[name] for name in sorted(found)]


def _source(name: str, root: Path) -> Path | None:
    """The file of a module of the code of a fit; None for any other name."""
    package, *parts = name.split(".")
    if package != "deep_alpha" or not parts or parts[0] not in _CODE_OF_A_FIT:
        return None
    place = root.joinpath(*parts)
    files = (place.with_suffix(".py"), place / "__init__.py")
    return next((file for file in files if file.exists()), None)


def _imported(path: Path) -> list[str]:
    """Every name that a file's import statements could mean a module by."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


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
