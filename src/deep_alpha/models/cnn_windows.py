"""``cnn_TxF``: the CNN over windows of T days × F factors (SPEC 000-M9, an ablation).

Section 3.2 of the paper writes a sample as a matrix T×F and a filter as k_t × k_f, while
its own network (4.2.2) is one-dimensional, with kernel 3 and 8 output channels "across
the alpha factor space". The reading that keeps all of that: the filter slides along the
factors as in the main CNN, 3 of them at once, and its k_t spans the whole window, so that
the T days are its input channels. Everything after it is the main CNN.
"""

from __future__ import annotations

import torch
from pydantic import Field

from deep_alpha.models.cnn import CNNNetwork, ConvolutionSettings
from deep_alpha.models.window_network import WindowNetworkConfig, WindowNetworkModel


class CNNWindowsConfig(ConvolutionSettings, WindowNetworkConfig):
    """The settings of the CNN over windows; it has one head."""

    lookback: int = Field(10, ge=2)


class CNNWindows(WindowNetworkModel[CNNWindowsConfig]):
    """The CNN over windows of traded days."""

    config_type = CNNWindowsConfig

    def build(
        self, features: int, config: CNNWindowsConfig, generator: torch.Generator
    ) -> CNNNetwork:
        """The network with Xavier-uniform weights and zero biases."""
        return CNNNetwork(features, config.lookback, config, 1, generator)
