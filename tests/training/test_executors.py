"""Executors run independent jobs, and outlive workers that die."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deep_alpha.errors import ConfigurationError, TrainingError
from deep_alpha.training.executors import ProcessExecutor, SerialExecutor, make_executor
from tests.training import worker_functions as work

ROOT = Path(__file__).parents[2]


@pytest.fixture
def log(tmp_path):
    return tmp_path / "calls.log"


def calls(log):
    return [int(line) for line in log.read_text().split()]


def test_names_of_executors():
    assert isinstance(make_executor("serial"), SerialExecutor)
    processes = make_executor("processes", 3)
    assert isinstance(processes, ProcessExecutor)
    assert (processes.workers, processes.retries) == (3, 1)


def test_no_number_of_workers_means_one_for_each_core():
    assert ProcessExecutor().workers == os.cpu_count()


def test_an_unknown_executor():
    with pytest.raises(ConfigurationError) as error:
        make_executor("threads")
    assert str(error.value) == ("executor 'threads' is not known; choose one of: serial, processes")


def test_serial_gives_each_result_before_it_starts_the_next_job(log):
    results = SerialExecutor().run(work.logged_square, [(log, 1, 0), (log, 2, 0)])
    assert next(results) == (0, 1)
    assert calls(log) == [1]
    assert list(results) == [(1, 4)]


def test_processes_give_every_result_with_its_job():
    assert dict(ProcessExecutor(workers=2).run(work.square, range(7))) == {
        number: number * number for number in range(7)
    }


def test_no_jobs_are_no_results():
    assert list(ProcessExecutor(workers=1).run(work.square, [])) == []


def test_one_pool_serves_all_runs_of_a_process():
    first, second = (set(_pids()) for _ in range(2))
    assert first == second
    assert os.getpid() not in first


def _pids():
    return dict(ProcessExecutor(workers=1).run(work.own_process, range(3))).values()


def test_an_error_of_a_job_comes_through_and_the_pool_goes_on():
    executor = ProcessExecutor(workers=1)
    with pytest.raises(ValueError, match=r"^two is not allowed$"):
        list(executor.run(work.fail_on_two, range(5)))
    assert dict(executor.run(work.square, [3])) == {0: 9}


def test_a_killed_worker_costs_its_unfinished_jobs_only(log):
    jobs = [(log, number, 1) for number in range(6)]
    results = dict(ProcessExecutor(workers=1).run(work.logged_square, jobs))
    assert results == {number: number * number for number in range(6)}
    assert calls(log) == [0, 1, 2, 3, 3, 4, 5]


def test_a_worker_that_dies_again_ends_the_run(log):
    jobs = [(log, number, 2) for number in range(6)]
    results = ProcessExecutor(workers=1).run(work.logged_square, jobs)
    assert sorted(next(results)[0] for _ in range(3)) == [0, 1, 2]
    with pytest.raises(TrainingError) as error:
        next(results)
    assert str(error.value) == (
        "a worker process died 2 times (out of memory?); 3 jobs are unfinished. Finished jobs "
        "are kept: type the same command again, with executor=serial if memory is short"
    )
    assert calls(log) == [0, 1, 2, 3, 3]
    # The same command again.
    assert dict(ProcessExecutor(workers=1).run(work.logged_square, jobs[3:])) == {
        0: 9,
        1: 16,
        2: 25,
    }


def test_a_worker_that_died_between_two_runs_is_replaced():
    (worker,) = set(_pids())
    os.kill(worker, signal.SIGKILL)
    assert _ends(worker)
    assert set(_pids()).isdisjoint({worker})


def test_workers_end_with_the_run_that_was_killed(tmp_path):
    """Else they would fit on, beside the same command typed again."""
    file = tmp_path / "pid"
    command = [sys.executable, "-m", "tests.training.worker_functions", str(file)]
    run = subprocess.Popen(command, cwd=ROOT)  # noqa: S603 - our own script
    worker = int(_eventually(lambda: file.exists() and file.read_text()))
    run.kill()
    run.wait()
    assert _ends(worker)


def _ends(process):
    return _eventually(lambda: not _is_alive(process))


def _is_alive(process):
    """Whether a process still runs; one that nobody has waited for is a zombie."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def _eventually(found, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.02)
    return found()
