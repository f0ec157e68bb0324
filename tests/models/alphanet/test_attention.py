"""Additive attention against a loop."""

import numpy as np
import torch

from deep_alpha.models.alphanet.attention import AdditiveAttention
from tests.models.alphanet import oracles
from tests.models.alphanet.oracles import generator, spread_weights

COUNT, STEPS, WIDTH, SIZE = 4, 6, 5, 3


def inputs():
    hidden, values = torch.randn(2, COUNT, STEPS, WIDTH, generator=generator(2)) * 2
    return hidden, torch.randn(COUNT, WIDTH, generator=generator(3)), values


def attention():
    return spread_weights(AdditiveAttention(WIDTH, SIZE, generator()))


def test_the_result_is_the_weighted_mean_of_the_values():
    hidden, context, values = inputs()
    layer = attention()
    weights = oracles.attention_weights(hidden.double().numpy(), context.double().numpy(), layer)
    np.testing.assert_allclose(layer.weights(hidden, context).detach(), weights, atol=1e-6)
    expected = np.zeros((COUNT, WIDTH))
    for n in range(COUNT):
        for step in range(STEPS):
            expected[n] += weights[n, step] * values[n, step].double().numpy()
    np.testing.assert_allclose(layer(hidden, context, values).detach(), expected, atol=2e-6)


def test_weights_of_a_sample_are_positive_and_sum_to_one():
    hidden, context, _ = inputs()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        weights = attention().weights(1000 * hidden, context)
    assert weights.dtype == torch.float32
    assert (weights >= 0).all()
    torch.testing.assert_close(weights.sum(1), torch.ones(COUNT))


def test_equal_states_get_equal_weights():
    hidden, context, values = inputs()
    hidden = hidden[:, :1].expand(-1, STEPS, -1)
    torch.testing.assert_close(attention()(hidden, context, values), values.mean(1))


def test_the_parameters_are_two_matrices_a_bias_and_a_vector():
    assert oracles.count_parameters(attention()) == SIZE * WIDTH * 2 + SIZE + SIZE


def test_building_draws_from_the_generator_alone():
    before = torch.get_rng_state()
    first, second, other = (AdditiveAttention(WIDTH, SIZE, generator(s)) for s in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    for name, value in first.state_dict().items():
        assert torch.equal(value, second.state_dict()[name])
        if name.endswith("weight"):
            assert not torch.equal(value, other.state_dict()[name])
