"""Networks to explain, with weights that are drawn or planted."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from deep_alpha.training.randomness import Dropout, seeded_generator


def drawn(network: nn.Module, seed: int = 0) -> nn.Module:
    """The network with normal weights of its own seed, in evaluation mode."""
    generator = seeded_generator(seed, "weights")
    for parameter in network.parameters():
        nn.init.normal_(parameter, 0.0, 0.5, generator=generator)
    return network.eval()


def linear(weights: list[list[float]], biases: list[float]) -> nn.Linear:
    """A linear network; one row of weights and one bias a head."""
    network = nn.Linear(len(weights[0]), len(weights))
    network.load_state_dict({"weight": torch.tensor(weights), "bias": torch.tensor(biases)})
    return network.eval()


class Block(nn.Module):
    """A ReLU inside a module that is no container of PyTorch's."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        self.relu = nn.ReLU()

    def forward(self, values: Tensor) -> Tensor:
        return self.relu(self.linear(values))


class SmallCNN(nn.Module):
    """Factors in another order, a convolution along them, two linear layers."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.register_buffer("order", torch.arange(features).flip(0))
        self.convolution = nn.Conv1d(1, 3, 3)
        self.body = Block(3 * (features - 2), 8)
        self.relu = nn.ReLU()
        self.dropout = Dropout(0.3)
        self.head = nn.Linear(8, 2)

    def forward(self, features: Tensor) -> Tensor:
        channels = self.relu(self.convolution(features[:, self.order].unsqueeze(1)))
        return self.head(self.dropout(self.body(channels.flatten(1))))


class SumOfKinks(nn.Module):
    """Each feature enters by a kinked function of its own: nothing interacts."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.kinks = nn.Linear(1, 6)
        self.relu = nn.ReLU()
        self.head = nn.Linear(6 * features, 1)

    def forward(self, features: Tensor) -> Tensor:
        return self.head(self.relu(self.kinks(features.unsqueeze(2))).flatten(1))


class HiddenFunction(nn.Module):
    """A ReLU that is a function and no module."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.head = nn.Linear(4, 8), nn.Linear(8, 1)

    def forward(self, features: Tensor) -> Tensor:
        return self.head(torch.relu(self.first(features)))


def score_of(network: nn.Module):
    """The first head as a function of arrays."""

    def score(rows: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return network(torch.from_numpy(rows))[:, 0].double().numpy()

    return score
