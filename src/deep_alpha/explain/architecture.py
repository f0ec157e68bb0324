"""The layers of a network as a table, read off a forward pass."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import torch
from torch import Tensor, nn

COLUMNS = ("layer", "kind", "shape_in", "shape_out", "parameters")

Shape = tuple[int, ...]


@dataclass(frozen=True)
class _Call:
    """One module called once: its name, and the full shapes of what went in and came out."""

    layer: str
    shape_in: Shape
    shape_out: Shape


def describe(network: nn.Module, example: Tensor) -> pd.DataFrame:
    """Every layer in the order of its call, with what one sample looks like on its way.

    A layer is a module that calls no other module; a module that calls others has a row
    only where it holds parameters of its own. What a ``forward`` computes by itself, such
    as a transposition, is no module and has no row. The network is left as it was.

    Args:
        network: Any network of one input whose output has the samples along one dimension.
        example: Input of at least one sample, shape (n, …), on the network's device.

    Returns:
        Columns layer (dotted name, empty for a network that is one layer), kind (the
        class's name), shape_in and shape_out (tuples; the dimensions that grow with the
        number of samples are left out), parameters. A parameter that two layers share
        counts once, so that the column adds up to the network's total, less what its
        ``forward`` never calls.
    """
    one, two = (_calls(network, example.repeat(times, *_once(example))) for times in (1, 2))
    modules = dict(network.named_modules())
    called = {call.layer for call in one}
    counted: set[int] = set()
    rows = []
    for call, doubled in zip(one, two, strict=True):
        module = modules[call.layer]
        is_layer = not any(_inside(other, call.layer) for other in called)
        parameters = _count(module, counted, recurse=is_layer)
        if is_layer or parameters:
            rows.append(
                (
                    call.layer,
                    type(module).__name__,
                    _of_one_sample(call.shape_in, doubled.shape_in),
                    _of_one_sample(call.shape_out, doubled.shape_out),
                    parameters,
                )
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _once(example: Tensor) -> Shape:
    return (1,) * (example.dim() - 1)


def _calls(network: nn.Module, inputs: Tensor) -> list[_Call]:
    """Every call of a module in one forward pass, inner ones before the one around them."""
    # A copy: hooks and the mode of the network itself stay as they are.
    watched = copy.deepcopy(network).eval()
    calls: list[_Call] = []

    def watch(name: str) -> Any:
        def note(
            _module: nn.Module, given: tuple[Any, ...], keywords: Mapping[str, Any], result: Any
        ) -> None:
            calls.append(_Call(name, _shape([*given, *keywords.values()]), _shape(result)))

        return note

    for name, module in watched.named_modules():
        module.register_forward_hook(watch(name), with_kwargs=True)
    with torch.no_grad():
        watched(inputs)
    return calls


def _shape(value: Any) -> Shape:
    """Shape of a tensor, or of the first one in a tuple or list; empty where there is none."""
    if isinstance(value, Tensor):
        return tuple(value.shape)
    if isinstance(value, tuple | list):
        return next((shape for part in value if (shape := _shape(part))), ())
    return ()


def _of_one_sample(shape: Shape, doubled: Shape) -> Shape:
    return tuple(size for size, other in zip(shape, doubled, strict=True) if size == other)


def _inside(layer: str, other: str) -> bool:
    """Whether a module lies within another one, by their dotted names."""
    return layer != other and (not other or layer.startswith(other + "."))


def _count(module: nn.Module, counted: set[int], *, recurse: bool) -> int:
    """Numbers in the parameters that were not counted before."""
    new = {id(part): part for part in module.parameters(recurse) if id(part) not in counted}
    counted.update(new)
    return sum(part.numel() for part in new.values())
