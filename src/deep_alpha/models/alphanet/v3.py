"""AlphaNetV3: a GRU for each of two window lengths (SPEC 2.10)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from deep_alpha.models.alphanet.branches import Branch
from deep_alpha.models.alphanet.recurrent import LastStatesNetwork, RecurrentSettings

V3_BRANCHES = (
    Branch(window=10, steps=3, stride=10),
    Branch(window=5, steps=6, stride=5),
)


class AlphaNetV3Settings(RecurrentSettings):
    """Sizes of AlphaNetV3."""


class AlphaNetV3(LastStatesNetwork):
    """Batch norm, GRU, its last state, batch norm, for each branch; one linear output."""

    def __init__(
        self,
        columns: int,
        branches: Sequence[Branch],
        settings: AlphaNetV3Settings,
        generator: torch.Generator,
    ) -> None:
        super().__init__(nn.GRU, columns, branches, settings, generator)
