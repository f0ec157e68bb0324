"""The CNN over windows of days × factors, on planted sequences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from deep_alpha.errors import ConfigurationError
from deep_alpha.models.cnn_windows import CNNWindows, CNNWindowsConfig
from deep_alpha.models.contract import FitContext, Fitted
from tests.models.days import mean_rank_ic
from tests.models.planted import LOOKBACK, planted_windows

SMALL = {"lookback": LOOKBACK, "max_epochs": 3, "batch_size": 256, "learning_rate": 5e-3}


def planted(days, seed):
    return planted_windows(days, seed, features=4)


def fit(train=None, valid=None, seed=0, context=None, **changes):
    return CNNWindows().fit(
        planted(20, seed=1) if train is None else train,
        planted(10, seed=2) if valid is None else valid,
        SMALL | changes,
        seed,
        context or FitContext(),
    )


def test_the_days_of_a_window_are_the_input_channels():
    network = CNNWindows().build(40, CNNWindowsConfig(), torch.Generator())
    assert network.trunk[0].weight.shape == (8, 10, 3)
    assert network(torch.zeros(5, 10, 40)).shape == (5, 1)
    assert sum(parameter.numel() for parameter in network.parameters()) == 9_825 + 8 * 9 * 3


def test_weights_start_within_xavier_bounds():
    network = CNNWindows().build(40, CNNWindowsConfig(), torch.Generator().manual_seed(0))
    bound = np.sqrt(6 / (10 * 3 + 8 * 3))
    assert 0.98 * bound < network.trunk[0].weight.abs().max() <= bound
    assert not network.trunk[0].bias.any()


def test_the_first_layer_by_hand():
    network = CNNWindows().build(5, CNNWindowsConfig(filters=2, lookback=3), torch.Generator())
    layer = network.trunk[0]
    windows = np.random.default_rng(0).normal(size=(4, 3, 5)).astype(np.float32)
    weight = layer.weight.detach().numpy()
    expected = [
        [(window[:, p : p + 3] * weight[f]).sum() for p in range(3) for f in range(2)]
        for window in windows
    ]
    found = layer(torch.from_numpy(windows)).detach().numpy()
    assert found == pytest.approx(np.array(expected), abs=1e-5)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"lookback": 1}, "greater than or equal to 2"),
        ({"loss": "dual"}, "Input should be 'mse' or 'ic'"),
        ({"label_up": "sign"}, "Extra inputs are not permitted"),
        ({"loss": "ic", "stop_on": "rmse"}, "stop_on must be ic, not rmse"),
    ],
)
def test_wrong_settings_fail_before_anything_runs(wrong, message):
    with pytest.raises(ValidationError, match=message):
        fit(**wrong)


@pytest.mark.parametrize("loss", ["mse", "ic"])
def test_learns_a_pattern_of_the_sequence(loss):
    settings = {"max_epochs": 25, "patience": 25, "learning_rate": 1e-2, "batch_days": 2}
    fitted = fit(planted(60, seed=1), loss=loss, **settings)
    assert isinstance(fitted, Fitted)
    fresh = planted(20, seed=3)
    # Signal and noise of equal size allow about 0.7; no single day tells anything.
    assert mean_rank_ic(fitted.predict(fresh), fresh) > 0.5


def test_a_stored_model_predicts_the_same_and_brings_its_order(tmp_path):
    fitted, fresh = fit(order_seed=3, max_epochs=1), planted(5, seed=3)
    fitted.save(tmp_path)
    loaded = CNNWindows().load(tmp_path)
    assert sorted(loaded.network.trunk[0].order.tolist()) == [0, 1, 2, 3]
    assert np.array_equal(loaded.predict(fresh), fitted.predict(fresh))


def test_one_seed_one_result_and_another_seed_another():
    fresh = planted(5, seed=3)
    first = fit(seed=7, max_epochs=2).predict(fresh)
    torch.manual_seed(99)
    assert np.array_equal(first, fit(seed=7, max_epochs=2).predict(fresh))
    assert not np.array_equal(first, fit(seed=8, max_epochs=2).predict(fresh))


def test_windows_of_another_length_are_refused():
    with pytest.raises(ConfigurationError, match="lookback is 6 traded days, but the train sample"):
        fit(replace(planted(20, seed=1), lookback=5))
