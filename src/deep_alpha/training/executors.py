"""Executors: where independent jobs run. Which one is a line in the configuration.

Every executor gives the same bits: a job carries its seed and its thread count, and
reads its data from storage.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from typing import Literal, Protocol, TypeVar

from deep_alpha.errors import ConfigurationError, TrainingError

Work = TypeVar("Work")
Done = TypeVar("Done")

ExecutorName = Literal["serial", "processes"]


class Executor(Protocol):
    """Runs one function over independent jobs."""

    def run(
        self, function: Callable[[Work], Done], jobs: Sequence[Work]
    ) -> Iterator[tuple[int, Done]]:
        """Yield (position of the job, its result) as jobs finish."""


class SerialExecutor:
    """One job after the other, in this process."""

    def run(
        self, function: Callable[[Work], Done], jobs: Sequence[Work]
    ) -> Iterator[tuple[int, Done]]:
        """Yield results in the order of the jobs."""
        for position, job in enumerate(jobs):
            yield position, function(job)


class ProcessExecutor:
    """Jobs in a pool of processes of this machine.

    Processes are spawned, not forked: CUDA and OpenMP survive only that. A worker that
    dies (out of memory, a kill) does not end the run: its unfinished jobs are given to
    a new pool, at most ``retries`` times.

    Args:
        workers: Processes; 0 means one for each core.
        retries: How often a broken pool is replaced.
    """

    def __init__(self, workers: int = 0, retries: int = 1) -> None:
        self.workers = workers or os.cpu_count() or 1
        self.retries = retries

    def run(
        self, function: Callable[[Work], Done], jobs: Sequence[Work]
    ) -> Iterator[tuple[int, Done]]:
        """Yield results as they come.

        Raises:
            TrainingError: Workers died more than ``retries`` times.
        """
        waiting = dict(enumerate(jobs))
        broken: BrokenProcessPool | None = None
        for _ in range(self.retries + 1):
            futures: dict[Future[Done], int] = {}
            broken = None
            try:
                # A worker may have died since the last run, or may die during this loop.
                for position, job in waiting.items():
                    futures[_pool(self.workers).submit(function, job)] = position
            except BrokenProcessPool as error:
                broken = error
            try:
                for future in as_completed(futures):
                    failure = future.exception()
                    if isinstance(failure, BrokenProcessPool):
                        # Others may have finished before: their results are still taken.
                        broken = failure
                        continue
                    position = futures[future]
                    result = future.result()
                    del waiting[position]
                    yield position, result
            except BaseException:
                for future in futures:
                    future.cancel()
                raise
            if broken is not None:
                _pool.cache_clear()
            if not waiting:
                return
        raise TrainingError(
            f"a worker process died {self.retries + 1} times (out of memory?); "
            f"{len(waiting)} jobs are unfinished. Finished jobs are kept: type the "
            "same command again, with executor=serial if memory is short"
        ) from broken


def make_executor(name: str, workers: int = 0) -> Executor:
    """The executor of a name.

    Raises:
        ConfigurationError: The name is not known.
    """
    if name == "serial":
        return SerialExecutor()
    if name == "processes":
        return ProcessExecutor(workers)
    raise ConfigurationError(f"executor '{name}' is not known; choose one of: serial, processes")


@cache
def _pool(workers: int) -> ProcessPoolExecutor:
    """One pool for the whole run: a worker imports torch once, not once a model."""
    pool = ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_parent
    )
    atexit.register(pool.shutdown, wait=False, cancel_futures=True)
    return pool


def _end_with_parent() -> None:
    """Let a worker end as soon as the run that started it is gone.

    A run that is killed can not stop its workers. Without this they would go on fitting
    beside the same command typed again, and write to the same folders.
    """
    threading.Thread(target=_watch_parent, daemon=True).start()


def _watch_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
