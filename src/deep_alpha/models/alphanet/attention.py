"""Additive attention: the hidden states choose which steps count (SPEC 2.5, 001-E3)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from deep_alpha.models.alphanet.blocks import softmax
from deep_alpha.models.initialisation import xavier_linear


class AdditiveAttention(nn.Module):
    """e_i = vᵀ tanh(W_h h_i + W_s s + b), and α = softmax(e) over the steps.

    Args:
        width: Channels of the hidden states h_i and of the context s.
        size: Rows of W_h and W_s.
        generator: Where the weights are drawn from.
    """

    def __init__(self, width: int, size: int, generator: torch.Generator) -> None:
        super().__init__()
        self.of_hidden = xavier_linear(width, size, generator)
        self.of_context = _matrix(width, size, generator)
        self.energy = _matrix(size, 1, generator)

    def weights(self, hidden: Tensor, context: Tensor) -> Tensor:
        """The steps' weights α, shape (n, steps), float32; those of a sample sum to 1.

        Args:
            hidden: Shape (n, steps, width).
            context: Shape (n, width).
        """
        mixed = torch.tanh(self.of_hidden(hidden) + self.of_context(context)[:, None])
        return softmax(self.energy(mixed)[..., 0])

    def forward(self, hidden: Tensor, context: Tensor, values: Tensor) -> Tensor:
        """The weighted mean of ``values`` (n, steps, channels) over the steps: (n, channels)."""
        weights = self.weights(hidden, context)
        return torch.bmm(weights[:, None], values)[:, 0]


def _matrix(inputs: int, outputs: int, generator: torch.Generator) -> nn.Linear:
    """A linear layer without a bias."""
    layer = nn.Linear(inputs, outputs, bias=False, device="meta").to_empty(device="cpu")
    nn.init.xavier_uniform_(layer.weight, generator=generator)
    return layer
