"""The whole risk page, pictures included, beside the page of results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deep_alpha.reporting import RiskReportInputs, write_risk_page
from deep_alpha.reporting.figures.look import DARK, LIGHT

from .fake import fake_inputs
from .fake_risk import fake_risk_inputs

PICTURES = {
    "coverage", "names-per-day", "styles-cumulative", "styles-each", "country", "r-squared",
    "styles-t", "styles-vif", "styles-autocorrelation", "styles-correlation", "industries",
}  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_risk_page(fake_risk_inputs("price_only"), tmp_path_factory.mktemp("risk"))


def test_every_picture_is_drawn_in_both_themes(report: Path) -> None:
    assert report.name == "risk.html"
    names = {path.stem for path in (report.parent / "figures" / "risk").iterdir()}
    assert {name.removesuffix("-narrow") for name in names} == {
        f"{picture}-{theme}" for picture in PICTURES for theme in ("light", "dark")
    }
    assert report.read_text(encoding="utf-8").count("data:image/png;base64,") == len(names)


def test_pictures_are_small_and_on_the_ground_of_their_theme(report: Path) -> None:
    for path in (report.parent / "figures" / "risk").iterdir():
        assert path.stat().st_size < 200_000
        with Image.open(path) as image:
            corner = image.convert("RGB").getpixel((3, 3))
        ground = tuple(bytes.fromhex((DARK if "-dark" in path.stem else LIGHT).card[1:]))
        assert np.abs(np.subtract(corner, ground)).max() <= 4


def test_neither_page_touches_the_pictures_of_the_other(
    html: Callable[..., str],
    risk_html: Callable[..., str],
    risk_inputs: RiskReportInputs,
    tmp_path: Path,
) -> None:
    def pictures(page: str) -> set[str]:
        return {path.name for path in (tmp_path / "report" / "figures" / page).iterdir()}

    html(replace(fake_inputs(models=1), models=[]))
    results = pictures("index")
    risk_html(risk_inputs)
    risk = pictures("risk")
    assert pictures("index") == results
    html(fake_inputs(models=1))
    assert pictures("index") > results
    assert pictures("risk") == risk
    assert (tmp_path / "report" / "risk.html").exists()
