"""What each ``loss`` makes of a network: its batches and what they are scored by."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import pearsonr

from deep_alpha.models.cnn import CNN
from deep_alpha.models.cnn_windows import CNNWindows
from deep_alpha.models.contract import FitContext
from deep_alpha.models.gru import GRU32
from deep_alpha.models.mlp import MLP
from deep_alpha.training.days import DayTask
from deep_alpha.training.device import Compute
from deep_alpha.training.randomness import seeded_generator
from deep_alpha.training.rows import RowBatch, RowValidation
from tests.models.planted import LOOKBACK, planted_rows, planted_windows

DAYS, NAMES = 7, 30
MODELS = [(MLP, {"dropout": 0.0}), (CNN, {}), (CNNWindows, {"lookback": LOOKBACK})]
MODELS += [(GRU32, {"lookback": LOOKBACK, "hidden": 4})]


def prepared(model_class, settings):
    """A model's network, its task on planted data, and the samples."""
    model, config = model_class(), model_class.config_type(**settings)
    samples = planted_rows(DAYS, seed=1, names=NAMES)
    if hasattr(config, "lookback"):
        samples = planted_windows(DAYS, seed=1, names=NAMES, features=4)
    compute = Compute.of(FitContext())
    target = torch.randn(len(samples), generator=torch.Generator().manual_seed(2))
    rows = RowBatch(model.inputs(samples, config, compute, "", "train"), target)
    validation = RowValidation(
        rows.features, target.numpy(), target.numpy(), samples.day_offsets(), 64
    )
    network = model.build(len(samples.feature_names), config, seeded_generator(0, "initialisation"))
    return network, model.task(rows, samples, validation, config, compute), samples


@pytest.mark.parametrize(("model_class", "settings"), MODELS)
def test_the_ic_loss_of_a_batch_is_minus_the_mean_of_its_days_correlations(model_class, settings):
    network, task, samples = prepared(model_class, {**settings, "loss": "ic", "batch_days": 3})
    assert isinstance(task, DayTask)
    seen = []
    for batch in task.batches(0, seeded_generator(0, "shuffle")):
        scores = network(batch.features)[:, 0].detach().numpy()
        day, target = batch.day.numpy(), batch.target.numpy()
        days = list(dict.fromkeys(day))
        daily = [pearsonr(scores[day == d], target[day == d]).statistic for d in days]
        assert all((day == d).sum() == NAMES for d in days)
        assert task.loss(network, batch).item() == pytest.approx(-np.mean(daily), abs=1e-5)
        seen.append(days)
    assert [len(days) for days in seen] == [3, 3, 1]
    assert sorted(np.concatenate(seen)) == sorted(set(samples.date_index))


@pytest.mark.parametrize(("model_class", "settings"), MODELS)
def test_the_squared_error_of_a_batch_of_shuffled_samples(model_class, settings):
    network, task, _ = prepared(model_class, {**settings, "loss": "mse", "batch_size": 64})
    batch = next(iter(task.batches(0, seeded_generator(0, "shuffle"))))
    assert len(batch) == 64
    assert (batch.up, batch.day) == (None, None)
    output = network(batch.features)
    assert output.shape == (64, 1)
    squares = (output[:, 0].detach().numpy() - batch.target.numpy()) ** 2
    assert task.loss(network, batch).item() == pytest.approx(squares.mean(), rel=1e-5)


@pytest.mark.parametrize("model_class", [MLP, CNN])
@pytest.mark.parametrize("label_up", ["sign", "above_median"])
def test_the_dual_loss_of_a_batch_of_rows(model_class, label_up):
    settings = {"loss": "dual", "batch_size": 10_000, "label_up": label_up}
    network, task, samples = prepared(model_class, settings)
    network.eval()
    batch = next(iter(task.batches(0, seeded_generator(0, "shuffle"))))
    order = [samples.features[:, 0].tolist().index(x) for x in batch.features[:, 0].tolist()]
    returns = samples.forward_return.reshape(DAYS, NAMES)
    level = 0.0 if label_up == "sign" else np.median(returns, axis=1, keepdims=True)
    up = (returns > level).reshape(-1)[order]
    score, logit = network(batch.features).detach().double().numpy().T
    probability = 1.0 / (1.0 + np.exp(-logit))
    entropy = -np.log(np.where(up, probability, 1.0 - probability)).mean()
    squares = ((score - batch.target.numpy()) ** 2).mean()
    assert task.loss(network, batch).item() == pytest.approx(squares + 0.5 * entropy, rel=1e-5)
