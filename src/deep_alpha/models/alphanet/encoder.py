"""The Transformer encoder of the auxiliary branches (SPEC 2.5, 001-E1, E2).

The layer is that of the original Transformer: normalisation after the sum, ReLU, dropout on
what each sub-layer adds.
"""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor, nn

from deep_alpha.models.alphanet.blocks import softmax
from deep_alpha.models.initialisation import xavier_linear, xavier_uniform
from deep_alpha.training.randomness import Dropout

Widen = Literal["stack_concat", "project"]

_PROJECTED_HEADS = 2


class EncoderLayer(nn.Module):
    """Self-attention and a feed-forward network, each added to its input and normalised.

    Args:
        width: Channels of a step, in and out.
        heads: Attention heads; they must divide ``width``.
        feed_forward: Width of the feed-forward network's hidden layer.
        dropout: Dropout probability of what each sub-layer adds.
        generator: Where the weights are drawn from.
    """

    def __init__(
        self, width: int, heads: int, feed_forward: int, dropout: float, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.heads = heads
        # Queries, keys and values in one product; each is initialised as a layer by itself.
        self.project = nn.Linear(width, 3 * width, device="meta").to_empty(device="cpu")
        xavier_uniform(self.project.weight, self.project.bias, width, width, generator)
        self.merge = xavier_linear(width, width, generator)
        self.attention_norm = nn.LayerNorm(width)
        self.inner = xavier_linear(width, feed_forward, generator)
        self.outer = xavier_linear(feed_forward, width, generator)
        self.feed_forward_norm = nn.LayerNorm(width)
        self.dropout = Dropout(dropout)

    def forward(self, values: Tensor) -> Tensor:
        """Steps that have read each other, shape (n, steps, width) as those given."""
        added = self.attention_norm(values + self.dropout(self._attend(values)))
        hidden = torch.relu_(self.inner(added))
        encoded: Tensor = self.feed_forward_norm(added + self.dropout(self.outer(hidden)))
        return encoded

    def _attend(self, values: Tensor) -> Tensor:
        samples, steps, width = values.shape
        depth = width // self.heads
        projected = self.project(values).view(samples, steps, 3, self.heads, depth)
        queries, keys, contents = projected.permute(2, 0, 3, 1, 4)
        # On so few steps PyTorch's fused attention is slower: on a CPU 1.2 to 1.7 times in
        # float32, and twice to eight times in bfloat16.
        energies = torch.matmul(queries * depth**-0.5, keys.transpose(-1, -2))
        mixed = torch.matmul(softmax(energies), contents)
        merged: Tensor = self.merge(mixed.transpose(1, 2).reshape(samples, steps, width))
        return merged


class WideningEncoder(nn.Module):
    """Two encoder layers that return twice as many channels as they read (SPEC 001-E1).

    ``stack_concat``: the second layer reads the first one's output, and both outputs lie side
    by side. ``project``: a linear layer doubles the channels, and two layers follow, of two
    heads at most.

    Args:
        columns: Channels of a step.
        steps: Length of the sequences.
        widen: How the channels double.
        heads: Most attention heads; the largest number that divides the width is taken.
        feed_forward: Width of the feed-forward hidden layer, in widths of the layer.
        dropout: Dropout probability of what each sub-layer adds.
        positional: Whether each step's position is added; without it the order is not seen.
        generator: Where the weights are drawn from.
    """

    positions: Tensor | None

    def __init__(
        self,
        columns: int,
        steps: int,
        widen: Widen,
        heads: int,
        feed_forward: int,
        dropout: float,
        positional: bool,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.project: nn.Linear | None = None
        width = columns
        if widen == "project":
            width = 2 * columns
            heads = min(heads, _PROJECTED_HEADS)
            self.project = xavier_linear(columns, width, generator)
        heads = dividing_heads(width, heads)
        positions = sinusoids(steps, width) if positional else None
        self.register_buffer("positions", positions, persistent=False)
        self.first, self.second = (
            EncoderLayer(width, heads, feed_forward * width, dropout, generator) for _ in range(2)
        )

    def forward(self, values: Tensor) -> Tensor:
        """Encoded steps, shape (n, steps, 2 · columns), of (n, steps, columns)."""
        if self.project is not None:
            values = self.project(values)
        if self.positions is not None:
            values = values + self.positions
        first = self.first(values)
        second: Tensor = self.second(first)
        return second if self.project is not None else torch.cat([first, second], dim=-1)


def dividing_heads(width: int, most: int) -> int:
    """The largest number of heads, ``most`` at most, that divides the width."""
    return next(heads for heads in range(most, 0, -1) if width % heads == 0)


def sinusoids(steps: int, width: int) -> Tensor:
    """Positions as sines (even channels) and cosines (odd), shape (steps, width), float32.

    The wavelengths rise from 2π steps to 10,000 · 2π, as in the original Transformer. An odd
    width ends with a sine.
    """
    position = torch.arange(steps, dtype=torch.float64)[:, None]
    even = torch.arange(0, width, 2, dtype=torch.float64)
    angles = position * torch.exp(-math.log(10_000.0) * even / width)
    pairs = torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)
    return pairs[:, :width].to(torch.float32)
