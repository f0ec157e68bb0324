"""Blocks that several AlphaNets share: batch norm, softmax, and layers with truncated weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn

TRUNCATED_STD = 0.05  # of Keras's TruncatedNormal, which the papers name (SPEC 001-E5)


class ChannelNorm(nn.Module):
    """Batch norm of every channel over samples × steps (SPEC 2.4).

    The papers put one after each operator. A channel is normalised by itself, so that one
    layer over the channels of all operators is the same thing.

    Statistics are float32 also under bfloat16 autocast. While it trains, they are those of
    the batch, which is one day's cross-section where batches are days.

    Args:
        channels: Width of the last dimension.
        daily: Whether the batch's own statistics are used in evaluation, too; batches must
            then be whole days. The running ones are kept up all the same, and the weights
            fit either way.
    """

    running_mean: Tensor
    running_var: Tensor
    momentum, epsilon = 0.1, 1e-5

    def __init__(self, channels: int, daily: bool = False) -> None:
        super().__init__()
        self.daily = daily
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, values: Tensor) -> Tensor:
        """The normalised values, of the same shape (…, channels).

        A single row has no variance: the running statistics stand in for its own.
        """
        rows = values.reshape(-1, values.shape[-1])
        own = (self.training or self.daily) and len(rows) > 1
        # Evaluation must not change what a later evaluation gives.
        keep = self.training or not own
        normalised = nn.functional.batch_norm(
            rows,
            self.running_mean if keep else None,
            self.running_var if keep else None,
            self.weight,
            self.bias,
            training=own,
            momentum=self.momentum,
            eps=self.epsilon,
        )
        return normalised.reshape(values.shape)

    def extra_repr(self) -> str:
        """The settings, as ``print(network)`` shows them."""
        return f"{len(self.weight)}, daily={self.daily}"


def softmax(energies: Tensor) -> Tensor:
    """Weights over the last dimension, in float32 at least.

    In bfloat16 they would not sum to 1, and on a CPU they take several times as long.
    """
    return torch.softmax(energies.to(torch.promote_types(energies.dtype, torch.float32)), dim=-1)


class ScoreHead(nn.Linear):
    """One linear output in float32, also under autocast.

    bfloat16 keeps eight bits: many names of a day would tie.

    Args:
        inputs: Channels that the score reads.
        generator: Where the weights are drawn from, as :func:`truncated_linear` does.
    """

    def __init__(self, inputs: int, generator: torch.Generator) -> None:
        super().__init__(inputs, 1, device="meta")
        self.to_empty(device="cpu")
        _truncated_normal(self, generator)

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002
        """Scores, shape (n, 1), of values (n, inputs)."""
        with torch.autocast(input.device.type, enabled=False):
            return super().forward(input.to(self.weight.dtype))


def truncated_linear(inputs: int, outputs: int, generator: torch.Generator) -> nn.Linear:
    """A linear layer with normal weights, cut off at two standard deviations, and zero biases."""
    # The constructor fills weights from the process's generator, unless there are none.
    layer = nn.Linear(inputs, outputs, device="meta").to_empty(device="cpu")
    _truncated_normal(layer, generator)
    return layer


def _truncated_normal(layer: nn.Linear, generator: torch.Generator) -> None:
    std = TRUNCATED_STD
    nn.init.trunc_normal_(layer.weight, 0.0, std, -2 * std, 2 * std, generator=generator)
    nn.init.zeros_(layer.bias)
