"""AlphaNetV1 against a loop."""

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from deep_alpha.models.alphanet.branches import Branch
from deep_alpha.models.alphanet.v1 import V1_BRANCHES, AlphaNetV1, AlphaNetV1Settings
from deep_alpha.training.randomness import reject_global_randomness, use_generator
from tests.models.alphanet import oracles
from tests.models.alphanet.oracles import count_parameters, generator, samples, spread_weights

COLUMNS = 4


def network(columns=COLUMNS, branches=V1_BRANCHES, seed=0, **changes):
    return AlphaNetV1(columns, branches, AlphaNetV1Settings(**changes), generator(seed))


def slow_scores(net, values):
    """The network without dropout and with batch statistics, sample by sample, float64."""
    (pool,) = net.pools
    features = oracles.batch_norm(values.double().numpy(), pool.norm)
    pools = np.concatenate(
        [
            [[column.mean() for column in sample.T] for sample in features],
            [[max(column) for column in sample.T] for sample in features],
            [[min(column) for column in sample.T] for sample in features],
        ],
        axis=1,
    )
    pools = oracles.batch_norm(pools, pool.pool_norm)
    flat = np.concatenate([features.reshape(len(features), -1), pools], axis=1)
    hidden = np.maximum(oracles.linear(flat, net.head[0]), 0)
    return oracles.linear(hidden, net.head[3])


@pytest.mark.parametrize(
    "branches", [V1_BRANCHES, (Branch(window=10, steps=5, stride=2),)], ids=["3 steps", "5 steps"]
)
def test_scores_are_those_of_a_slow_recomputation(branches):
    net = spread_weights(network(branches=branches, dropout=0.0))
    values = samples(branches, COLUMNS, count=7)
    np.testing.assert_allclose(net(values).detach(), slow_scores(net, values), atol=1e-5)


def test_the_papers_v1_has_702_features_and_22057_parameters():
    net = network(columns=117)
    assert net.head[0].in_features == 702
    norms = 2 * 117 + 2 * 3 * 117
    assert count_parameters(net) == norms + (702 * 30 + 30) + (30 + 1) == 22_057


def test_several_branches_lie_side_by_side():
    branches = (Branch(window=10, steps=3, stride=10), Branch(window=5, steps=6, stride=5))
    net = network(branches=branches)
    assert net.head[0].in_features == COLUMNS * (6 + 9)
    assert net.eval()(samples(branches, COLUMNS)).shape == (5, 1)


def test_dropout_acts_on_the_hidden_layer_while_training_only():
    net = network(dropout=0.5)
    use_generator(net, generator(4))
    values = samples(V1_BRANCHES, COLUMNS, count=50)
    assert not torch.equal(net(values), net(values))
    net.eval()
    assert torch.equal(net(values), net(values))


def test_weights_start_truncated():
    net = network(columns=117)
    for layer in (net.head[0], net.head[3]):
        assert layer.weight.abs().max() <= 0.1
        assert not layer.bias.any()


def test_gradients_reach_every_parameter():
    net = network(dropout=0.0)
    (net(samples(V1_BRANCHES, COLUMNS, count=20)) - 1).square().sum().backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad.abs().max() > 0, name


def test_one_seed_gives_one_network_without_the_process_generator():
    before = torch.get_rng_state()
    first, second, other = network(seed=1), network(seed=1), network(seed=2)
    assert torch.equal(torch.get_rng_state(), before)
    reject_global_randomness(first)
    assert torch.equal(first.head[0].weight, second.head[0].weight)
    assert not torch.equal(first.head[0].weight, other.head[0].weight)


@pytest.mark.parametrize("wrong", [{"hidden": 0}, {"dropout": 1.0}, {"hiden": 30}])
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ValidationError):
        AlphaNetV1Settings.model_validate(wrong)
