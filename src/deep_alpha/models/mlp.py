"""The dual-task MLP of paper 000 (Luan 2025): one trunk, a return head and an "up" head.

Two configurations matter (SPEC 000-M1, M1b), and differ in settings only. The literal
one fits clipped returns in decimals, calls a positive return "up" and stops on RMSE:
``target: return, y_scale: raw, clip: train, label_up: sign, stop_on: rmse``. The
recommended one is the defaults: ranks within the day, "up" above the day's median, and
early stopping on the validation rank IC.
"""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from pydantic import Field
from torch import Tensor, nn

from deep_alpha.models.row_network import RowNetworkModel
from deep_alpha.models.row_network_config import RowNetworkConfig
from deep_alpha.training.losses import DualTaskLoss
from deep_alpha.training.randomness import Dropout
from deep_alpha.training.rows import Objective


class MLPConfig(RowNetworkConfig):
    """The dual-task MLP's settings.

    Args:
        hidden: Width of each hidden layer.
        dropout: Dropout probability after each hidden layer.
        classification_weight: Weight of the cross-entropy beside the squared error.
    """

    hidden: tuple[int, ...] = Field((64, 32), min_length=1)
    dropout: float = Field(0.1, ge=0, lt=1)
    classification_weight: float = Field(0.5, ge=0)


class DualTaskMLP(nn.Module):
    """Linear, ReLU and dropout for each hidden width, then two linear heads.

    The heads share one matrix: row 0 is the regression, row 1 the logit of "up". They
    are initialised as the two separate layers that they stand for.
    """

    def __init__(
        self, features: int, hidden: tuple[int, ...], dropout: float, generator: torch.Generator
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise((features, *hidden)):
            layers += [_linear(inputs, outputs, outputs, generator), nn.ReLU(), Dropout(dropout)]
        self.trunk = nn.Sequential(*layers)
        self.heads = _linear(hidden[-1], 2, 1, generator)

    def forward(self, features: Tensor) -> Tensor:
        """Both heads, shape (n, 2), of features (n, features)."""
        heads: Tensor = self.heads(self.trunk(features))
        return heads


class MLP(RowNetworkModel[MLPConfig]):
    """The dual-task MLP; its score is the regression head."""

    config_type = MLPConfig

    def build(self, features: int, config: MLPConfig, generator: torch.Generator) -> DualTaskMLP:
        """The network with Xavier-uniform weights and zero biases."""
        return DualTaskMLP(features, config.hidden, config.dropout, generator)

    def objective(self, config: MLPConfig) -> Objective:
        """Squared error plus weighted cross-entropy."""
        return DualTaskLoss(config.classification_weight)


def _linear(inputs: int, outputs: int, fan_out: int, generator: torch.Generator) -> nn.Linear:
    """A layer with Xavier-uniform weights for the given fan-out, and zero biases."""
    # The constructor fills weights from the process's generator, unless there are none yet.
    layer = nn.Linear(inputs, outputs, device="meta").to_empty(device="cpu")
    bound = math.sqrt(6.0 / (inputs + fan_out))
    nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
    nn.init.zeros_(layer.bias)
    return layer
