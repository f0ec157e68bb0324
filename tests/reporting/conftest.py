from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deep_alpha.reporting import ReportInputs, page, write_report

from .fake import fake_inputs

# The smallest PNG file: one transparent pixel.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


@pytest.fixture(scope="session")
def inputs() -> ReportInputs:
    return fake_inputs()


@pytest.fixture
def html(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[ReportInputs], str]:
    """Writes the page for some inputs with a dot in place of every picture."""

    def dots(draw: object, *, wide: bool, watermark: str = "") -> dict[str, bytes]:
        variants = ["light", "dark"] + (["light-narrow", "dark-narrow"] if wide else [])
        return dict.fromkeys(variants, DOT)

    monkeypatch.setattr(page, "render", dots)
    return lambda some: write_report(some, tmp_path / "report").read_text(encoding="utf-8")
