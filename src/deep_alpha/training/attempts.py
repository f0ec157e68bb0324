"""Jobs that may fail: that a fit diverges can be what an experiment is about."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from deep_alpha.errors import TrainingError
from deep_alpha.training.executors import Executor
from deep_alpha.training.job_progress import JobProgress
from deep_alpha.training.jobs import Job, JobResult, run_job

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempt:
    """A job and what became of it.

    Args:
        job: The job.
        result: What it left behind; None where its fit could not go on.
        failure: Why it could not; empty where it did.
    """

    job: Job
    result: JobResult | None
    failure: str = ""


def attempt_job(job: Job) -> Attempt:
    """Run a job; a fit that can not go on is an answer, every other error is one."""
    try:
        return Attempt(job, run_job(job))
    except TrainingError as error:
        return Attempt(job, None, str(error))


def attempt_jobs(name: str, jobs: Sequence[Job], executor: Executor) -> list[Attempt]:
    """Run independent jobs, of one model or of many.

    Args:
        name: What progress bars and logs call them together.
        jobs: The jobs.
        executor: Where they run.

    Returns:
        What became of each, in the order of the jobs.

    Raises:
        ConfigurationError: A job is impossible as it is configured.
        TrainingError: The executor's workers died.
    """
    attempts: dict[int, Attempt] = {}
    with JobProgress(name, len(jobs)) as progress:
        for position, attempt in executor.run(attempt_job, jobs):
            attempts[position] = attempt
            if attempt.result is None:
                _log.warning("did not finish: %s", attempt.failure)
            else:
                progress.done(attempt.result)
    return [attempts[position] for position in range(len(jobs))]
