"""Losses of networks that read rows: one regression head, or two heads (SPEC 1.4)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from deep_alpha.training.rows import RowBatch


def squared_error(output: Tensor, batch: RowBatch) -> Tensor:
    """Mean squared error of the first column of ``output`` (n, heads)."""
    squares = (output[:, 0].float() - batch.target).square()
    return squares.mean() if batch.weight is None else (batch.weight * squares).mean()


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
        """Mean loss of a batch; output shape (n, 2)."""
        entropy = binary_cross_entropy_with_logits(
            output[:, 1].float(), batch.up, weight=batch.weight
        )
        return squared_error(output, batch) + self.classification_weight * entropy
