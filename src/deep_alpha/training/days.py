"""Fitting on whole days, for losses that compare the names of a day."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from deep_alpha.training.rows import Objective, RowBatch, RowTask, RowValidation


class DayTask(RowTask):
    """Shuffled days, some in each batch; the last batch of an epoch may hold fewer.

    Args:
        train: Rows sorted by day.
        offsets: Shape (days + 1,): rows of day d are ``offsets[d]:offsets[d + 1]``.
        validation: The validation segment.
        objective: The loss of an output.
        batch_days: Days of a batch.
    """

    def __init__(
        self,
        train: RowBatch,
        offsets: NDArray[np.int64],
        validation: RowValidation,
        objective: Objective,
        batch_days: int,
    ) -> None:
        super().__init__(train, validation, objective, batch_days)
        self._offsets = torch.from_numpy(offsets)

    @property
    def batches_per_epoch(self) -> int:
        """Batches, a last smaller one included."""
        return -(-(len(self._offsets) - 1) // self._batch_size)

    def batches(self, epoch: int, generator: torch.Generator) -> Iterator[RowBatch]:  # noqa: ARG002
        """Batches of a fresh, uniform permutation of all days."""
        days = len(self._offsets) - 1
        order = torch.randperm(days, generator=generator, device=generator.device)
        for chosen in torch.split(order.cpu(), self._batch_size):
            yield self._train.take(self._rows_of(chosen).to(generator.device))

    def _rows_of(self, days: torch.Tensor) -> torch.Tensor:
        return torch.cat(
            [torch.arange(*self._offsets[day : day + 2].tolist()) for day in days.tolist()]
        )
