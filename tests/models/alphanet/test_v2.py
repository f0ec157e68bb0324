"""AlphaNetV2 against a loop."""

import numpy as np
import torch

from deep_alpha.models.alphanet.v2 import V2_BRANCHES, AlphaNetV2, AlphaNetV2Settings
from deep_alpha.training.randomness import reject_global_randomness
from tests.models.alphanet import oracles
from tests.models.alphanet.oracles import count_parameters, generator, samples, spread_weights

COLUMNS = 4


def network(columns=COLUMNS, seed=0, **changes):
    return AlphaNetV2(columns, V2_BRANCHES, AlphaNetV2Settings(**changes), generator(seed))


def test_scores_are_those_of_a_slow_recomputation():
    net = spread_weights(network(hidden=3))
    values = samples(V2_BRANCHES, COLUMNS, count=6)
    (reader,) = net.readers
    features = oracles.batch_norm(values.double().numpy(), reader.norm)
    last = oracles.lstm(features, reader.recurrent)[:, -1]
    expected = oracles.linear(oracles.batch_norm(last, reader.state_norm), net.head)
    np.testing.assert_allclose(net(values).detach(), expected, atol=1e-5)


def test_the_papers_v2_has_36871_parameters():
    lstm = 4 * 30 * (270 + 30) + 2 * 4 * 30
    assert count_parameters(network(columns=270)) == 2 * 270 + lstm + 2 * 30 + 31 == 36_871


def test_the_steps_order_counts():
    net, values = network().eval(), samples(V2_BRANCHES, COLUMNS)
    assert (net(values) - net(values.flip(1))).abs().max() > 1e-4


def test_gradients_reach_every_parameter():
    net = network()
    (net(samples(V2_BRANCHES, COLUMNS, count=20)) - 1).square().sum().backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad.abs().max() > 0, name


def test_one_seed_gives_one_network_without_the_process_generator():
    before = torch.get_rng_state()
    first, second, other = network(seed=1), network(seed=1), network(seed=2)
    assert torch.equal(torch.get_rng_state(), before)
    reject_global_randomness(first)
    weights = [net.readers[0].recurrent.weight_ih_l0 for net in (first, second, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
    assert first.head.weight.abs().max() <= 0.1


def test_autocast_stays_near_float32():
    net, values = network(columns=30).eval(), samples(V2_BRANCHES, 30)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rounded = net(values)
    assert rounded.dtype == torch.float32
    torch.testing.assert_close(rounded, net(values), atol=0.01, rtol=0)
