"""The dual-task MLP on planted data."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from deep_alpha.errors import ConfigurationError, TrainingError
from deep_alpha.models.contract import FitContext, Fitted
from deep_alpha.models.mlp import MLP, DualTaskMLP, MLPConfig
from deep_alpha.training.rows import RowTask
from tests.models.planted import planted_rows as planted

LITERAL = {
    "target": "return",
    "y_scale": "raw",
    "clip": "train",
    "label_up": "sign",
    "stop_on": "rmse",
}
IC = {"loss": "ic", "batch_days": 3}
FEATURES = 6
SMALL = {"max_epochs": 3, "batch_size": 256, "learning_rate": 5e-3}


def fit(train=None, valid=None, seed=0, context=None, **changes):
    return MLP().fit(
        planted(20, seed=1) if train is None else train,
        planted(10, seed=2) if valid is None else valid,
        SMALL | changes,
        seed,
        context or FitContext(),
    )


def test_has_4770_parameters_for_40_features():
    network = DualTaskMLP(40, (64, 32), 0.1, torch.Generator())
    assert sum(parameter.numel() for parameter in network.parameters()) == 4_770


def test_a_loss_of_the_score_alone_has_no_other_head():
    for loss in ("mse", "ic"):
        network = MLP().build(40, MLPConfig(loss=loss), torch.Generator()).eval()
        assert network(torch.zeros(3, 40)).shape == (3, 1)
        assert sum(parameter.numel() for parameter in network.parameters()) == 4_770 - 33


def test_weights_start_within_xavier_bounds_and_biases_at_zero():
    networks = [
        DualTaskMLP(40, (64, 32), 0.1, torch.Generator().manual_seed(seed)) for seed in range(50)
    ]
    # The heads are two layers from 32 to 1, not one from 32 to 2.
    for name, fan_in, fan_out in (("trunk.0", 40, 64), ("trunk.3", 64, 32), ("heads", 32, 1)):
        layers = [network.get_submodule(name) for network in networks]
        bound = np.sqrt(6 / (fan_in + fan_out))
        largest = max(layer.weight.abs().max().item() for layer in layers)
        assert 0.995 * bound < largest <= bound
        assert not any(layer.bias.any() for layer in layers)


def test_building_draws_nothing_from_the_process():
    before = torch.get_rng_state()
    MLP().build(40, MLPConfig(), torch.Generator())
    assert torch.equal(torch.get_rng_state(), before)


def test_defaults_are_the_papers_numbers_on_the_recommended_target():
    config = MLPConfig().model_dump()
    assert config == {
        "target": "rank",
        "y_scale": "train_std",
        "clip": "none",
        "clip_quantiles": (0.05, 0.95),
        "label_up": "above_median",
        "stop_on": "ic",
        "learning_rate": 5e-4,
        "weight_decay": 1e-3,
        "batch_size": 1024,
        "max_epochs": 200,
        "patience": 15,
        "scheduler_factor": 0.7,
        "scheduler_patience": 5,
        "clip_norm": 0.5,
        "loss": "dual",
        "batch_days": 1,
        "hidden": (64, 32),
        "dropout": 0.1,
        "classification_weight": 0.5,
    }


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"learning_rat": 1e-3}, "Extra inputs are not permitted"),
        ({"learning_rate": -1.0}, "greater than 0"),
        ({"dropout": 1.0}, "less than 1"),
        ({"clip_quantiles": (0.9, 0.1)}, "clip_quantiles 0.9, 0.1 must rise within 0 and 1"),
        ({"clip": "train"}, "target=rank needs clip=none and y_scale=train_std"),
        ({"y_scale": "raw"}, "target=rank needs clip=none and y_scale=train_std"),
        ({"loss": "pearson"}, "Input should be 'dual', 'mse' or 'ic'"),
        ({"loss": "ic", "stop_on": "rmse"}, "stop_on must be ic, not rmse"),
    ],
)
def test_wrong_settings_fail_before_anything_runs(wrong, message):
    with pytest.raises(ValidationError, match=message):
        fit(**wrong)


@pytest.mark.parametrize(
    "settings",
    [{}, LITERAL, LITERAL | {"y_scale": "train_std"}, {"loss": "mse"}, IC],
)
def test_learns_a_planted_nonlinear_function(settings):
    # Ranks of pure signal plus equal noise allow an IC of about 0.7; a linear model gets 0.
    fitted = fit(planted(60, seed=1), max_epochs=40, **settings)
    assert isinstance(fitted, Fitted)
    fresh = planted(20, seed=3)
    scores = fitted.predict(fresh)
    assert scores.shape == (len(fresh),)
    assert scores.dtype == np.float32
    ic = [
        np.corrcoef(scores[day], fresh.forward_return[day])[0, 1] for _, day in fresh.day_batches()
    ]
    assert np.mean(ic) > 0.5
    assert not fitted.summary()["degenerate"]


def test_finds_nothing_in_noise():
    fitted = fit(planted(60, seed=1, signal=0.0), planted(30, seed=2, signal=0.0), max_epochs=20)
    fresh = planted(60, seed=3, signal=0.0)
    assert abs(np.corrcoef(fitted.predict(fresh), fresh.forward_return)[0, 1]) < 0.04


def test_targets_come_from_train_labels_only():
    valid = planted(10, seed=2)
    wild = replace(valid, forward_return=valid.forward_return * 50 + 3)
    calm, other = (fit(valid=v, **LITERAL).summary()["target_scaling"] for v in (valid, wild))
    assert calm == other


def test_validation_labels_do_not_reach_the_weights():
    valid = planted(10, seed=2)
    wild = replace(valid, forward_return=-valid.forward_return)
    weights = [
        fit(valid=v, max_epochs=1).network.state_dict()["trunk.0.weight"] for v in (valid, wild)
    ]
    assert torch.equal(*weights)


def test_every_epoch_tells_both_metrics_and_stopping_watches_one():
    by_ic, by_rmse = fit(stop_on="ic").summary(), fit(stop_on="rmse").summary()
    for summary in (by_ic, by_rmse):
        assert {"epoch", "loss", "rmse", "ic", "learning_rate", "seconds"} == set(
            summary["history"][0]
        )
    assert by_ic["best_value"] == max(record["ic"] for record in by_ic["history"])
    assert by_rmse["best_value"] == min(record["rmse"] for record in by_rmse["history"])


def test_one_seed_one_result_and_another_seed_another():
    first = fit(seed=7).predict(planted(5, seed=3))
    torch.manual_seed(99)
    assert np.array_equal(first, fit(seed=7).predict(planted(5, seed=3)))
    assert not np.array_equal(first, fit(seed=8).predict(planted(5, seed=3)))


def test_rows_of_a_memory_map_give_the_same_bits(tmp_path):
    train = planted(20, seed=1)
    np.save(tmp_path / "features.npy", np.concatenate([np.zeros((3, FEATURES)), train.features]))
    stored = np.load(tmp_path / "features.npy").astype(np.float32)
    np.save(tmp_path / "features.npy", stored)
    mapped = np.load(tmp_path / "features.npy", mmap_mode="r")
    shifted = replace(train, features=mapped, rows=train.rows + 3)
    fresh = planted(5, seed=3)
    assert np.array_equal(fit(train).predict(fresh), fit(shifted).predict(fresh))


def test_an_interrupted_fit_ends_with_the_same_bits(tmp_path, monkeypatch):
    context = FitContext(checkpoint=tmp_path, settings={"checkpoint_seconds": 0.0})
    whole = fit(max_epochs=5)
    batches = RowTask.batches

    def killed_in_the_third_epoch(task, epoch, generator):
        for number, batch in enumerate(batches(task, epoch, generator)):
            if (epoch, number) == (2, 4):
                raise KeyboardInterrupt
            yield batch

    monkeypatch.setattr(RowTask, "batches", killed_in_the_third_epoch)
    with pytest.raises(KeyboardInterrupt):
        fit(max_epochs=5, context=context)
    monkeypatch.undo()
    resumed = fit(max_epochs=5, context=context)
    fresh = planted(5, seed=3)
    assert np.array_equal(resumed.predict(fresh), whole.predict(fresh))


def test_a_stored_model_predicts_the_same(tmp_path):
    fitted = fit()
    fitted.save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "model.json",
        "weights.safetensors",
    ]
    loaded = MLP().load(tmp_path)
    fresh = planted(5, seed=3)
    assert np.array_equal(loaded.predict(fresh), fitted.predict(fresh))
    assert loaded.summary() == fitted.summary()


def test_the_summary_is_plain_json():
    summary = fit(max_epochs=2, **LITERAL).summary()
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert summary["epochs"] == 2
    assert summary["samples_per_second"] > 0
    assert summary["target_scaling"]["low"] < 0 < summary["target_scaling"]["high"]


def test_a_constant_score_is_called_degenerate():
    train, valid = (
        replace(planted(10, s), features=np.zeros((1000, 6), np.float32)) for s in (1, 2)
    )
    summary = fit(train, valid).summary()
    assert summary["degenerate"]
    assert summary["best_value"] is None


def test_weights_of_zero_take_samples_out():
    good, bad = planted(20, seed=1), planted(20, seed=1)
    bad.forward_return[1000:] *= -1
    weight = np.repeat(np.array([1.0, 0.0], dtype=np.float32), 1000)
    settings = {"dropout": 0.0, "max_epochs": 2, "batch_size": 2000}
    first, second = (
        fit(replace(train, weight=weight), **settings, **LITERAL | {"clip": "none"})
        for train in (good, bad)
    )
    fresh = planted(5, seed=3)
    assert first.predict(fresh) == pytest.approx(second.predict(fresh), abs=1e-7)


def test_a_feature_that_is_not_finite_is_named():
    train = planted(20, seed=1)
    train.features[123, 4] = np.inf
    with pytest.raises(TrainingError) as error:
        fit(train, context=FitContext(label="mlp/fold 1"))
    assert str(error.value) == (
        "mlp/fold 1: feature 'alpha_4' is inf in train sample 123; features must be finite: fill "
        "or drop it where features are scaled"
    )


def test_other_features_are_refused():
    fitted = fit(max_epochs=1)
    fresh = planted(5, seed=3)
    fresh = replace(fresh, feature_names=("beta", *fresh.feature_names[1:]))
    with pytest.raises(ConfigurationError) as error:
        fitted.predict(fresh)
    assert str(error.value) == (
        "the model was fitted on 6 features (alpha_0, alpha_1, …), but the samples have 6 (beta, "
        "alpha_1, …): use the same factor set, in the same order"
    )


def test_windows_are_refused():
    with pytest.raises(ConfigurationError) as error:
        fit(replace(planted(5, seed=1), lookback=10), context=FitContext(label="mlp"))
    assert str(error.value) == (
        "mlp: a row network reads single rows, but the train samples are windows of 10 traded "
        "days: set lookback to 1"
    )


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_fits_on_a_gpu_and_predicts_the_same_on_a_cpu(tmp_path):
    fitted = fit(planted(60, seed=1), max_epochs=20, context=FitContext(device="cuda"))
    assert all(parameter.is_cuda for parameter in fitted.network.parameters())
    fitted.save(tmp_path)
    fresh = planted(5, seed=3)
    on_cpu = MLP().load(tmp_path).predict(fresh)
    assert on_cpu == pytest.approx(fitted.predict(fresh), abs=1e-4)
    assert np.corrcoef(on_cpu, fresh.forward_return)[0, 1] > 0.4
