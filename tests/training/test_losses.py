"""Losses worked out by hand."""

import math

import numpy as np
import pytest
import torch

from deep_alpha.training.losses import DualTaskLoss, negative_ic, squared_error
from deep_alpha.training.rows import RowBatch

BATCH = RowBatch(
    features=torch.zeros(2, 1),
    target=torch.tensor([1.0, -1.0]),
    up=torch.tensor([1.0, 0.0]),
)
OUTPUT = torch.tensor([[0.5, 0.0], [-2.0, math.log(3.0)]])


def test_squared_error_by_hand():
    assert squared_error(OUTPUT, BATCH).item() == pytest.approx((0.25 + 1.0) / 2)


def test_dual_task_loss_by_hand():
    # sigmoid(0) = 1/2 on an up row, sigmoid(log 3) = 3/4 on a down row.
    entropy = (-math.log(1 / 2) - math.log(1 - 3 / 4)) / 2
    assert DualTaskLoss(0.5)(OUTPUT, BATCH).item() == pytest.approx(0.625 + 0.5 * entropy)
    assert DualTaskLoss(0.0)(OUTPUT, BATCH).item() == pytest.approx(0.625)


def test_weights_by_hand():
    batch = RowBatch(BATCH.features, BATCH.target, BATCH.up, weight=torch.tensor([1.5, 0.5]))
    entropy = (1.5 * math.log(2) + 0.5 * math.log(4)) / 2
    squares = (1.5 * 0.25 + 0.5 * 1.0) / 2
    assert squared_error(OUTPUT, batch).item() == pytest.approx(squares)
    assert DualTaskLoss(0.5)(OUTPUT, batch).item() == pytest.approx(squares + 0.5 * entropy)


def test_a_huge_logit_gives_a_finite_loss():
    output = torch.tensor([[0.0, -200.0], [0.0, 200.0]])
    assert DualTaskLoss(0.5)(output, BATCH).item() == pytest.approx(1.0 + 0.5 * 200.0)


def test_a_dual_task_loss_needs_labels():
    with pytest.raises(ValueError, match="needs rows with up labels"):
        DualTaskLoss()(OUTPUT, RowBatch(BATCH.features, BATCH.target))


def days_of_scores():
    """Scores and targets of three days; the last has two names."""
    random = np.random.default_rng(0)
    day = np.repeat([4, 7, 9], [12, 20, 2])
    score, target = random.normal(size=(2, len(day))) + 3.0 * day
    return score, target, day


def ic_batch(target, day, weight=None):
    return RowBatch(
        torch.zeros(len(day), 1),
        torch.tensor(target, dtype=torch.float32),
        weight=None if weight is None else torch.tensor(weight, dtype=torch.float32),
        day=torch.from_numpy(day),
    )


def test_negative_ic_is_minus_the_mean_of_the_days_correlations():
    score, target, day = days_of_scores()
    expected = [np.corrcoef(score[day == d], target[day == d])[0, 1] for d in (4, 7, 9)]
    output = torch.tensor(score, dtype=torch.float32)[:, None]
    loss = negative_ic(output, ic_batch(target, day))
    assert loss.item() == pytest.approx(-np.mean(expected), abs=1e-5)
    # Neither the order of rows nor a day's level and scale matter.
    order = torch.randperm(len(day), generator=torch.Generator().manual_seed(0))
    moved = 5.0 + 2.0 * output + torch.from_numpy(day)[:, None]
    again = negative_ic(moved[order], ic_batch(target[order], day[order.numpy()]))
    assert again.item() == pytest.approx(loss.item(), abs=1e-5)


def test_negative_ic_weighs_the_names_of_a_day():
    score, target, day = days_of_scores()
    weight = np.random.default_rng(1).uniform(0.5, 1.5, len(day))
    expected = []
    for own in (day == 4, day == 7, day == 9):
        covariance = np.cov(score[own], target[own], aweights=weight[own])
        expected.append(covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]))
    loss = negative_ic(
        torch.tensor(score, dtype=torch.float32)[:, None], ic_batch(target, day, weight)
    )
    assert loss.item() == pytest.approx(-np.mean(expected), abs=1e-5)


def test_a_constant_score_has_an_ic_of_0_and_a_finite_gradient():
    _, target, day = days_of_scores()
    output = torch.ones(len(day), 1, requires_grad=True)
    loss = negative_ic(output, ic_batch(target, day))
    loss.backward()
    assert loss.item() == pytest.approx(0.0, abs=1e-3)
    assert torch.isfinite(output.grad).all()
    assert output.grad.abs().max() > 0


def test_the_ic_needs_days():
    with pytest.raises(ValueError, match="needs rows with their day"):
        negative_ic(OUTPUT, BATCH)
