"""What the executors' tests run in workers; light, so that a worker starts fast."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path


def square(number):
    return number * number


def own_process(_):
    return os.getpid()


def fail_on_two(number):
    if number == 2:
        raise ValueError("two is not allowed")
    return number


def logged_square(job):
    """Squares after a line in ``log``; number 3 kills its worker the first ``times`` times."""
    log, number, times = job
    before = log.read_text().split() if log.exists() else []
    with log.open("a") as lines:
        lines.write(f"{number}\n")
    if number == 3 and before.count("3") < times:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def linger(file):
    """Writes its process id, then works for a minute."""
    Path(file).write_text(str(os.getpid()))
    time.sleep(60)


def main(file):
    """A whole run with one worker, for a test that kills it."""
    from deep_alpha.training.executors import ProcessExecutor

    list(ProcessExecutor(workers=1).run(linger, [file]))


if __name__ == "__main__":
    main(sys.argv[1])
