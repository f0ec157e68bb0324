"""A progress bar for a fit: the epoch, the watched metric and the time left."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from deep_alpha.training.stopping import EarlyStopping

_REFRESH_SECONDS = 0.2


class FitProgress:
    """Shows a fit; does nothing unless ``shown``.

    The time left is for all epochs: early stopping may end the fit before.
    """

    def __init__(
        self, label: str, max_epochs: int, shown: bool, console: Console | None = None
    ) -> None:
        self._bar: Progress | None = None
        self._last = 0.0
        if shown:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("epoch {task.completed:.0f}/{task.total:.0f} {task.fields[metric]}"),
                TimeRemainingColumn(),
                TextColumn("at most"),
                console=console,
            )
            self._task = self._bar.add_task(label or "fit", total=max_epochs, metric="")

    def __enter__(self) -> FitProgress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def batch(self, epochs_done: float) -> None:
        """Move on within an epoch."""
        if self._bar is None or time.monotonic() - self._last < _REFRESH_SECONDS:
            return
        self._last = time.monotonic()
        self._bar.update(self._task, completed=epochs_done)

    def epoch(self, record: Mapping[str, float], stopping: EarlyStopping) -> None:
        """Show an epoch's metric beside the best one."""
        if self._bar is None:
            return
        metric = (
            f"{stopping.metric} {record[stopping.metric]:.4f} "
            f"(best {stopping.best_value:.4f} in epoch {stopping.best_epoch + 1})"
        )
        self._bar.update(self._task, completed=record["epoch"] + 1, metric=metric)
