"""The Transformer encoder against PyTorch's own layer."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from deep_alpha.models.alphanet.encoder import (
    EncoderLayer,
    WideningEncoder,
    dividing_heads,
    sinusoids,
)
from deep_alpha.training.randomness import keep_mask, reject_global_randomness, use_generator
from tests.models.alphanet.oracles import count_parameters, generator, spread_weights

COUNT, STEPS = 3, 7


def sequences(width, seed=2):
    return torch.randn(COUNT, STEPS, width, generator=generator(seed))


def encoder(columns=6, **changes):
    settings = {
        "widen": "stack_concat",
        "heads": 4,
        "feed_forward": 4,
        "dropout": 0.1,
        "positional": True,
    }
    return WideningEncoder(columns, STEPS, **settings | changes, generator=generator())


def reference(layer):
    """PyTorch's post-norm encoder layer with our weights, float64, without dropout."""
    width = layer.merge.out_features
    theirs = nn.TransformerEncoderLayer(
        width, layer.heads, layer.inner.out_features, dropout=0.0, batch_first=True
    ).double()
    names = {
        "self_attn.in_proj_": layer.project,
        "self_attn.out_proj.": layer.merge,
        "linear1.": layer.inner,
        "linear2.": layer.outer,
        "norm1.": layer.attention_norm,
        "norm2.": layer.feed_forward_norm,
    }
    theirs.load_state_dict(
        {
            prefix + name: value.double()
            for prefix, part in names.items()
            for name, value in part.state_dict().items()
        }
    )
    return theirs


@pytest.mark.parametrize(("width", "heads"), [(8, 4), (6, 3), (6, 2), (7, 1)])
def test_a_layer_is_pytorchs_post_norm_layer(width, heads):
    layer = spread_weights(EncoderLayer(width, heads, 4 * width, 0.1, generator())).eval()
    expected = reference(layer)(sequences(width).double())
    # Exactly the same formula …
    torch.testing.assert_close(layer.double()(sequences(width).double()), expected)
    # … and float32 is no further off than its own rounding.
    result = layer.float()(sequences(width))
    torch.testing.assert_close(result.double(), expected, atol=3e-6, rtol=0)


def test_a_layers_gradients_are_pytorchs():
    layer = EncoderLayer(6, 2, 24, 0.0, generator()).double()
    theirs = reference(layer)
    ours_in, theirs_in = (sequences(6).double().requires_grad_() for _ in range(2))
    layer(ours_in).square().sum().backward()
    theirs(theirs_in).square().sum().backward()
    torch.testing.assert_close(ours_in.grad, theirs_in.grad)
    torch.testing.assert_close(layer.project.weight.grad, theirs.self_attn.in_proj_weight.grad)
    torch.testing.assert_close(layer.outer.weight.grad, theirs.linear2.weight.grad)


def test_dropout_falls_on_what_each_sub_layer_adds():
    layer = EncoderLayer(4, 2, 8, 0.5, generator()).train()
    use_generator(layer, generator(9))
    draws, values = generator(9), sequences(4)
    attended = layer._attend(values)
    added = layer.attention_norm(values + attended * keep_mask(attended, 0.5, draws))
    fed = layer.outer(torch.relu(layer.inner(added)))
    expected = layer.feed_forward_norm(added + fed * keep_mask(fed, 0.5, draws))
    torch.testing.assert_close(layer(values), expected)


def test_the_second_layer_stands_beside_the_first():
    network = encoder(6).eval()
    torch.testing.assert_close(network.positions, sinusoids(STEPS, 6))
    first = reference(network.first)((sequences(6) + network.positions).double())
    second = reference(network.second)(first)
    expected = torch.cat([first, second], dim=2)
    torch.testing.assert_close(network(sequences(6)).double(), expected, atol=3e-6, rtol=0)


