"""A progress bar over a model's jobs: how many, how good, how long."""

from __future__ import annotations

import logging
import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from deep_alpha.folds import LIVE
from deep_alpha.training.jobs import JobResult

_log = logging.getLogger(__name__)


class JobProgress:
    """Shows jobs as they finish on a terminal, and logs one line when all have."""

    def __init__(self, name: str, total: int, console: Console | None = None) -> None:
        console = console or Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._name = name
        self._task = self._bar.add_task(name, total=total, note="")
        self._started = time.perf_counter()
        self._results: list[JobResult] = []

    def __enter__(self) -> JobProgress:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()
        if kind is None:
            _log.info(
                "%s: %d jobs, %d reused, validation IC %s, %.0f s",
                self._name,
                len(self._results),
                sum(result.reused for result in self._results),
                self._mean_ic(),
                time.perf_counter() - self._started,
            )

    def done(self, result: JobResult) -> None:
        """Count a finished job."""
        self._results.append(result)
        self._bar.update(self._task, advance=1, note=f"validation IC {self._mean_ic()}")

    def _mean_ic(self) -> str:
        known = [
            result.record["fit"]["valid"]["ic"]
            for result in self._results
            if result.record["fold"] != LIVE and result.record["fit"]["valid"]["ic"] is not None
        ]
        return f"{sum(known) / len(known):.4f}" if known else "unknown"
