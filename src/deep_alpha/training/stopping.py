"""Early stopping: which epoch was best, and when to give up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from deep_alpha.errors import ConfigurationError


@dataclass
class EarlyStopping:
    """Watches one validation metric.

    A NaN (the rank IC of a constant score, say) is worse than every number. Without any
    number yet, the first epoch counts as the best one.

    Args:
        metric: Name of the metric, as the task's ``validate`` returns it.
        mode: ``min`` where lower is better, ``max`` where higher is.
        patience: Epochs without improvement after which the fit ends.
        min_epochs: Epochs that are always run.
    """

    metric: str
    mode: Literal["min", "max"]
    patience: int
    min_epochs: int = 0
    best_epoch: int = -1
    best_value: float = math.nan
    last_epoch: int = -1

    def update(self, epoch: int, metrics: Mapping[str, float]) -> bool:
        """Take in an epoch, counted from 0.

        Returns:
            Whether it is the best so far.

        Raises:
            ConfigurationError: The task does not measure the metric.
        """
        if self.metric not in metrics:
            raise ConfigurationError(
                f"early stopping watches '{self.metric}', but validation measured "
                f"{', '.join(sorted(metrics))}"
            )
        value = metrics[self.metric]
        self.last_epoch = epoch
        improved = self.best_epoch < 0 or self._better(value)
        if improved:
            self.best_epoch, self.best_value = epoch, value
        return improved

    @property
    def stop(self) -> bool:
        """Whether the fit should end."""
        enough = self.last_epoch + 1 >= self.min_epochs
        return enough and self.last_epoch - self.best_epoch >= self.patience

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {
            "best_epoch": self.best_epoch,
            "best_value": self.best_value,
            "last_epoch": self.last_epoch,
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on from what :meth:`state` returned."""
        self.best_epoch = state["best_epoch"]
        self.best_value = state["best_value"]
        self.last_epoch = state["last_epoch"]

    def _better(self, value: float) -> bool:
        if math.isnan(value):
            return False
        if math.isnan(self.best_value):
            return True
        return value < self.best_value if self.mode == "min" else value > self.best_value
