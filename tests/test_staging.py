"""A folder is written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deep_alpha.staging import staged_folder


def content(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def write(folder: Path, **files: str) -> None:
    with staged_folder(folder) as staging:
        for name, text in files.items():
            (staging / name).write_text(text)


def write_half(folder: Path, error: type[BaseException]) -> None:
    with staged_folder(folder) as staging:
        (staging / "a").write_text("half")
        raise error


def test_a_new_folder_appears_at_the_end(tmp_path):
    target = tmp_path / "deep" / "job"
    with staged_folder(target) as staging:
        (staging / "a").write_text("1")
        assert not target.exists()
        assert staging.parent == target.parent
        assert staging.name.startswith(".")
    assert content(target) == {"a": "1"}
    assert [path.name for path in target.parent.iterdir()] == ["job"]


def test_an_old_folder_is_replaced_whole(tmp_path):
    target = tmp_path / "job"
    write(target, a="1", b="2")
    with staged_folder(target) as staging:
        (staging / "a").write_text("new")
        assert content(target) == {"a": "1", "b": "2"}
    assert content(target) == {"a": "new"}
    assert [path.name for path in tmp_path.iterdir()] == ["job"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_the_old_folder(tmp_path, error):
    target = tmp_path / "job"
    write(target, a="1")
    with pytest.raises(error):
        write_half(target, error)
    assert content(target) == {"a": "1"}
    assert [path.name for path in tmp_path.iterdir()] == ["job"]


def test_a_failure_before_the_first_folder_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="stop"), staged_folder(tmp_path / "job"):
        raise ValueError("stop")
    assert list(tmp_path.iterdir()) == []


def test_the_old_folder_comes_back_when_the_swap_fails(tmp_path, monkeypatch):
    target = tmp_path / "job"
    write(target, a="1")
    rename = Path.rename

    def fail_on_the_new_one(self: Path, other: Path) -> Path:
        if self.suffix == ".new":
            raise OSError("no space left on device")
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", fail_on_the_new_one)
    with pytest.raises(OSError, match="no space left"):
        write(target, a="new")
    assert content(target) == {"a": "1"}
    assert [path.name for path in tmp_path.iterdir()] == ["job"]


def test_what_a_killed_process_left_behind_is_no_obstacle(tmp_path):
    target = tmp_path / "job"
    (tmp_path / ".job.0123.new").mkdir()
    (tmp_path / ".job.0123.new" / "a").write_text("half")
    write(target, a="1")
    assert content(target) == {"a": "1"}


def test_two_writers_do_not_share_a_staging_folder(tmp_path):
    with staged_folder(tmp_path / "job") as one, staged_folder(tmp_path / "job") as other:
        assert one != other


def test_leftovers_of_dead_processes_go_and_those_of_running_ones_stay(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    dead, running = (tmp_path / f".table.{number}-0.new" for number in (process.pid, os.getpid()))
    for leftover in (dead, running, tmp_path / ".another.1-0.new"):
        leftover.mkdir()
    with staged_folder(tmp_path / "table"):
        pass
    names = {entry.name for entry in tmp_path.iterdir()}
    assert names == {"table", running.name, ".another.1-0.new"}
