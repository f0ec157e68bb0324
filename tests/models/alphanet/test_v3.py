"""AlphaNetV3 against a loop."""

import numpy as np
import pytest
import torch

from deep_alpha.models.alphanet.branches import Branch
from deep_alpha.models.alphanet.v3 import V3_BRANCHES, AlphaNetV3, AlphaNetV3Settings
from deep_alpha.training.randomness import reject_global_randomness
from tests.models.alphanet import oracles
from tests.models.alphanet.oracles import count_parameters, generator, samples, spread_weights

COLUMNS = 4


def network(columns=COLUMNS, branches=V3_BRANCHES, seed=0, **changes):
    return AlphaNetV3(columns, branches, AlphaNetV3Settings(**changes), generator(seed))


def test_scores_are_those_of_a_slow_recomputation():
    net = spread_weights(network(hidden=3))
    values = samples(V3_BRANCHES, COLUMNS, count=6)
    # Days back 25, 20, …, 0; window 10 first, of which every second step is read.
    ten, five = values[:, 1::2, :COLUMNS], values[:, :, COLUMNS:]
    states = []
    for sequence, reader in zip((ten, five), net.readers, strict=True):
        features = oracles.batch_norm(sequence.double().numpy(), reader.norm)
        last = oracles.gru(features, reader.recurrent)[:, -1]
        states.append(oracles.batch_norm(last, reader.state_norm))
    expected = oracles.linear(np.concatenate(states, axis=1), net.head)
    np.testing.assert_allclose(net(values).detach(), expected, atol=1e-5)


def test_the_papers_v3_has_55621_parameters():
    gru = 3 * 30 * (270 + 30) + 2 * 3 * 30
    assert count_parameters(network(columns=270)) == 2 * (2 * 270 + gru + 2 * 30) + 61 == 55_621


@pytest.mark.parametrize(("steps", "stride"), [(6, 5), (10, 2), (20, 1), (3, 10), (1, 1)])
def test_one_branch_of_any_steps_is_enough(steps, stride):
    branches = (Branch(window=10, steps=steps, stride=stride),)
    net = network(branches=branches)
    assert net.head.in_features == 30
    assert net.eval()(samples(branches, COLUMNS)).shape == (5, 1)


def test_gradients_reach_every_parameter():
    net = network()
    (net(samples(V3_BRANCHES, COLUMNS, count=20)) - 1).square().sum().backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad.abs().max() > 0, name


def test_a_sample_in_a_batch_of_its_own_has_a_score():
    net = network()
    for seed in range(20):
        net(samples(V3_BRANCHES, COLUMNS, count=9, seed=seed))
    assert torch.isfinite(net(samples(V3_BRANCHES, COLUMNS, count=1))).all()


def test_one_seed_gives_one_network_without_the_process_generator():
    before = torch.get_rng_state()
    first, second, other = network(seed=1), network(seed=1), network(seed=2)
    assert torch.equal(torch.get_rng_state(), before)
    reject_global_randomness(first)
    weights = [net.readers[1].recurrent.weight_hh_l0 for net in (first, second, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
