"""Batches of whole days."""

import numpy as np
import pytest
import torch

from deep_alpha.training.days import DayTask
from deep_alpha.training.losses import squared_error
from deep_alpha.training.randomness import seeded_generator
from deep_alpha.training.rows import RowBatch, RowValidation

SIZES = np.array([3, 1, 4, 2, 5, 3, 2])


@pytest.fixture
def task():
    offsets = np.concatenate(([0], np.cumsum(SIZES)))
    day = torch.from_numpy(np.repeat(np.arange(len(SIZES)), SIZES))
    numbers = torch.arange(len(day), dtype=torch.float32)
    train = RowBatch(numbers[:, None], numbers, day=day)
    nobody = np.zeros(1, dtype=np.float32)
    validation = RowValidation(torch.zeros(1, 1), nobody, nobody, np.array([0, 1]), 8)
    return DayTask(train, offsets, validation, squared_error, batch_days=3)


def test_an_epoch_holds_every_day_once_and_whole(task):
    batches = list(task.batches(0, seeded_generator(0, "shuffle")))
    assert task.samples == SIZES.sum()
    assert task.batches_per_epoch == len(batches) == 3
    days = [batch.day.unique_consecutive().tolist() for batch in batches]
    assert [len(chosen) for chosen in days] == [3, 3, 1]
    order = [day for chosen in days for day in chosen]
    assert sorted(order) == list(range(len(SIZES))) != order
    for batch, chosen in zip(batches, days, strict=True):
        assert len(batch) == task.count(batch) == SIZES[chosen].sum()
        assert torch.equal(batch.features[:, 0], batch.target)


def test_every_epoch_has_another_order(task):
    generator = seeded_generator(0, "shuffle")
    first, second = (
        [batch.target.tolist() for batch in task.batches(epoch, generator)] for epoch in (0, 1)
    )
    assert first != second
