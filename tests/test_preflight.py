"""The installation's check: silent when all is there, one sentence when something is not."""

from __future__ import annotations

import runpy
import shutil
import sys
from collections import namedtuple
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "tools" / "preflight.py"
Usage = namedtuple("Usage", "total used free")


def outcome() -> str | int | None:
    with pytest.raises(SystemExit) as stop:
        runpy.run_path(str(SCRIPT), run_name="__main__")
    return stop.value.code


def test_nothing_is_missing_here() -> None:
    assert outcome() == 0


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, 2.5e9))
    assert outcome() == "6 GB of free disk are needed for the packages, there are 2.5 GB"


def test_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    monkeypatch.setattr(sys, "version", "3.9.1 (main)")
    assert outcome() == (
        "Python 3.11 to 3.13 is needed, this is 3.9.1: make install PYTHON=python3.11"
    )
