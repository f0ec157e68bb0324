"""Bind a node function's first argument and keep what Kedro reads from it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints


def bind(function: Callable[..., Any], first: Any) -> Callable[..., Any]:
    """The function with its first argument fixed.

    Kedro reads a node function's signature, and its type hints to validate parameters;
    ``functools.partial`` has neither under the right names.
    """

    def bound(*args: Any) -> Any:
        return function(first, *args)

    parameters = list(inspect.signature(function).parameters.values())
    hints = get_type_hints(function)
    hints.pop(parameters[0].name, None)
    bound.__name__ = function.__name__
    bound.__doc__ = function.__doc__
    bound.__annotations__ = hints
    bound.__signature__ = inspect.Signature(parameters[1:])  # type: ignore[attr-defined]
    return bound
