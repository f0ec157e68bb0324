"""Fitting on days, for losses and batch statistics that compare the names of a day."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deep_alpha.training.rows import Objective, RowBatch, RowTask, RowValidation


class DayTask(RowTask):
    """Shuffled days, some in each batch; the last batch of an epoch may hold fewer.

    Args:
        train: Rows sorted by day.
        offsets: Shape (days + 1,): rows of day d are ``offsets[d]:offsets[d + 1]``.
        validation: The validation segment.
        objective: The loss of an output.
        batch_days: Days of a batch.
        names_per_day: Names of a day that an epoch trains on, drawn anew in each epoch
            (SPEC 2.9); a day with fewer is taken whole. None takes all days whole.
    """

    def __init__(
        self,
        train: RowBatch,
        offsets: NDArray[np.int64],
        validation: RowValidation,
        objective: Objective,
        batch_days: int,
        names_per_day: int | None = None,
    ) -> None:
        super().__init__(train, validation, objective, batch_days)
        self._offsets = torch.from_numpy(offsets)
        self._names_per_day = names_per_day

    @property
    def samples(self) -> int:
        """Rows that one epoch trains on."""
        if self._names_per_day is None:
            return len(self._train)
        return int(self._offsets.diff().clamp(max=self._names_per_day).sum())

    @property
    def batches_per_epoch(self) -> int:
        """Batches, a last smaller one included."""
        return -(-(len(self._offsets) - 1) // self._batch_size)

    def batches(self, epoch: int, generator: torch.Generator) -> Iterator[RowBatch]:  # noqa: ARG002
        """Batches of a fresh, uniform permutation of all days."""
        days = len(self._offsets) - 1
        order = torch.randperm(days, generator=generator, device=generator.device)
        for chosen in torch.split(order.cpu(), self._batch_size):
            rows = self._rows_of(chosen).to(generator.device)
            if self._names_per_day is not None:
                sizes = self._offsets.diff()[chosen].to(generator.device)
                rows = rows[draw_names(sizes, self._names_per_day, generator)]
            yield self._train.take(rows)

    def _rows_of(self, days: Tensor) -> Tensor:
        return torch.cat(
            [torch.arange(*self._offsets[day : day + 2].tolist()) for day in days.tolist()]
        )


def draw_names(sizes: Tensor, names: int, generator: torch.Generator) -> Tensor:
    """A uniform random subset of each day, without replacement.

    Args:
        sizes: Shape (days,), int64, names of each day; on the generator's device.
        names: Names that are drawn of a day, or all where it has fewer.
        generator: Where the numbers come from: one for each name, whatever is drawn.

    Returns:
        Shape (Σ sizes,), booleans: who is drawn, day after day.
    """
    day = torch.repeat_interleave(sizes)
    # A day's names come out side by side, in random order: the first ones are the draw.
    lots = torch.rand(len(day), generator=generator, device=day.device, dtype=torch.float64)
    shuffled = (day + lots).argsort()
    place = torch.arange(len(day), device=day.device) - (sizes.cumsum(0) - sizes)[day]
    drawn = torch.zeros(len(day), dtype=torch.bool, device=day.device)
    drawn[shuffled] = place < names
    return drawn
