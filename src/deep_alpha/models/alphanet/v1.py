"""AlphaNetV1: pooled features and a small dense head (SPEC 2.10)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn

from deep_alpha.models.alphanet.blocks import ChannelNorm, ScoreHead, truncated_linear
from deep_alpha.models.alphanet.branches import Branch, cut, cuts
from deep_alpha.training.randomness import Dropout

V1_BRANCHES = (Branch(window=10, steps=3, stride=10),)


class AlphaNetV1Settings(BaseModel):
    """Sizes of the head.

    Args:
        hidden: Width of the hidden layer.
        dropout: Dropout probability after it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    hidden: int = Field(30, ge=1)
    dropout: float = Field(0.5, ge=0, lt=1)


class PooledSteps(nn.Module):
    """The normalised features of all steps, beside their mean, maximum and minimum over steps.

    Each pool has a batch norm of its own; over the channels of all three it is one layer.
    """

    def __init__(self, columns: int) -> None:
        super().__init__()
        self.norm = ChannelNorm(columns)
        self.pool_norm = ChannelNorm(3 * columns)

    def forward(self, sequence: Tensor) -> Tensor:
        """Shape (n, (steps + 3) · columns), of sequences (n, steps, columns)."""
        features = self.norm(sequence)
        pools = torch.cat([features.mean(1), features.amax(1), features.amin(1)], dim=1)
        return torch.cat([features.flatten(1), self.pool_norm(pools)], dim=1)


class AlphaNetV1(nn.Module):
    """Pooled steps, a hidden layer with ReLU and dropout, and one linear output.

    Args:
        columns: Features of one window.
        branches: What is read; the pools run over all steps of a branch.
        settings: Sizes of the head.
        generator: Where the weights are drawn from.
    """

    def __init__(
        self,
        columns: int,
        branches: Sequence[Branch],
        settings: AlphaNetV1Settings,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.cuts = cuts(branches, columns)
        self.pools = nn.ModuleList(PooledSteps(columns) for _ in branches)
        inputs = columns * sum(branch.steps + 3 for branch in branches)
        self.head = nn.Sequential(
            truncated_linear(inputs, settings.hidden, generator),
            nn.ReLU(),
            Dropout(settings.dropout),
            ScoreHead(settings.hidden, generator),
        )

    def forward(self, samples: Tensor) -> Tensor:
        """Scores, shape (n, 1), of samples (n, steps of all branches, windows · columns)."""
        features = [
            pool(cut(samples, where)) for pool, where in zip(self.pools, self.cuts, strict=True)
        ]
        scores: Tensor = self.head(torch.cat(features, dim=1))
        return scores
