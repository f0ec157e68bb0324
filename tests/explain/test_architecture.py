"""The layers of networks, read off a forward pass."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from deep_alpha.explain.architecture import describe
from deep_alpha.models.cnn import CNN, CNNConfig
from deep_alpha.models.gru import GRUNetwork
from deep_alpha.models.mlp import DualTaskMLP
from deep_alpha.training.randomness import seeded_generator, use_generator
from tests.explain.networks import SmallCNN


def mlp() -> DualTaskMLP:
    return DualTaskMLP(40, (64, 32), 0.1, seeded_generator(0, "initialisation"))


def lines(network: nn.Module, example: Tensor) -> list[tuple]:
    return list(describe(network, example).itertuples(index=False, name=None))


def size(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


class Around(nn.Module):
    """Parameters of its own around a layer that is called twice."""

    def __init__(self) -> None:
        super().__init__()
        self.offset = nn.Parameter(torch.zeros(4))
        self.twice = nn.Linear(4, 4)

    def forward(self, values: Tensor) -> Tensor:
        return self.twice(self.twice(values + self.offset))


class Tied(nn.Module):
    """Two layers that share a matrix."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(4, 4), nn.Linear(4, 4)
        self.second.weight = self.first.weight

    def forward(self, values: Tensor) -> Tensor:
        return self.second(self.first(values))


def test_the_paper_s_mlp() -> None:
    assert lines(mlp(), torch.zeros(1, 40)) == [
        ("trunk.0", "Linear", (40,), (64,), 40 * 64 + 64),
        ("trunk.1", "ReLU", (64,), (64,), 0),
        ("trunk.2", "Dropout", (64,), (64,), 0),
        ("trunk.3", "Linear", (64,), (32,), 64 * 32 + 32),
        ("trunk.4", "ReLU", (32,), (32,), 0),
        ("trunk.5", "Dropout", (32,), (32,), 0),
        ("heads", "Linear", (32,), (2,), 2 * 32 + 2),
    ]


def test_a_convolution_inside_blocks() -> None:
    table = describe(SmallCNN(6), torch.zeros(2, 6)).set_index("layer")
    assert list(table.index) == ["convolution", "relu", "body.linear", "body.relu", "dropout", "head"]  # fmt: skip # noqa: E501
    assert table.loc["convolution", "shape_in"] == (1, 6)
    assert table.loc["convolution", "shape_out"] == (3, 4)
    assert table.loc["convolution", "parameters"] == 3 * 3 + 3


def test_the_paper_s_cnn() -> None:
    table = describe(CNN().build(40, CNNConfig(), torch.Generator()), torch.zeros(1, 40))
    assert table["kind"].tolist() == [
        "FactorConvolution", "ReLU", "BatchLastLinear", "ReLU", "BatchLastLinear"
    ]  # fmt: skip
    assert table["shape_out"].tolist() == [(304,), (304,), (32,), (32,), (1,)]
    assert table["parameters"].tolist() == [8 * 3 + 8, 0, 304 * 32 + 32, 0, 33]


def test_a_recurrent_network_whose_samples_are_its_second_dimension() -> None:
    network = GRUNetwork(6, 32, 0.0, seeded_generator(0, "initialisation"))
    assert lines(network, torch.zeros(3, 20, 6)) == [
        ("recurrent", "GRU", (20, 6), (20, 32), 3 * (6 * 32 + 32 * 32 + 2 * 32)),
        ("dropout", "Dropout", (32,), (32,), 0),
        ("head", "Linear", (32,), (1,), 33),
    ]


def test_a_transformer_s_attention_is_one_layer() -> None:
    layer = nn.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True)
    table = describe(layer, torch.zeros(3, 20, 8)).set_index("layer")
    assert table.loc["self_attn", "parameters"] == size(layer.self_attn)
    assert table["parameters"].sum() == size(layer)


@pytest.mark.parametrize(
    ("network", "example"),
    [
        (mlp(), torch.zeros(1, 40)),
        (SmallCNN(6), torch.zeros(4, 6)),
        (CNN().build(40, CNNConfig(), torch.Generator()), torch.zeros(1, 40)),
        (GRUNetwork(6, 8, 0.1, seeded_generator(0, "initialisation")), torch.zeros(2, 5, 6)),
        (Around(), torch.zeros(2, 4)),
        (Tied(), torch.zeros(2, 4)),
    ],
    ids=["mlp", "nested", "cnn", "gru", "own parameters", "tied"],
)
def test_the_column_adds_up_to_the_network(network, example) -> None:
    assert describe(network, example)["parameters"].sum() == size(network)


def test_own_parameters_and_repeated_calls_have_their_rows() -> None:
    assert lines(Around(), torch.zeros(2, 4)) == [
        ("twice", "Linear", (4,), (4,), 20),
        ("twice", "Linear", (4,), (4,), 0),
        ("", "Around", (4,), (4,), 4),
    ]


def test_a_single_layer_is_a_network() -> None:
    assert lines(nn.Linear(40, 1), torch.zeros(1, 40)) == [("", "Linear", (40,), (1,), 41)]


def test_the_number_of_samples_in_the_example_does_not_matter() -> None:
    one, many = (describe(mlp(), torch.zeros(n, 40)) for n in (1, 40))
    assert one.equals(many)


def test_the_network_is_left_as_it_was() -> None:
    network = mlp()
    use_generator(network, seeded_generator(0, "dropout"))
    state = network.trunk[2].generator.get_state()
    describe(network, torch.zeros(1, 40))
    assert all(module.training and not module._forward_hooks for module in network.modules())
    assert torch.equal(network.trunk[2].generator.get_state(), state)
