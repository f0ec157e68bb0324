"""The dual-task MLP of paper 000 (Luan 2025): one trunk, a return head and an "up" head.

Two configurations matter (SPEC 000-M1, M1b), and differ in settings only. The literal
one fits clipped returns in decimals, calls a positive return "up" and stops on RMSE:
``target: return, y_scale: raw, clip: train, label_up: sign, stop_on: rmse``. The
recommended one is the defaults: ranks within the day, "up" above the day's median, and
early stopping on the validation rank IC. With ``loss: mse`` or ``ic`` the network is the
same without the "up" head.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from pydantic import Field
from torch import Tensor, nn

from deep_alpha.models.initialisation import xavier_heads, xavier_linear
from deep_alpha.models.row_network import RowNetworkModel
from deep_alpha.models.row_network_config import RowNetworkConfig
from deep_alpha.training.randomness import Dropout


class MLPConfig(RowNetworkConfig):
    """The MLP's settings; the dual task is the default.

    Args:
        hidden: Width of each hidden layer.
        dropout: Dropout probability after each hidden layer.
    """

    hidden: tuple[int, ...] = Field((64, 32), min_length=1)
    dropout: float = Field(0.1, ge=0, lt=1)


class DualTaskMLP(nn.Module):
    """Linear, ReLU and dropout for each hidden width, then two linear heads, or one.

    The heads share one matrix: row 0 is the regression, row 1 the logit of "up".
    """

    def __init__(
        self,
        features: int,
        hidden: tuple[int, ...],
        dropout: float,
        generator: torch.Generator,
        heads: int = 2,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise((features, *hidden)):
            layers += [xavier_linear(inputs, outputs, generator), nn.ReLU(), Dropout(dropout)]
        self.trunk = nn.Sequential(*layers)
        self.heads = xavier_heads(hidden[-1], heads, generator)

    def forward(self, features: Tensor) -> Tensor:
        """Scores of all heads, shape (n, heads), of features (n, features)."""
        heads: Tensor = self.heads(self.trunk(features))
        return heads


class MLP(RowNetworkModel[MLPConfig]):
    """The MLP on rows of features; its score is the regression head."""

    config_type = MLPConfig

    def build(self, features: int, config: MLPConfig, generator: torch.Generator) -> DualTaskMLP:
        """The network with Xavier-uniform weights and zero biases."""
        return DualTaskMLP(features, config.hidden, config.dropout, generator, config.heads)
