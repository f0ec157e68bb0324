"""Randomness that belongs to one fit."""

import math

import pytest
import torch
from torch import nn

from deep_alpha.errors import ConfigurationError
from deep_alpha.training.randomness import (
    Dropout,
    keep_mask,
    reject_global_randomness,
    seeded_generator,
    use_generator,
)


def test_a_generator_is_fixed_by_seed_and_stream():
    def first(seed, stream):
        return torch.rand(4, generator=seeded_generator(seed, stream)).tolist()

    assert first(1, "shuffle") == first(1, "shuffle")
    assert first(1, "shuffle") != first(2, "shuffle")
    assert first(1, "shuffle") != first(1, "dropout")


@pytest.mark.parametrize("probability", [0.1, 0.5, 0.8])
def test_values_are_dropped_at_the_given_rate_and_keep_their_mean(probability):
    mask = keep_mask(torch.empty(999, 1001), probability, seeded_generator(0, "mask"))
    assert mask.shape == (999, 1001)
    kept = (mask > 0).float().mean().item()
    error = 4 * math.sqrt(probability * (1 - probability) / mask.numel())
    assert kept == pytest.approx(1 - probability, abs=error)
    assert mask.unique().tolist() == pytest.approx([0.0, 1 / (1 - probability)], rel=1e-4)
    assert mask.mean().item() == pytest.approx(1.0, abs=5 * error / (1 - probability))


def test_neighbouring_values_are_dropped_independently():
    dropped = (keep_mask(torch.empty(400_000), 0.3, seeded_generator(0, "mask")) == 0).float()
    for lag in (1, 2, 3, 4, 64):
        together = (dropped[lag:] * dropped[:-lag]).mean().item()
        assert together == pytest.approx(0.09, abs=0.003)


def test_a_mask_has_the_values_precision():
    mask = keep_mask(torch.empty(10, dtype=torch.bfloat16), 0.5, seeded_generator(0, "mask"))
    assert mask.dtype == torch.bfloat16


def test_dropout_scales_the_gradient_as_it_scales_the_values():
    layer = Dropout(0.5)
    use_generator(nn.Sequential(layer), seeded_generator(0, "dropout"))
    values = torch.ones(100, requires_grad=True)
    output = layer(values)
    output.sum().backward()
    assert set(output.tolist()) == {0.0, 2.0}
    assert torch.equal(values.grad, output.detach())


def test_dropout_is_off_in_evaluation():
    values = torch.randn(5)
    assert Dropout(0.5).eval()(values) is values
    assert Dropout(0.0)(values) is values


def test_dropout_leaves_the_process_generator_alone():
    layer = Dropout(0.5)
    use_generator(layer, seeded_generator(0, "dropout"))
    before = torch.get_rng_state()
    layer(torch.ones(100))
    assert torch.equal(torch.get_rng_state(), before)


def test_dropout_without_a_generator_is_an_error():
    with pytest.raises(RuntimeError, match=r"^Dropout has no generator: call use_generator"):
        Dropout(0.5)(torch.ones(3))


def test_a_probability_of_one_is_an_error():
    with pytest.raises(ValueError, match=r"^a dropout probability of 1.0 is not in \[0, 1\)$"):
        Dropout(1.0)


@pytest.mark.parametrize(
    ("layer", "kind"),
    [
        (nn.Dropout(0.1), "Dropout"),
        (nn.LSTM(2, 2, num_layers=2, dropout=0.1), "LSTM"),
        (nn.MultiheadAttention(2, 1, dropout=0.1), "MultiheadAttention"),
    ],
)
def test_layers_that_draw_from_the_process_are_refused(layer, kind):
    network = nn.Sequential(nn.Linear(2, 2), layer)
    with pytest.raises(ConfigurationError) as error:
        reject_global_randomness(network)
    assert str(error.value) == (
        f"layer '1' ({kind}) draws its dropout from the process's random generator, so that a "
        "seed would not fix the result: set it to 0 and use "
        "deep_alpha.training.randomness.Dropout"
    )


def test_layers_without_randomness_pass():
    reject_global_randomness(nn.Sequential(nn.LSTM(2, 2), nn.MultiheadAttention(2, 1)))
