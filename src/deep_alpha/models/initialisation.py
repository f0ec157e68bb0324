"""Xavier-uniform weights and zero biases, drawn from a fit's own generator (SPEC 1.4)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


def xavier_uniform(
    weight: Tensor, bias: Tensor, fan_in: int, fan_out: int, generator: torch.Generator
) -> None:
    """Fill a layer's parameters in place.

    Args:
        weight: Becomes uniform within ±√(6 / (fan_in + fan_out)).
        bias: Becomes zero.
        fan_in: Inputs that one output reads.
        fan_out: Outputs that read one input.
        generator: Where the weights are drawn from.
    """
    bound = math.sqrt(6.0 / (fan_in + fan_out))
    nn.init.uniform_(weight, -bound, bound, generator=generator)
    nn.init.zeros_(bias)


def xavier_linear(
    inputs: int, outputs: int, generator: torch.Generator, kind: type[nn.Linear] = nn.Linear
) -> nn.Linear:
    """A linear layer with Xavier-uniform weights and zero biases."""
    layer = _empty_linear(inputs, outputs, kind)
    xavier_uniform(layer.weight, layer.bias, inputs, outputs, generator)
    return layer


def xavier_heads(
    inputs: int, heads: int, generator: torch.Generator, kind: type[nn.Linear] = nn.Linear
) -> nn.Linear:
    """Heads of one output each, in one matrix: initialised as the layers they stand for."""
    layer = _empty_linear(inputs, heads, kind)
    xavier_uniform(layer.weight, layer.bias, inputs, 1, generator)
    return layer


def _empty_linear(inputs: int, outputs: int, kind: type[nn.Linear]) -> nn.Linear:
    """A layer without values: the constructor would draw them from the process's generator."""
    return kind(inputs, outputs, device="meta").to_empty(device="cpu")
