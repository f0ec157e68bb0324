"""Losses worked out by hand."""

import math

import pytest
import torch

from deep_alpha.training.losses import DualTaskLoss, squared_error
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
