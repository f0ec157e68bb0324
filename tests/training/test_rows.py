"""Batches gathered from rows, and their validation."""

import warnings

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from torch import nn

from deep_alpha.models.samples import Samples
from deep_alpha.training.device import Compute, DeviceSettings
from deep_alpha.training.losses import squared_error
from deep_alpha.training.randomness import seeded_generator
from deep_alpha.training.rows import (
    RowBatch,
    RowTask,
    RowValidation,
    score_samples,
    tensor_on,
)

CPU = torch.device("cpu")


class FirstFeature(nn.Module):
    def forward(self, features):
        return features[:, :1]


def validation(score, target, forward_return, offsets):
    features = torch.tensor(score, dtype=torch.float32)[:, None]
    return RowValidation(
        features,
        np.array(target, dtype=np.float32),
        np.array(forward_return, dtype=np.float32),
        np.array(offsets),
        batch_size=7,
    )


def row_task(rows, batch_size):
    numbers = torch.arange(rows, dtype=torch.float32)
    batch = RowBatch(
        numbers[:, None],
        numbers * 10,
        numbers * 100,
        weight=numbers * 1000,
        day=numbers.long() // 5,
        exposures=torch.stack([numbers, -numbers], dim=1),
    )
    return RowTask(batch, validation([0.0], [0.0], [0.0], [0, 1]), squared_error, batch_size)


def test_an_epoch_holds_every_row_once_with_its_own_target():
    task = row_task(rows=25, batch_size=10)
    batches = list(task.batches(0, seeded_generator(0, "shuffle")))
    assert [len(batch) for batch in batches] == [10, 10, 5]
    assert (task.samples, task.batches_per_epoch) == (25, 3)
    seen = torch.cat([batch.features[:, 0] for batch in batches])
    assert seen.tolist() != list(range(25))
    assert sorted(seen.tolist()) == list(range(25))
    for batch in batches:
        assert torch.equal(batch.target, batch.features[:, 0] * 10)
        assert torch.equal(batch.up, batch.features[:, 0] * 100)
        assert torch.equal(batch.weight, batch.features[:, 0] * 1000)
        assert torch.equal(batch.day, batch.features[:, 0].long() // 5)
        assert torch.equal(batch.exposures, batch.features * torch.tensor([1.0, -1.0]))


def test_every_epoch_has_another_order():
    task, generator = row_task(rows=25, batch_size=25), seeded_generator(0, "shuffle")
    first, second = (next(task.batches(epoch, generator)).target.tolist() for epoch in (0, 1))
    assert first != second


def test_metrics_match_numpy_and_scipy():
    random = np.random.default_rng(0)
    score, target, returns = random.normal(size=(3, 50))
    metrics = validation(score, target, returns, [0, 20, 50]).metrics(FirstFeature())
    assert metrics["rmse"] == pytest.approx(np.sqrt(np.mean((score - target) ** 2)), rel=1e-6)
    days = [slice(0, 20), slice(20, 50)]
    expected = np.mean([spearmanr(score[day], returns[day]).statistic for day in days])
    assert metrics["ic"] == pytest.approx(expected, abs=1e-12)


def test_days_without_an_ic_are_left_out():
    score = np.concatenate([np.arange(20), np.arange(3), np.zeros(20)])
    returns = np.concatenate([np.arange(20), -np.arange(3), np.arange(20)])
    metrics = validation(score, score, returns, [0, 20, 23, 43]).metrics(FirstFeature())
    assert metrics["ic"] == pytest.approx(1.0)


def test_a_constant_score_has_no_ic():
    metrics = validation(np.zeros(20), np.ones(20), np.arange(20), [0, 20]).metrics(FirstFeature())
    assert np.isnan(metrics["ic"])
    assert metrics["rmse"] == 1.0


def test_a_read_only_memory_map_becomes_a_tensor_without_copy_or_warning(tmp_path):
    stored = np.arange(12, dtype=np.float32).reshape(4, 3)
    np.save(tmp_path / "features.npy", stored)
    mapped = np.load(tmp_path / "features.npy", mmap_mode="r")[1:]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tensor = tensor_on(mapped, CPU)
    assert tensor.data_ptr() == mapped.__array_interface__["data"][0]
    del mapped
    assert tensor.tolist() == stored[1:].tolist()


def test_other_layouts_are_copied():
    columns = np.arange(12, dtype=np.float64).reshape(4, 3)[:, ::2]
    tensor = tensor_on(columns, CPU)
    assert tensor.dtype == torch.float32
    assert tensor.tolist() == columns.tolist()


def test_scores_do_not_depend_on_how_samples_are_cut():
    rows = np.array([0, 2, 3, 4, 7, 8, 9])
    features = np.arange(20, dtype=np.float32).reshape(10, 2)
    nothing = np.zeros(len(rows), dtype=np.float32)
    samples = Samples(features, rows, rows, rows, nothing, nothing, ("a", "b"))
    compute = Compute(CPU, 1, DeviceSettings(predict_batch_size=2))
    scores = score_samples(FirstFeature(), samples, compute, blocks=2)
    assert scores.dtype == np.float32
    assert scores.tolist() == features[rows, 0].tolist()
    assert len(score_samples(FirstFeature(), samples.subset(slice(0)), compute)) == 0
