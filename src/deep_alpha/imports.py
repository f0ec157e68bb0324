"""Find a user's class or function by its import path."""

from __future__ import annotations

import importlib
from typing import Any

from deep_alpha.errors import ConfigurationError


def load_object(import_path: str) -> Any:
    """The object of an import path such as ``my_package.my_module.MyModel``.

    Raises:
        ConfigurationError: The module can not be imported or has no such name.
    """
    module_name, _, name = import_path.rpartition(".")
    if not module_name:
        raise ConfigurationError(
            f"'{import_path}' is not an import path; write it as package.module.Name"
        )
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"'{import_path}' can not be imported: {error}. Is its folder on PYTHONPATH?"
        ) from error
    if not hasattr(module, name):
        raise ConfigurationError(f"module '{module_name}' has no '{name}'")
    return getattr(module, name)
