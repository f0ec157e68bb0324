"""Recurrent layers as Keras starts them, and the last states of sequences."""

import math

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from torch import nn

from deep_alpha.models.alphanet.recurrent import LastState, RecurrentSettings, recurrent_layer
from tests.models.alphanet import oracles
from tests.models.alphanet.oracles import generator, spread_weights


@pytest.mark.parametrize(("kind", "gates"), [(nn.LSTM, 4), (nn.GRU, 3)])
def test_weights_start_as_those_of_keras(kind, gates):
    layer = recurrent_layer(kind, 50, 40, generator(), bidirectional=True)
    bound = math.sqrt(6 / (50 + gates * 40))
    for suffix in ("_l0", "_l0_reverse"):
        inputs = getattr(layer, "weight_ih" + suffix)
        assert 0.99 * bound < inputs.abs().max() <= bound
        assert inputs.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.02)
        recurrent = getattr(layer, "weight_hh" + suffix)
        torch.testing.assert_close(recurrent.T @ recurrent, torch.eye(40), atol=1e-5, rtol=0)
        forgets = torch.zeros(gates * 40)
        if kind is nn.LSTM:
            forgets[40:80] = 1.0
        assert torch.equal(getattr(layer, "bias_ih" + suffix).detach(), forgets)
        assert not getattr(layer, "bias_hh" + suffix).any()


def test_building_draws_nothing_from_the_process():
    before = torch.get_rng_state()
    first, second = (recurrent_layer(nn.LSTM, 4, 3, generator(5)) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first.weight_ih_l0, second.weight_ih_l0)
    assert torch.equal(first.weight_hh_l0, second.weight_hh_l0)
    assert not torch.equal(
        first.weight_hh_l0, recurrent_layer(nn.LSTM, 4, 3, generator(6)).weight_hh_l0
    )


@pytest.mark.parametrize(("kind", "oracle"), [(nn.LSTM, oracles.lstm), (nn.GRU, oracles.gru)])
def test_the_last_state_is_normalised_over_the_samples(kind, oracle):
    reader = spread_weights(LastState(kind, 3, 2, generator()))
    sequence = torch.randn(6, 4, 3, generator=generator())
    states = oracle(oracles.batch_norm(sequence.double().numpy(), reader.norm), reader.recurrent)
    expected = oracles.batch_norm(states[:, -1], reader.state_norm)
    np.testing.assert_allclose(reader(sequence).detach().numpy(), expected, atol=5e-6)


def test_wrong_sizes_are_refused():
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        RecurrentSettings(hidden=0)
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        RecurrentSettings.model_validate({"hiden": 30})
