"""AlphaNetV2: one LSTM over the steps (SPEC 2.10)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from deep_alpha.models.alphanet.branches import Branch
from deep_alpha.models.alphanet.recurrent import LastStatesNetwork, RecurrentSettings

V2_BRANCHES = (Branch(window=10, steps=3, stride=10),)


class AlphaNetV2Settings(RecurrentSettings):
    """Sizes of AlphaNetV2."""


class AlphaNetV2(LastStatesNetwork):
    """Batch norm, LSTM, its last state, batch norm, for each branch; one linear output."""

    def __init__(
        self,
        columns: int,
        branches: Sequence[Branch],
        settings: AlphaNetV2Settings,
        generator: torch.Generator,
    ) -> None:
        super().__init__(nn.LSTM, columns, branches, settings, generator)