def test_projecting_doubles_the_width_before_two_layers():
    network = encoder(5, widen="project").eval()
    assert (network.first.heads, network.first.merge.in_features) == (2, 10)
    wide = network.project(sequences(5)) + sinusoids(STEPS, 10)
    expected = reference(network.second)(reference(network.first)(wide.double()))
    torch.testing.assert_close(network(sequences(5)).double(), expected, atol=3e-6, rtol=0)


@pytest.mark.parametrize(("columns", "heads"), [(36, 4), (69, 3), (66, 3), (70, 2), (103, 1)])
def test_heads_divide_the_width(columns, heads):
    assert dividing_heads(columns, 4) == heads
    network = encoder(columns).eval()
    assert {network.first.heads, network.second.heads} == {heads}
    assert network(sequences(columns)).shape == (COUNT, STEPS, 2 * columns)


def test_fewer_heads_can_be_asked_for():
    assert encoder(8, heads=1).first.heads == 1
    assert encoder(8, widen="project", heads=1).first.heads == 1


def test_projected_layers_have_two_heads_also_where_four_would_divide():
    assert encoder(8, widen="project", heads=4).first.heads == 2


@pytest.mark.parametrize("columns", [6, 7])
@pytest.mark.parametrize("feed_forward", [2, 4])
def test_parameter_counts(columns, feed_forward):
    def layer(width):
        attention = 3 * width * (width + 1) + width * (width + 1)
        hidden = feed_forward * width
        return attention + hidden * (width + 1) + width * (hidden + 1) + 4 * width

    stacked = encoder(columns, feed_forward=feed_forward)
    assert count_parameters(stacked) == 2 * layer(columns)
    projected = encoder(columns, widen="project", feed_forward=feed_forward)
    assert count_parameters(projected) == 2 * columns * (columns + 1) + 2 * layer(2 * columns)


@pytest.mark.parametrize("widen", ["stack_concat", "project"])
def test_without_positions_the_order_of_the_steps_is_not_seen(widen):
    blind = encoder(6, widen=widen, positional=False).eval()
    values = sequences(6)
    torch.testing.assert_close(blind(values.flip(1)).flip(1), blind(values), atol=1e-5, rtol=0)
    seeing = encoder(6, widen=widen).eval()
    turned = seeing(values.flip(1)).flip(1)
    assert (turned - seeing(values)).abs().max() > 0.1


@pytest.mark.parametrize("width", [6, 7])
def test_positions_are_the_original_transformers(width):
    positions = sinusoids(20, width)
    assert positions.shape == (20, width)
    for step in (0, 1, 19):
        for channel in range(width):
            angle = step / 10_000 ** (2 * (channel // 2) / width)
            expected = math.cos(angle) if channel % 2 else math.sin(angle)
            assert positions[step, channel].item() == pytest.approx(expected, abs=1e-6)


def test_positions_are_not_stored_with_the_weights():
    assert not any("positions" in name for name in encoder().state_dict())


@pytest.mark.parametrize("widen", ["stack_concat", "project"])
def test_each_projection_starts_as_a_layer_by_itself(widen):
    layer = encoder(60, widen=widen).second
    width = layer.merge.in_features
    bound = math.sqrt(6 / (2 * width))
    for part in layer.project.weight.chunk(3):
        assert 0.99 * bound < part.abs().max() <= bound
    wide = math.sqrt(6 / (5 * width))
    assert 0.99 * wide < layer.inner.weight.abs().max() <= wide


def test_layers_share_nothing_and_draw_from_the_generator_alone():
    before = torch.get_rng_state()
    network, again = encoder(), encoder()
    assert torch.equal(torch.get_rng_state(), before)
    reject_global_randomness(network)
    assert not torch.equal(network.first.inner.weight, network.second.inner.weight)
    for name, value in network.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name


def test_autocast_stays_near_float32():
    network = encoder(36).eval()
    exact = network(sequences(36))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rounded = network(sequences(36))
    np.testing.assert_allclose(rounded.detach().float(), exact.detach(), atol=0.06)
