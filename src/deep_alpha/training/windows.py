"""Windows of rows, gathered when they are asked for.

Windows overlap: laid out in memory, each row would lie there ``lookback`` times. The rows
stay on the device once instead, and a batch is gathered by walking from each sample's row
back through its asset's rows. That costs a few per cent of what a recurrent network does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from deep_alpha.models.samples import Samples
from deep_alpha.training.rows import tensor_on


@dataclass(frozen=True)
class Windows:
    """Inputs of shape (n, steps, features), oldest day first, that are never laid out.

    Args:
        features: Shape (rows, features).
        rows: Shape (n,), int64, the last row of each window.
        previous_row: Shape (rows,), int64, the same asset's row before.
        offsets: How many of the asset's rows back each step lies, falling.
    """

    features: Tensor
    rows: Tensor
    previous_row: Tensor
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, samples: Samples, device: torch.device) -> Windows:
        """Every row of a segment's windows; on the CPU the table's own memory.

        Raises:
            ValueError: The samples do not know the row before.
        """
        if samples.previous_row is None:
            raise ValueError("lookback > 1 needs previous_row")
        # Rows after the last sample are in no window.
        stop = int(samples.rows[-1]) + 1 if len(samples) else 0
        return cls(
            features=tensor_on(samples.features[:stop], device),
            rows=torch.from_numpy(samples.rows).to(device),
            previous_row=torch.from_numpy(samples.previous_row[:stop]).to(device),
            offsets=tuple(range(samples.lookback - 1, -1, -1)),
        )

    def __len__(self) -> int:
        return len(self.rows)

    def index_select(self, dim: int, index: Tensor) -> Tensor:
        """The windows at some positions, shape (k, steps, features); ``dim`` is 0."""
        return self._gather(self.rows.index_select(dim, index))

    def split(self, split_size: int | list[int]) -> Iterator[Tensor]:
        """All windows, so many at a time: always as many, or part by part."""
        for rows in torch.split(self.rows, split_size):
            yield self._gather(rows)

    def _gather(self, rows: Tensor) -> Tensor:
        """Windows that end in some rows; days lie together in memory, as GRUs read them."""
        steps = []
        for back in range(self.offsets[0] + 1):
            if back in self.offsets:
                steps.append(rows)
            if back < self.offsets[0]:
                rows = self.previous_row.index_select(0, rows)
        days = self.features.index_select(0, torch.cat(steps[::-1]))
        return days.view(len(self.offsets), -1, self.features.shape[1]).transpose(0, 1)
