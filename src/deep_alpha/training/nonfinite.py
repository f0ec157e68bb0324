"""A fit whose numbers are not finite stops, and says where."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deep_alpha.errors import TrainingError

_FLUSH_EVERY = 32


class LossGuard:
    """Sums up the losses of an epoch and stops at the first that is not finite.

    Reading a number from a GPU makes the CPU wait for it. So the numbers are looked at
    in groups: some batches run in vain, but the batch that is named is the right one.
    """

    def __init__(self, label: str, epoch: int) -> None:
        self._label = label or "fit"
        self._epoch = epoch
        self._waiting: list[Tensor] = []
        self._counts: list[int] = []
        self._batch = 0
        self._sum = 0.0
        self._samples = 0

    def record(self, loss: Tensor, gradient_norm: Tensor, count: int) -> None:
        """Take in a batch: its mean loss, the norm of its gradient, its samples.

        Raises:
            TrainingError: One of the recent batches is not finite.
        """
        self._waiting += [loss.detach(), gradient_norm]
        self._counts.append(count)
        if len(self._counts) >= _FLUSH_EVERY:
            self._flush()

    def mean_loss(self) -> float:
        """Mean loss of the epoch's samples.

        Raises:
            TrainingError: One of the last batches is not finite.
        """
        self._flush()
        return self._sum / self._samples if self._samples else math.nan

    def _flush(self) -> None:
        if not self._counts:
            return
        numbers = torch.stack([number.float() for number in self._waiting]).tolist()
        pairs = zip(numbers[::2], numbers[1::2], self._counts, strict=True)
        for loss, norm, count in pairs:
            for what, number in (("loss", loss), ("gradient norm", norm)):
                if not math.isfinite(number):
                    raise TrainingError(
                        f"{self._label}: the {what} is {number} in epoch {self._epoch}, "
                        f"batch {self._batch} (both counted from 0); lower the learning rate, "
                        "clip the gradient harder, or look for outliers in the targets"
                    )
            self._sum += loss * count
            self._samples += count
            self._batch += 1
        self._waiting.clear()
        self._counts.clear()


def require_finite_features(
    features: NDArray[np.float32],
    names: tuple[str, ...],
    label: str,
    segment: str,
    unit: str = "sample",
) -> None:
    """Check a segment before it is fitted.

    Args:
        features: Shape (n, features).
        names: The features' names.
        label: The job's name.
        segment: ``train`` or ``validation``.
        unit: What a row of ``features`` is.

    Raises:
        TrainingError: A feature is NaN or infinite; it is named with its row.
    """
    step = 65_536
    for start in range(0, len(features), step):
        block = features[start : start + step]
        # A sum is one fast pass; it may overflow by itself, so the verdict is exact.
        with np.errstate(over="ignore", invalid="ignore"):
            if np.isfinite(block.sum()):
                continue
        bad = np.argwhere(~np.isfinite(block))
        if len(bad):
            row, column = (int(position) for position in bad[0])
            raise TrainingError(
                f"{label or 'fit'}: feature '{names[column]}' is {block[row, column]} in "
                f"{segment} {unit} {start + row}; features must be finite: fill or drop it where "
                "features are scaled"
            )
