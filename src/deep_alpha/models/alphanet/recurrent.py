"""Recurrent layers as Keras starts them, and the network that V2 and V3 both are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn

from deep_alpha.models.alphanet.blocks import ChannelNorm, ScoreHead
from deep_alpha.models.alphanet.branches import Branch, cut, cuts

Kind = type[nn.LSTM] | type[nn.GRU]


class RecurrentSettings(BaseModel):
    """Sizes.

    Args:
        hidden: Width of the recurrent state.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    hidden: int = Field(30, ge=1)


def recurrent_layer(
    kind: Kind,
    inputs: int,
    hidden: int,
    generator: torch.Generator,
    bidirectional: bool = False,
) -> nn.LSTM | nn.GRU:
    """One recurrent layer, batch first, initialised as Keras does.

    Glorot-uniform input weights and orthogonal recurrent weights, the gates of a direction in
    one matrix, and zero biases, but 1 for an LSTM's forget gate: it begins by remembering.

    Args:
        kind: ``nn.LSTM`` or ``nn.GRU``.
        inputs: Channels of a step.
        hidden: Width of the state of one direction.
        generator: Where the weights are drawn from.
        bidirectional: Whether a second layer reads the steps from the end.
    """
    # The constructor fills weights from the process's generator, unless there are none.
    layer = kind(inputs, hidden, batch_first=True, bidirectional=bidirectional, device="meta")
    layer = layer.to_empty(device="cpu")
    for name, parameter in layer.named_parameters():
        if name.startswith("weight_ih"):
            bound = math.sqrt(6.0 / sum(parameter.shape))
            nn.init.uniform_(parameter, -bound, bound, generator=generator)
        elif name.startswith("weight_hh"):
            nn.init.orthogonal_(parameter, generator=generator)
        else:
            nn.init.zeros_(parameter)
            if kind is nn.LSTM and name.startswith("bias_ih"):
                # The second of PyTorch's four gates; its other bias stays 0.
                nn.init.ones_(parameter[hidden : 2 * hidden])
    return layer


class LastState(nn.Module):
    """Batch norm, a recurrent layer, its last state, and batch norm: V2's and V3's middle.

    Args:
        kind: ``nn.LSTM`` or ``nn.GRU``.
        columns: Features of a step.
        hidden: Width of the state.
        generator: Where the weights are drawn from.
    """

    def __init__(self, kind: Kind, columns: int, hidden: int, generator: torch.Generator) -> None:
        super().__init__()
        self.norm = ChannelNorm(columns)
        self.recurrent = recurrent_layer(kind, columns, hidden, generator)
        self.state_norm = ChannelNorm(hidden)

    def forward(self, sequence: Tensor) -> Tensor:
        """States, shape (n, hidden), of sequences (n, steps, columns), oldest first."""
        states, _ = self.recurrent(self.norm(sequence))
        normalised: Tensor = self.state_norm(states[:, -1])
        return normalised


class LastStatesNetwork(nn.Module):
    """The last states of all branches side by side, and one linear output.

    Args:
        kind: ``nn.LSTM`` or ``nn.GRU``.
        columns: Features of one window.
        branches: What is read; each branch has a recurrent layer of its own.
        settings: Sizes.
        generator: Where the weights are drawn from.
    """

    def __init__(
        self,
        kind: Kind,
        columns: int,
        branches: Sequence[Branch],
        settings: RecurrentSettings,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.cuts = cuts(branches, columns)
        self.readers = nn.ModuleList(
            LastState(kind, columns, settings.hidden, generator) for _ in branches
        )
        self.head = ScoreHead(settings.hidden * len(branches), generator)

    def forward(self, samples: Tensor) -> Tensor:
        """Scores, shape (n, 1), of samples (n, steps of all branches, windows · columns)."""
        states = [
            reader(cut(samples, where))
            for reader, where in zip(self.readers, self.cuts, strict=True)
        ]
        scores: Tensor = self.head(torch.cat(states, dim=1))
        return scores
