"""GRU-32 on planted sequences."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from deep_alpha.errors import ConfigurationError, TrainingError
from deep_alpha.models.contract import FitContext, Fitted
from deep_alpha.models.gru import GRU32, GRUConfig, GRUNetwork
from deep_alpha.models.scoring import score_by_day
from deep_alpha.training.rows import RowTask
from tests.models.days import mean_rank_ic
from tests.models.planted import LOOKBACK
from tests.models.planted import planted_windows as planted

FEATURES = 2
SMALL = {"lookback": LOOKBACK, "max_epochs": 3, "batch_size": 256, "learning_rate": 1e-2}


def fit(train=None, valid=None, seed=0, context=None, **changes):
    return GRU32().fit(
        planted(20, seed=1) if train is None else train,
        planted(10, seed=2) if valid is None else valid,
        SMALL | changes,
        seed,
        context or FitContext(),
    )


def test_has_3873_parameters_for_six_inputs():
    network = GRUNetwork(6, 32, 0.0, torch.Generator())
    assert sum(parameter.numel() for parameter in network.parameters()) == 3_873


def test_weights_start_uniform_within_one_over_the_root_of_the_width():
    network = GRUNetwork(6, 32, 0.0, torch.Generator().manual_seed(0))
    for name, parameter in network.named_parameters():
        assert parameter.abs().max() <= 32**-0.5, name
    recurrent = network.recurrent.weight_hh_l0
    assert recurrent.abs().max() > 0.99 * 32**-0.5
    assert recurrent.std().item() == pytest.approx((32 * 3) ** -0.5, rel=0.03)


def test_days_are_read_oldest_first_one_step_after_the_other():
    network = GRUNetwork(FEATURES, 5, 0.0, torch.Generator().manual_seed(0))
    windows = torch.from_numpy(planted(2, seed=0).all())
    weights = list(network.recurrent.parameters())
    state = torch.zeros(len(windows), 5)
    for day in range(LOOKBACK):
        state = torch.gru_cell(windows[:, day], state, *weights)
    torch.testing.assert_close(network(windows), network.head(state))


def test_building_draws_nothing_from_the_process():
    before = torch.get_rng_state()
    GRU32().build(6, GRUConfig(), torch.Generator())
    assert torch.equal(torch.get_rng_state(), before)


def test_defaults_are_the_yardsticks():
    config = GRUConfig()
    assert (config.hidden, config.lookback, config.target, config.loss) == (32, 20, "rank", "mse")
    assert config.stop_on == "ic"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"hiden": 16}, "Extra inputs are not permitted"),
        ({"label_up": "sign"}, "Extra inputs are not permitted"),
        ({"lookback": 1}, "greater than or equal to 2"),
        ({"clip": "train"}, "target=rank needs clip=none and y_scale=train_std"),
        ({"loss": "ic", "stop_on": "rmse"}, "loss=ic leaves the score's scale open"),
        ({"loss": "dual"}, "Input should be 'mse' or 'ic'"),
    ],
)
def test_wrong_settings_fail_before_anything_runs(wrong, message):
    with pytest.raises(ValidationError, match=message):
        fit(**wrong)


@pytest.fixture(scope="module", params=["mse", "ic"])
def learned(request):
    settings = {"hidden": 16, "max_epochs": 20, "patience": 20, "learning_rate": 2e-2}
    return fit(planted(60, seed=1), loss=request.param, **settings)


def test_learns_a_pattern_of_the_sequence(learned):
    assert isinstance(learned, Fitted)
    fresh = planted(20, seed=3)
    scores = learned.predict(fresh)
    assert scores.shape == (len(fresh),)
    assert scores.dtype == np.float32
    # Signal and noise of equal size allow about 0.7; no single day tells anything.
    assert mean_rank_ic(scores, fresh) > 0.5
    assert not learned.summary()["degenerate"]


def test_the_same_days_in_another_order_are_another_window(learned):
    fresh = planted(20, seed=3)
    windows = torch.from_numpy(fresh.all())
    with torch.no_grad():
        turned = learned.network(windows.flip(1))[:, 0].numpy()
    assert mean_rank_ic(turned, fresh) < 0.2


def test_one_seed_one_result_and_another_seed_another():
    fresh = planted(5, seed=3)
    settings = {"max_epochs": 2, "dropout": 0.2}
    first = fit(seed=7, **settings).predict(fresh)
    torch.manual_seed(99)
    assert np.array_equal(first, fit(seed=7, **settings).predict(fresh))
    assert not np.array_equal(first, fit(seed=8, **settings).predict(fresh))


@pytest.mark.parametrize("loss", ["mse", "ic"])
def test_an_interrupted_fit_ends_with_the_same_bits(tmp_path, monkeypatch, loss):
    settings = {"max_epochs": 4, "loss": loss}
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


def test_rows_of_a_memory_map_give_the_same_bits(tmp_path):
    train, fresh = planted(20, seed=1), planted(5, seed=3)
    np.save(tmp_path / "features.npy", train.features)
    mapped = np.load(tmp_path / "features.npy", mmap_mode="r")
    stored = fit(replace(train, features=mapped)).predict(fresh)
    assert np.array_equal(fit(train).predict(fresh), stored)


def test_each_day_is_scored_by_itself():
    fitted, fresh = fit(max_epochs=1), planted(5, seed=3)
    scores = score_by_day(fitted, fresh, "gru")
    later = fresh.features.copy()
    later[fresh.rows[-60:]] = 9.0
    changed = score_by_day(fitted, replace(fresh, features=later), "gru")
    assert np.array_equal(scores[:-60], changed[:-60])
    assert not np.array_equal(scores[-60:], changed[-60:])


def test_validation_labels_do_not_reach_the_weights():
    valid = planted(10, seed=2)
    wild = replace(valid, forward_return=-valid.forward_return)
    weights = [
        fit(valid=v, max_epochs=1).network.state_dict()["head.weight"] for v in (valid, wild)
    ]
    assert torch.equal(*weights)


def test_a_stored_model_predicts_the_same_and_holds_no_code(tmp_path):
    fitted = fit(hidden=8, max_epochs=1)
    fitted.save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "model.json",
        "weights.safetensors",
    ]
    loaded = GRU32().load(tmp_path)
    fresh = planted(5, seed=3)
    assert np.array_equal(loaded.predict(fresh), fitted.predict(fresh))
    assert loaded.summary() == fitted.summary()
    assert json.loads(json.dumps(loaded.summary(), allow_nan=False)) == loaded.summary()


def test_windows_of_another_length_are_refused():
    short = replace(planted(20, seed=1), lookback=5)
    with pytest.raises(ConfigurationError) as error:
        fit(short, context=FitContext(label="gru · fold 1"))
    assert str(error.value) == (
        "gru · fold 1: the config's lookback is 6 traded days, but the train samples have 5: set "
        "the model's lookback to the same number"
    )
    fitted = fit(max_epochs=1)
    with pytest.raises(ConfigurationError) as error:
        fitted.predict(replace(planted(5, seed=3), lookback=5))
    assert str(error.value) == (
        "the model was fitted on a lookback of 6 traded days, but the samples have 5: use the "
        "same lookback"
    )


def test_a_feature_that_is_not_finite_is_named():
    train = planted(20, seed=1)
    train.features[123, 1] = np.inf
    with pytest.raises(TrainingError) as error:
        fit(train)
    assert str(error.value) == (
        "fit: feature 'log_turnover' is inf in train window row 123; features must be finite: "
        "fill or drop it where features are scaled"
    )


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("loss", ["mse", "ic"])
def test_fits_on_a_gpu_and_predicts_the_same_on_a_cpu(tmp_path, loss):
    train, fresh = planted(120, seed=1), planted(20, seed=3)
    fitted = fit(train, max_epochs=25, patience=25, loss=loss, context=FitContext(device="cuda"))
    assert all(parameter.is_cuda for parameter in fitted.network.parameters())
    fitted.save(tmp_path)
    on_cpu = GRU32().load(tmp_path).predict(fresh)
    assert on_cpu == pytest.approx(fitted.predict(fresh), abs=1e-4)
    assert mean_rank_ic(on_cpu, fresh) > 0.5
