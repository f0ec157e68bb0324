"""Batch norm over samples × steps, and the linear layers with truncated weights."""

import numpy as np
import pytest
import torch

from deep_alpha.models.alphanet.blocks import ChannelNorm, ScoreHead, softmax, truncated_linear
from tests.models.alphanet import oracles
from tests.models.alphanet.oracles import generator, spread_weights

CHANNELS = 4


def values(count=7, steps=3, seed=1):
    return torch.randn(count, steps, CHANNELS, generator=generator(seed)) * 3 + 1


def test_training_normalises_each_channel_over_samples_and_steps():
    norm = spread_weights(ChannelNorm(CHANNELS))
    expected = oracles.batch_norm(values().double().numpy(), norm)
    np.testing.assert_allclose(norm(values()).detach().numpy(), expected, atol=1e-6)


def test_one_norm_over_all_operators_is_one_for_each():
    joint, left, right = ChannelNorm(CHANNELS), ChannelNorm(1), ChannelNorm(CHANNELS - 1)
    apart = torch.cat([left(values()[..., :1]), right(values()[..., 1:])], dim=-1)
    torch.testing.assert_close(joint(values()), apart)


def test_evaluation_uses_a_running_mean_of_past_batches():
    norm = ChannelNorm(CHANNELS)
    mean, var = np.zeros(CHANNELS), np.ones(CHANNELS)
    for seed in range(3):
        rows = values(seed=seed).reshape(-1, CHANNELS).double().numpy()
        norm(values(seed=seed))
        mean = 0.9 * mean + 0.1 * rows.mean(axis=0)
        var = 0.9 * var + 0.1 * rows.var(axis=0, ddof=1)
    fresh = values(seed=9)
    expected = (fresh.numpy() - mean) / np.sqrt(var + 1e-5)
    np.testing.assert_allclose(norm.eval()(fresh).detach().numpy(), expected, atol=1e-5)


@pytest.mark.parametrize("daily", [False, True])
def test_evaluation_leaves_the_running_statistics_alone(daily):
    norm = ChannelNorm(CHANNELS, daily)
    norm(values())
    before = {name: value.clone() for name, value in norm.state_dict().items()}
    norm.eval()(values(seed=2))
    assert all(torch.equal(before[name], value) for name, value in norm.state_dict().items())


def test_daily_evaluation_uses_the_days_own_statistics():
    norm = spread_weights(ChannelNorm(CHANNELS, daily=True)).eval()
    expected = oracles.batch_norm(values().double().numpy(), norm)
    np.testing.assert_allclose(norm(values()).detach().numpy(), expected, atol=1e-6)


def test_daily_and_running_norms_hold_the_same_state():
    running, daily = ChannelNorm(CHANNELS), ChannelNorm(CHANNELS, daily=True)
    running(values())
    daily(values())
    assert running.state_dict().keys() == daily.state_dict().keys()
    for name, value in running.state_dict().items():
        assert torch.equal(value, daily.state_dict()[name]), name


@pytest.mark.parametrize("daily", [False, True])
@pytest.mark.parametrize("training", [False, True])
def test_a_single_row_is_normalised_by_the_running_statistics(daily, training):
    norm = ChannelNorm(CHANNELS, daily)
    for seed in range(30):
        norm(values(seed=seed))
    before = norm.running_mean.clone()
    row = values()[0, :1]
    expected = (row - norm.running_mean) / torch.sqrt(norm.running_var + 1e-5)
    torch.testing.assert_close(norm.train(training)(row), expected)
    assert torch.equal(norm.running_mean, before)


def test_statistics_are_float32_under_autocast():
    # Sums of these 40,000 numbers need more than the eight bits of bfloat16.
    rows = (values(10_000, 4) + 3).to(torch.bfloat16)
    norm = ChannelNorm(CHANNELS)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        result = norm(rows)
    exact = rows.double().reshape(-1, CHANNELS)
    assert norm.running_mean.dtype == torch.float32
    np.testing.assert_allclose(norm.running_mean, 0.1 * exact.mean(0), rtol=1e-4)
    np.testing.assert_allclose(norm.running_var, 0.9 + 0.1 * exact.var(0), rtol=1e-4)
    expected = (rows.double() - exact.mean(0)) / exact.std(0)
    assert (result.double() - expected).abs().max() < 0.02  # half a unit of 4 in bfloat16


def test_softmax_weights_of_bfloat16_energies_sum_to_one():
    energies = torch.randn(50, 20, generator=generator()).to(torch.bfloat16)
    assert softmax(energies).dtype == torch.float32
    torch.testing.assert_close(softmax(energies).sum(-1), torch.ones(50))
    torch.testing.assert_close(softmax(energies.double()), softmax(energies).double())


def test_truncated_weights_end_at_two_standard_deviations():
    layer = truncated_linear(400, 300, generator())
    assert 0.099 < layer.weight.abs().max() <= 0.1
    # A normal distribution cut off at two standard deviations keeps 0.8796 of its own.
    assert layer.weight.std().item() == pytest.approx(0.05 * 0.8796, rel=0.01)
    assert not layer.bias.any()


def test_the_score_head_starts_as_a_truncated_layer_does():
    head, layer = ScoreHead(8, generator(3)), truncated_linear(8, 1, generator(3))
    assert torch.equal(head.weight, layer.weight)
    assert torch.equal(head.bias, layer.bias)


def test_scores_do_not_tie_under_autocast():
    inputs = torch.randn(4000, 8, generator=generator())
    head = ScoreHead(8, generator())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rounded = truncated_linear(8, 1, generator())(inputs)
        scores = head(inputs.to(torch.bfloat16))
    assert scores.dtype == torch.float32
    assert len(scores.unique()) > 3900
    assert len(rounded.unique()) < 2500


def test_the_heads_gradient_is_that_of_a_linear_layer():
    inputs = torch.randn(9, 3, generator=generator()).requires_grad_()
    ScoreHead(3, generator())(inputs).sum().backward()
    weight = ScoreHead(3, generator()).weight.detach()
    torch.testing.assert_close(inputs.grad, weight.expand(9, 3))


def test_building_draws_nothing_from_the_process():
    before = torch.get_rng_state()
    truncated_linear(5, 4, generator())
    ScoreHead(5, generator())
    assert torch.equal(torch.get_rng_state(), before)
