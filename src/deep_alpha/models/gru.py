"""GRU-32: a small recurrent network over 20 traded days, the yardstick of sequence models.

It reads six daily inputs (``factors.sequence_inputs``) and is the model that a deep
architecture has to beat (SPEC 001-I3): minutes of CPU instead of hours.
"""

from __future__ import annotations

import math

import torch
from pydantic import Field
from torch import Tensor, nn

from deep_alpha.models.window_network import WindowNetworkConfig, WindowNetworkModel
from deep_alpha.training.randomness import Dropout


class GRUConfig(WindowNetworkConfig):
    """The GRU's settings.

    Args:
        hidden: Width of the hidden state.
        dropout: Dropout probability of the last hidden state.
    """

    hidden: int = Field(32, ge=1)
    lookback: int = Field(20, ge=2)
    dropout: float = Field(0.0, ge=0, lt=1)
    learning_rate: float = Field(1e-3, gt=0, le=1)
    weight_decay: float = Field(0.0, ge=0, le=1)
    max_epochs: int = Field(20, ge=1, le=10_000)
    patience: int = Field(4, ge=1)
    scheduler_factor: float = Field(0.5, gt=0, lt=1)
    scheduler_patience: int = Field(1, ge=0)


class GRUNetwork(nn.Module):
    """One GRU layer; a linear head reads its last hidden state."""

    def __init__(
        self, features: int, hidden: int, dropout: float, generator: torch.Generator
    ) -> None:
        super().__init__()
        # The constructors fill weights from the process's generator, unless there are none.
        self.recurrent = nn.GRU(features, hidden, device="meta").to_empty(device="cpu")
        self.dropout = Dropout(dropout)
        self.head = nn.Linear(hidden, 1, device="meta").to_empty(device="cpu")
        bound = 1.0 / math.sqrt(hidden)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound, generator=generator)

    def forward(self, windows: Tensor) -> Tensor:
        """Scores, shape (n, 1), of windows (n, lookback, features), oldest day first."""
        _, last = self.recurrent(windows.transpose(0, 1))
        scores: Tensor = self.head(self.dropout(last[0]))
        return scores


class GRU32(WindowNetworkModel[GRUConfig]):
    """A GRU over windows of traded days."""

    config_type = GRUConfig

    def build(self, features: int, config: GRUConfig, generator: torch.Generator) -> GRUNetwork:
        """The network with uniform weights within ±1/√hidden."""
        return GRUNetwork(features, config.hidden, config.dropout, generator)
