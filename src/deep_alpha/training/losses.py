"""Losses of networks that score rows: one regression head, or two heads (SPEC 1.4)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from deep_alpha.training.rows import RowBatch

_SMALLEST_SPREAD = 1e-12


def squared_error(output: Tensor, batch: RowBatch) -> Tensor:
    """Mean squared error of the first column of ``output`` (n, heads)."""
    squares = (output[:, 0].float() - batch.target).square()
    return squares.mean() if batch.weight is None else (batch.weight * squares).mean()


def negative_ic(output: Tensor, batch: RowBatch) -> Tensor:
    """Minus the mean over days of the correlation of score and target (SPEC 0.3).

    The score is the first column of ``output`` (n, heads); against targets that are ranks
    the correlation is a smooth stand-in for the rank IC. A day whose scores are all equal
    counts as 0.
    """
    if batch.day is None:
        raise ValueError("the IC loss needs rows with their day")
    days, own = torch.unique(batch.day, return_inverse=True)
    weight = torch.ones_like(batch.target) if batch.weight is None else batch.weight

    def total(values: Tensor) -> Tensor:
        return torch.zeros(len(days), device=values.device).index_add(0, own, weight * values)

    mass = total(torch.ones_like(batch.target))
    score, target = (
        values - (total(values) / mass)[own] for values in (output[:, 0].float(), batch.target)
    )
    spread = total(score.square()) * total(target.square())
    # The floor keeps the root's slope finite where scores are equal.
    return -(total(score * target) / spread.clamp_min(_SMALLEST_SPREAD).sqrt()).mean()


@dataclass(frozen=True)
class DualTaskLoss:
    """Squared error plus weighted binary cross-entropy.

    The first column of the output is the regression head, the second the logit of
    "up". The logit form equals the paper's sigmoid and BCE, without their overflow.

    Args:
        classification_weight: Weight of the cross-entropy; 0.5 in the paper.
    """

    classification_weight: float = 0.5

    def __call__(self, output: Tensor, batch: RowBatch) -> Tensor:
        """Mean loss of a batch with ``up`` labels; output shape (n, 2)."""
        if batch.up is None:
            raise ValueError("the dual-task loss needs rows with up labels")
        entropy = binary_cross_entropy_with_logits(
            output[:, 1].float(), batch.up, weight=batch.weight
        )
        return squared_error(output, batch) + self.classification_weight * entropy
