"""What the training loop asks of a problem: batches, their loss, a validation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

Batch = TypeVar("Batch")


class Task(ABC, Generic[Batch]):
    """Data and objective of a fit; the loop knows nothing about either.

    A batch may be anything: rows of a table, a day with all its names, twenty days.
    """

    @property
    @abstractmethod
    def samples(self) -> int:
        """Samples of one epoch."""

    @property
    @abstractmethod
    def batches_per_epoch(self) -> int:
        """How many batches :meth:`batches` yields."""

    @abstractmethod
    def batches(self, epoch: int, generator: torch.Generator) -> Iterator[Batch]:
        """The batches of an epoch, on the device; every random choice from ``generator``."""

    @abstractmethod
    def count(self, batch: Batch) -> int:
        """Samples of a batch, the weight of its loss in the epoch's mean."""

    @abstractmethod
    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        """Mean loss of a batch, a scalar with a gradient."""

    @abstractmethod
    def validate(self, network: nn.Module) -> Mapping[str, float]:
        """Metrics on the validation segment; the network is in evaluation mode."""
