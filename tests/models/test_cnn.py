"""The CNN of paper 000 on planted data."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from safetensors.numpy import load_file

from deep_alpha.errors import ConfigurationError
from deep_alpha.models import cnn
from deep_alpha.models.cnn import CNN, CNNConfig, factor_order
from deep_alpha.models.contract import FitContext, Fitted
from deep_alpha.training.rows import RowTask
from tests.models.days import mean_rank_ic
from tests.models.planted import planted_rows as planted

SMALL = {"max_epochs": 3, "batch_size": 256, "learning_rate": 5e-3}


def fit(train=None, valid=None, seed=0, context=None, **changes):
    return CNN().fit(
        planted(20, seed=1) if train is None else train,
        planted(10, seed=2) if valid is None else valid,
        SMALL | changes,
        seed,
        context or FitContext(),
    )


def network_of(factors=40, seed=0, **settings):
    return CNN().build(factors, CNNConfig(**settings), torch.Generator().manual_seed(seed))


def count(network):
    return sum(parameter.numel() for parameter in network.parameters())


def test_has_9825_parameters_for_40_factors():
    assert count(network_of()) == 9_825
    assert count(network_of(loss="ic")) == 9_825
    assert count(network_of(loss="dual")) == 9_825 + 33


@pytest.mark.parametrize(("loss", "heads"), [("mse", 1), ("ic", 1), ("dual", 2)])
def test_gives_one_column_for_each_head(loss, heads):
    network = network_of(loss=loss)
    for names in (1, 5):
        assert network(torch.zeros(names, 40)).shape == (names, heads)


def test_weights_start_within_xavier_bounds_and_biases_at_zero():
    networks = [network_of(seed=seed, loss="dual") for seed in range(50)]
    # The heads are two layers from 32 to 1, not one from 32 to 2.
    fans = {"trunk.0": (3, 8 * 3), "trunk.2": (8 * 38, 32), "heads": (32, 1)}
    for name, (fan_in, fan_out) in fans.items():
        layers = [network.get_submodule(name) for network in networks]
        bound = np.sqrt(6 / (fan_in + fan_out))
        largest = max(layer.weight.abs().max().item() for layer in layers)
        assert 0.99 * bound < largest <= bound
        assert not any(layer.bias.any() for layer in layers)


def test_building_draws_nothing_from_the_process():
    before = torch.get_rng_state()
    network_of(order_seed=1)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_forward_pass_by_hand():
    network = network_of(7, filters=2, hidden=3, loss="dual")
    for parameter in network.parameters():
        torch.nn.init.uniform_(parameter, -1, 1, generator=torch.Generator().manual_seed(5))
    rows = np.random.default_rng(0).normal(size=(4, 7)).astype(np.float32)
    kernels, offsets, hidden, hidden_bias, heads, heads_bias = (
        parameter.detach().double().numpy() for parameter in network.parameters()
    )
    for row, output in zip(rows, network(torch.from_numpy(rows)).detach().numpy(), strict=True):
        maps = []
        for position in range(7 - 2):
            for kernel, offset in zip(kernels[:, 0], offsets, strict=True):
                value = offset + sum(kernel[k] * row[position + k] for k in range(3))
                maps.append(max(value, 0.0))
        layer = np.maximum(hidden @ np.array(maps) + hidden_bias, 0.0)
        assert output == pytest.approx(heads @ layer + heads_bias, abs=1e-5)


def test_defaults_are_the_papers_numbers_and_a_single_head():
    config = CNNConfig().model_dump()
    assert {name: config[name] for name in ("filters", "kernel", "hidden", "order_seed")} == {
        "filters": 8,
        "kernel": 3,
        "hidden": 32,
        "order_seed": None,
    }
    assert (config["loss"], config["target"], config["stop_on"]) == ("mse", "rank", "ic")
    assert (config["learning_rate"], config["weight_decay"], config["clip_norm"]) == (
        5e-4,
        1e-3,
        0.5,
    )
    assert (config["patience"], config["scheduler_factor"], config["scheduler_patience"]) == (
        15,
        0.7,
        5,
    )
    assert config["classification_weight"] == 0.5


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"filter": 8}, "Extra inputs are not permitted"),
        ({"kernel": 0}, "greater than or equal to 1"),
        ({"order_seed": "random"}, "valid integer"),
        ({"loss": "pearson"}, "Input should be 'dual', 'mse' or 'ic'"),
        ({"loss": "ic", "stop_on": "rmse"}, "stop_on must be ic, not rmse"),
        ({"clip": "train"}, "target=rank needs clip=none and y_scale=train_std"),
    ],
)
def test_wrong_settings_fail_before_anything_runs(wrong, message):
    with pytest.raises(ValidationError, match=message):
        fit(**wrong)


def test_too_few_factors_are_refused():
    with pytest.raises(ConfigurationError, match="a kernel over 3 neighbouring factors"):
        network_of(2)


@pytest.mark.parametrize("loss", ["mse", "dual", "ic"])
def test_learns_a_planted_function_of_neighbours(loss):
    # Ranks of pure signal plus equal noise allow an IC of about 0.7; a linear model gets 0.
    fitted = fit(planted(60, seed=1), loss=loss, max_epochs=25, batch_days=3)
    assert isinstance(fitted, Fitted)
    fresh = planted(20, seed=3)
    scores = fitted.predict(fresh)
    assert scores.shape == (len(fresh),)
    assert scores.dtype == np.float32
    assert mean_rank_ic(scores, fresh) > 0.5
    assert not fitted.summary()["degenerate"]


# --- the order of the factors ------------------------------------------------------------------


def test_an_order_is_a_permutation_that_its_seed_alone_decides():
    assert factor_order(40, None) is None
    orders = [factor_order(40, seed).tolist() for seed in range(5)]
    assert all(sorted(order) == list(range(40)) != order for order in orders)
    assert len({tuple(order) for order in orders}) == 5
    assert factor_order(40, 3).tolist() == orders[3]


def test_an_order_permutes_the_columns():
    shuffled, plain = network_of(order_seed=4, seed=9), network_of(seed=9)
    order = factor_order(40, 4)
    rows = torch.randn(6, 40, generator=torch.Generator().manual_seed(0))
    assert torch.equal(shuffled(rows), plain(rows[:, order]))
    assert not torch.allclose(shuffled(rows), plain(rows))
    assert count(shuffled) == count(plain) == 9_825


def test_an_order_is_the_same_for_every_seed_of_a_fit():
    first, second = (fit(seed=seed, order_seed=2, max_epochs=1).network for seed in (0, 1))
    assert torch.equal(first.trunk[0].order, second.trunk[0].order)
    assert not torch.equal(first.trunk[0].weight, second.trunk[0].weight)


def test_a_stored_model_brings_its_own_order(tmp_path, monkeypatch):
    fitted, fresh = fit(order_seed=2), planted(5, seed=3)
    fitted.save(tmp_path)
    stored = load_file(tmp_path / "weights.safetensors")["trunk.0.order"]
    assert stored.tolist() == factor_order(6, 2).tolist()
    # Even where a later version would draw another one.
    monkeypatch.setattr(cnn, "factor_order", lambda features, _: torch.arange(features))
    assert np.array_equal(CNN().load(tmp_path).predict(fresh), fitted.predict(fresh))


# --- fits --------------------------------------------------------------------------------------


def test_one_seed_one_result_and_another_seed_another():
    fresh = planted(5, seed=3)
    first = fit(seed=7).predict(fresh)
    torch.manual_seed(99)
    assert np.array_equal(first, fit(seed=7).predict(fresh))
    assert not np.array_equal(first, fit(seed=8).predict(fresh))


@pytest.mark.parametrize("loss", ["mse", "dual", "ic"])
def test_a_stored_model_predicts_the_same(tmp_path, loss):
    fitted, fresh = fit(loss=loss), planted(5, seed=3)
    fitted.save(tmp_path)
    loaded = CNN().load(tmp_path)
    assert np.array_equal(loaded.predict(fresh), fitted.predict(fresh))
    assert loaded.summary() == fitted.summary()


@pytest.mark.parametrize("changes", [{"loss": "dual", "order_seed": 1}, {"loss": "ic"}])
def test_an_interrupted_fit_ends_with_the_same_bits(tmp_path, monkeypatch, changes):
    settings = {"max_epochs": 4, **changes}
    context = FitContext(checkpoint=tmp_path, settings={"checkpoint_seconds": 0.0})
    whole = fit(**settings)
    losses = RowTask.loss
    seen = 0

    def killed_after_two_epochs(task, network, batch):
        nonlocal seen
        seen += 1
        if seen == 2 * task.batches_per_epoch + 2:
            raise KeyboardInterrupt
        return losses(task, network, batch)

    monkeypatch.setattr(RowTask, "loss", killed_after_two_epochs)
    with pytest.raises(KeyboardInterrupt):
        fit(**settings, context=context)
    monkeypatch.undo()
    resumed = fit(**settings, context=context)
    fresh = planted(5, seed=3)
    assert np.array_equal(resumed.predict(fresh), whole.predict(fresh))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("loss", ["mse", "dual", "ic"])
def test_fits_on_a_gpu_and_predicts_the_same_on_a_cpu(tmp_path, loss):
    settings = {"loss": loss, "order_seed": 1, "max_epochs": 20}
    fitted = fit(planted(60, seed=1), **settings, context=FitContext(device="cuda"))
    assert all(parameter.is_cuda for parameter in fitted.network.parameters())
    fitted.save(tmp_path)
    fresh = planted(20, seed=3)
    on_cpu = CNN().load(tmp_path).predict(fresh)
    assert on_cpu == pytest.approx(fitted.predict(fresh), abs=1e-4)
