"""The whole report, pictures included."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from deep_alpha.reporting import page as page_module
from deep_alpha.reporting import write_report
from deep_alpha.reporting.figures.look import DARK, LIGHT

from .fake import fake_inputs


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reporting")
    (folder / "metrics.json").write_text("[]")
    before = dict(mpl.rcParams)
    path = write_report(fake_inputs(models=1), folder)
    assert dict(mpl.rcParams) == before
    return path


def test_the_page_and_its_pictures_lie_beside_other_files(report: Path) -> None:
    assert report.name == "index.html"
    assert sorted(path.name for path in report.parent.iterdir()) == [
        "figures", "index.html", "metrics.json",
    ]  # fmt: skip
    names = {path.name for path in (report.parent / "figures" / "index").iterdir()}
    assert {"ic-cumulative-light.png", "long-short-dark.png", "folds-light-narrow.png"} <= names


def test_pictures_are_small_and_on_the_ground_of_their_theme(report: Path) -> None:
    for path in (report.parent / "figures" / "index").iterdir():
        assert path.stat().st_size < 200_000
        with Image.open(path) as image:
            corner = image.convert("RGB").getpixel((3, 3))
        theme = DARK if "-dark" in path.stem else LIGHT
        ground = tuple(bytes.fromhex(theme.card[1:]))
        assert corner == ground


def test_every_picture_is_embedded(report: Path) -> None:
    pictures = list((report.parent / "figures" / "index").iterdir())
    assert report.read_text(encoding="utf-8").count("data:image/png;base64,") == len(pictures)
    assert report.stat().st_size < 6_000_000


def test_a_failure_leaves_the_old_report(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(draw: object, **_: object) -> dict[str, bytes]:
        raise RuntimeError("no ink")

    before = report.read_bytes()
    monkeypatch.setattr(page_module, "render", fail)
    with pytest.raises(RuntimeError, match="no ink"):
        write_report(fake_inputs(models=1), report.parent)
    assert report.read_bytes() == before
    assert not [path for path in report.parent.iterdir() if path.name.startswith(".")]


def test_the_watermark_is_on_the_pictures_too() -> None:
    from deep_alpha.reporting.figures.look import sheet
    from deep_alpha.reporting.figures.render import render

    plain, marked = (
        render(lambda look: sheet(look, 2.0), wide=False, watermark=words)["light"]
        for words in ("", "leaks by design")
    )
    with Image.open(BytesIO(plain)) as one, Image.open(BytesIO(marked)) as other:
        assert (
            np.abs(np.asarray(one.convert("L"), int) - np.asarray(other.convert("L"), int)).max()
            > 30
        )
