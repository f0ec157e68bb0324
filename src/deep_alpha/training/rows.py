"""Fitting on rows: the whole segment stays on the device and batches are gathered there.

Handing rows out one by one, as a ``DataLoader`` does, costs several times what a small
network computes. One gather of a shuffled index gives the same batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from deep_alpha.kernels.correlation import rank_ic_by_day
from deep_alpha.models.samples import Samples
from deep_alpha.training.device import Compute
from deep_alpha.training.task import Task

Objective = Callable[[Tensor, "RowBatch"], Tensor]


class Inputs(Protocol):
    """What a network reads of some samples, the samples along the first dimension.

    A tensor is one; so is anything that can be asked for a part of itself as a tensor.
    """

    def index_select(self, dim: int, index: Tensor) -> Tensor:
        """The samples at some positions; ``dim`` is 0."""

    def split(self, split_size: int | list[int]) -> Iterable[Tensor]:
        """All samples, so many at a time: always as many, or part by part."""


@dataclass(frozen=True)
class RowBatch:
    """Rows with what is fitted on them, on the device.

    Args:
        features: Shape (n, features), float32, or (n, lookback, features).
        target: Shape (n,), float32, the regression's target.
        up: Shape (n,), float32, 1 where the classifier should say "up", else 0; None
            without a classifier.
        weight: Shape (n,), float32 with mean 1, or None for equal weights.
        day: Shape (n,), int64, the calendar position of each row; None where no loss
            compares the rows of a day.
        exposures: Shape (n, Q + 2), float32: Q style exposures, NaN where unknown; the
            industry's code, -1 for none; the weight √cap of the risk model's regressions.
            None where no loss neutralises.
    """

    features: Inputs
    target: Tensor
    up: Tensor | None = None
    weight: Tensor | None = None
    day: Tensor | None = None
    exposures: Tensor | None = None

    def __len__(self) -> int:
        return len(self.target)

    def take(self, index: Tensor) -> RowBatch:
        """The rows at some positions, in that order."""
        up, weight, day, exposures = (
            None if column is None else column.index_select(0, index)
            for column in (self.up, self.weight, self.day, self.exposures)
        )
        features = self.features.index_select(0, index)
        target = self.target.index_select(0, index)
        return RowBatch(features, target, up, weight, day, exposures)


@dataclass(frozen=True)
class RowValidation:
    """The validation segment.

    Args:
        features: Shape (n, features), float32, on the device, or (n, lookback, features).
        target: Shape (n,), in the units the network is fitted in.
        forward_return: Shape (n,), the unclipped forward return.
        offsets: Shape (days + 1,): rows of day d are ``offsets[d]:offsets[d + 1]``.
        batch_size: Rows of one forward pass, or of each.
        final: What is made of scores before they are judged, where they are not final.
        further: Further metrics of final scores, by name.
    """

    features: Inputs
    target: NDArray[np.float32]
    forward_return: NDArray[np.float32]
    offsets: NDArray[np.int64]
    batch_size: int | list[int]
    final: Callable[[NDArray[np.float32]], NDArray[np.float32]] | None = None
    further: Callable[[NDArray[np.float32]], Mapping[str, float]] | None = None

    def metrics(self, network: nn.Module) -> dict[str, float]:
        """``rmse`` against the target, ``ic`` against the forward return, and what is further.

        ``ic`` is the mean daily rank IC; days without one (SPEC 0.3) are left out, and
        it is NaN where no day has one.
        """
        scores = score_rows(network, self.features, self.batch_size)
        if self.final is not None:
            scores = self.final(scores)
        # Names outside of a projection have no score.
        own = slice(None) if self.final is None else np.isfinite(scores)
        errors = scores[own].astype(np.float64) - self.target[own]
        daily = rank_ic_by_day(scores, self.forward_return, self.offsets)
        known = daily[~np.isnan(daily)]
        return {
            "rmse": float(np.sqrt(np.mean(errors**2))),
            "ic": float(known.mean()) if len(known) else float("nan"),
            **({} if self.further is None else self.further(scores)),
        }


class RowTask(Task[RowBatch]):
    """Shuffled rows in batches of one size; the last batch of an epoch may be smaller."""

    def __init__(
        self, train: RowBatch, validation: RowValidation, objective: Objective, batch_size: int
    ) -> None:
        self._train = train
        self._validation = validation
        self._objective = objective
        self._batch_size = batch_size

    @property
    def samples(self) -> int:
        """Rows of the train segment."""
        return len(self._train)

    @property
    def batches_per_epoch(self) -> int:
        """Batches, a last smaller one included."""
        return -(-len(self._train) // self._batch_size)

    def batches(self, epoch: int, generator: torch.Generator) -> Iterator[RowBatch]:  # noqa: ARG002
        """Batches of a fresh, uniform permutation of all rows."""
        order = torch.randperm(len(self._train), generator=generator, device=generator.device)
        for index in torch.split(order, self._batch_size):
            yield self._train.take(index)

    def count(self, batch: RowBatch) -> int:
        """Rows of a batch."""
        return len(batch)

    def loss(self, network: nn.Module, batch: RowBatch) -> Tensor:
        """The objective of the network's output."""
        return self._objective(network(batch.features), batch)

    def validate(self, network: nn.Module) -> Mapping[str, float]:
        """``rmse`` and ``ic`` of the validation segment."""
        return self._validation.metrics(network)


def score_rows(
    network: nn.Module, features: Inputs, batch_size: int | list[int]
) -> NDArray[np.float32]:
    """First output column for every row, shape (n,); no gradients, network as it is."""
    with torch.no_grad():
        parts = [network(block)[:, 0].float() for block in features.split(batch_size)]
    scores: NDArray[np.float32] = torch.cat(parts).cpu().numpy()
    return scores


def score_samples(
    network: nn.Module, samples: Samples, compute: Compute, blocks: int = 32
) -> NDArray[np.float32]:
    """Scores of any number of samples, moved to the device some batches at a time.

    Returns:
        Shape (n,), float32.
    """
    scores = np.empty(len(samples), dtype=np.float32)
    batch_size = compute.settings.predict_batch_size
    step = batch_size * blocks
    with compute.scope(), compute.autocast():
        for start in range(0, len(samples), step):
            block = slice(start, min(start + step, len(samples)))
            features = tensor_on(samples.take(block), compute.device)
            scores[block] = score_rows(network, features, batch_size)
    return scores


class _ReadAsWritable:
    """Shows a read-only array to PyTorch, which has no read-only tensors and warns."""

    def __init__(self, array: NDArray[np.float32]) -> None:
        self._array = array  # keeps the memory alive
        address = array.__array_interface__["data"][0]
        self.__array_interface__ = {**array.__array_interface__, "data": (address, False)}


def tensor_on(array: NDArray[np.float32], device: torch.device) -> Tensor:
    """An array as a tensor; on the CPU without a copy where it is contiguous.

    The tensor must not be written to: it may lie in a read-only memory map, where a
    write ends the process.
    """
    contiguous = np.ascontiguousarray(array, dtype=np.float32)
    if not contiguous.flags.writeable:
        contiguous = np.asarray(_ReadAsWritable(contiguous))
    return torch.from_numpy(contiguous).to(device)
