"""The CNN of paper 000: one convolution along the factors of a row (SPEC 1.4, 000-M8, M9).

The paper's list of layers has one output (``loss: mse``, the default here), its figures
speak of a dual-task CNN (``loss: dual``: the same trunk, a second head "up" and the MLP's
loss). A convolution joins neighbours, so that its result depends on the order of the
factors, which means nothing: fit it with some values of ``order_seed`` and see how much.
"""

from __future__ import annotations

from typing import Literal

import torch
from pydantic import BaseModel, Field
from torch import Tensor, nn

from deep_alpha.models.convolution import BatchLastLinear, FactorConvolution
from deep_alpha.models.initialisation import xavier_heads, xavier_linear
from deep_alpha.models.row_network import RowNetworkModel
from deep_alpha.models.row_network_config import RowNetworkConfig
from deep_alpha.training.randomness import seeded_generator


class ConvolutionSettings(BaseModel):
    """Shape of the network.

    Args:
        filters: Output channels of the convolution.
        kernel: Neighbouring factors that one output reads.
        hidden: Width of the hidden layer.
        order_seed: None for the factors in the set's order; a number for the random order
            that belongs to it, whatever the fit's own seed.
    """

    filters: int = Field(8, ge=1)
    kernel: int = Field(3, ge=1)
    hidden: int = Field(32, ge=1)
    order_seed: int | None = None


class CNNConfig(ConvolutionSettings, RowNetworkConfig):
    """The CNN's settings; ``loss: dual`` is CNN-dual."""

    loss: Literal["dual", "mse", "ic"] = "mse"


class CNNNetwork(nn.Module):
    """Convolution, ReLU, linear, ReLU, then linear heads.

    Args:
        features: Factors of a sample.
        channels: 1 for single rows, else the days of a window.
        settings: The other sizes, and the order of the factors.
        heads: Columns of the output; column 0 is the regression, 1 the logit of "up".
        generator: Where the weights are drawn from.

    Raises:
        ConfigurationError: There are fewer factors than the kernel is wide.
    """

    def __init__(
        self,
        features: int,
        channels: int,
        settings: ConvolutionSettings,
        heads: int,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        order = factor_order(features, settings.order_seed)
        convolution = FactorConvolution(
            features, channels, settings.filters, settings.kernel, generator, order
        )
        hidden = xavier_linear(convolution.outputs, settings.hidden, generator, BatchLastLinear)
        self.trunk = nn.Sequential(convolution, nn.ReLU(), hidden, nn.ReLU())
        self.heads = xavier_heads(settings.hidden, heads, generator, BatchLastLinear)

    def forward(self, features: Tensor) -> Tensor:
        """Shape (n, heads), of (n, features) or windows (n, channels, features)."""
        heads: Tensor = self.heads(self.trunk(features))
        return heads


def factor_order(features: int, order_seed: int | None) -> Tensor | None:
    """A random order of the factors, shape (features,), or None for their own."""
    if order_seed is None:
        return None
    return torch.randperm(features, generator=seeded_generator(order_seed, "factor order"))


class CNN(RowNetworkModel[CNNConfig]):
    """The CNN on rows of features; its score is the regression head."""

    config_type = CNNConfig

    def build(self, features: int, config: CNNConfig, generator: torch.Generator) -> CNNNetwork:
        """The network with Xavier-uniform weights and zero biases."""
        return CNNNetwork(features, 1, config, config.heads, generator)
