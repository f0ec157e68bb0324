"""A run killed in the middle of a fit goes on by the same command, with the same result."""

import json
import subprocess
import sys
import time
from pathlib import Path

from tests.training.small_walk import scores_and_weights
from tests.training.walk_command import run

ROOT = Path(__file__).parents[2]


def test_kill_9_in_mid_training_and_the_same_command_again(tmp_path):
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    command = [sys.executable, "-m", "tests.training.walk_command", str(killed)]
    # The longest fits come first.
    first, second = (killed / f"models/model/h5/{fold}" for fold in ("2020-07", "2020-06"))

    process = subprocess.Popen(command, cwd=ROOT)  # noqa: S603 - our own script
    while not _epochs(second):
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.005)
    process.kill()
    process.wait()

    assert (first / "seed0/record.json").exists()
    assert not (second / "seed0").exists()
    (checkpoint,) = _epochs(second)
    before = json.loads((checkpoint / "state.json").read_text())["history"]
    written = (first / "seed0/record.json").stat().st_mtime_ns

    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603
    run(whole)

    assert scores_and_weights(killed / "models") == scores_and_weights(whole / "models")
    assert (first / "seed0/record.json").stat().st_mtime_ns == written
    # Epochs carry their seconds: equal ones were not trained again.
    after = json.loads((second / "seed0/record.json").read_text())["fit"]["summary"]["history"]
    assert 1 <= len(before) < len(after) == 40
    assert after[: len(before)] == before
    assert not list(killed.rglob("*.epochs"))


def _epochs(fold):
    return sorted(fold.glob(".seed0.epochs/*/epoch-*/"))[-1:]
