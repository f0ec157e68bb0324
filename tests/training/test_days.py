"""Batches of whole days."""

import numpy as np
import pytest
import torch

from deep_alpha.training.days import DayTask, draw_names
from deep_alpha.training.losses import squared_error
from deep_alpha.training.randomness import seeded_generator
from deep_alpha.training.rows import RowBatch, RowValidation

SIZES = np.array([3, 1, 4, 2, 5, 3, 2])


def day_task(names_per_day=None):
    offsets = np.concatenate(([0], np.cumsum(SIZES)))
    day = torch.from_numpy(np.repeat(np.arange(len(SIZES)), SIZES))
    numbers = torch.arange(len(day), dtype=torch.float32)
    train = RowBatch(numbers[:, None], numbers, day=day)
    nobody = np.zeros(1, dtype=np.float32)
    validation = RowValidation(torch.zeros(1, 1), nobody, nobody, np.array([0, 1]), 8)
    return DayTask(train, offsets, validation, squared_error, 3, names_per_day)


@pytest.fixture
def task():
    return day_task()


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


def test_whole_days_draw_nothing_but_their_order(task):
    """Fits on whole days keep their bits: one permutation an epoch, and no other number."""
    generator, expected = seeded_generator(0, "shuffle"), seeded_generator(0, "shuffle")
    for epoch in range(2):
        found = torch.cat([batch.target for batch in task.batches(epoch, generator)])
        order = torch.randperm(len(SIZES), generator=expected).tolist()
        starts = np.cumsum(SIZES) - SIZES
        rows = [row for day in order for row in range(starts[day], starts[day] + SIZES[day])]
        assert found.tolist() == rows
    assert torch.equal(generator.get_state(), expected.get_state())


def test_an_epoch_holds_some_names_of_every_day():
    task, generator = day_task(names_per_day=2), seeded_generator(0, "shuffle")
    assert task.samples == np.minimum(SIZES, 2).sum()
    seen = []
    for epoch in range(2):
        batches = list(task.batches(epoch, generator))
        assert len(batches) == task.batches_per_epoch == 3
        rows = torch.cat([batch.target for batch in batches]).long()
        day = torch.cat([batch.day for batch in batches])
        assert len(rows) == task.samples == len(rows.unique())
        assert day.bincount().tolist() == np.minimum(SIZES, 2).tolist()
        own_day = torch.from_numpy(np.repeat(np.arange(len(SIZES)), SIZES))
        assert torch.equal(own_day[rows], day)
        seen.append(sorted(rows.tolist()))
    assert seen[0] != seen[1]


def test_as_many_names_as_a_day_has_are_the_whole_day(task):
    batches = day_task(names_per_day=5).batches(0, seeded_generator(0, "shuffle"))
    whole = task.batches(0, seeded_generator(0, "shuffle"))
    for found, expected in zip(batches, whole, strict=True):
        assert torch.equal(found.target, expected.target)


def test_every_name_is_drawn_as_often():
    sizes = torch.tensor([40, 3, 10])
    drawn = draw_names(sizes.repeat(2000), 4, seeded_generator(0, "shuffle"))
    draws = drawn.reshape(2000, 53)
    per_day = [part.sum(1).unique().tolist() for part in draws.split(sizes.tolist(), dim=1)]
    assert per_day == [[4], [3], [4]]
    share = draws.double().mean(0)
    chance = torch.repeat_interleave(torch.tensor([0.1, 1.0, 0.4]).double(), sizes)
    assert (share - chance).abs().max() < 5 * (0.25 / 2000) ** 0.5
    # Two names of a day are together as often as in draws without replacement.
    pairs = draws[:, 43:].double().T @ draws[:, 43:].double() / 2000
    others = pairs[~torch.eye(10, dtype=torch.bool)]
    assert (others - 4 * 3 / (10 * 9)).abs().max() < 0.04


def test_a_seed_fixes_the_draw():
    def rows(seed):
        batches = day_task(names_per_day=2).batches(0, seeded_generator(seed, "shuffle"))
        return torch.cat([batch.target for batch in batches]).tolist()

    assert rows(1) == rows(1) != rows(2)
