"""The report as one page that needs nothing else, and its pictures beside it."""

from __future__ import annotations

import base64
import re
import uuid
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from deep_alpha.reporting.blocks import Section, pictures_of
from deep_alpha.reporting.figures.look import DARK, LIGHT
from deep_alpha.reporting.figures.render import render
from deep_alpha.reporting.inputs import ReportInputs
from deep_alpha.reporting.prose.headline import headline_sentence
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.sections import all_sections
from deep_alpha.staging import staged_folder

PAGE, FIGURES = "index.html", "figures"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

_Pictures = dict[str, dict[str, bytes]]


def write_report(inputs: ReportInputs, folder: Path) -> Path:
    """Write ``index.html`` and ``figures/`` into a folder.

    The page holds its styles and pictures itself, loads nothing and can be mailed as it
    is. The same pictures lie in ``figures/`` as PNG files, each in a light and a dark
    variant. Both are put in place whole or not at all; other files of the folder stay.

    Args:
        inputs: Everything the report shows.
        folder: Where to write; made where it does not exist.

    Returns:
        The page's path.
    """
    folder = Path(folder)
    reading = Reading(inputs)
    sections = all_sections(reading)
    pictures = _draw(sections, inputs.watermark)
    page = _page(reading, sections, pictures)
    with staged_folder(folder / FIGURES) as staging:
        for name, variants in pictures.items():
            for variant, content in variants.items():
                (staging / f"{name}-{variant}.png").write_bytes(content)
    return _replace(folder / PAGE, page)


def _draw(sections: list[Section], watermark: str) -> _Pictures:
    return {
        picture.name: render(picture.draw, wide=picture.wide, watermark=watermark)
        for section in sections
        for picture in pictures_of(section.blocks)
    }


def _page(reading: Reading, sections: list[Section], pictures: _Pictures) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("deep_alpha.reporting", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken_dates"] = _unbroken_dates
    environment.filters["breakable"] = _breakable
    return environment.get_template("page.html").render(
        inputs=reading.inputs,
        headline=headline_sentence(reading),
        sections=sections,
        themes={"light": LIGHT, "dark": DARK},
        data=lambda name: _data_addresses(pictures[name]),
    )


def _unbroken_dates(text: str) -> Markup:
    """Escaped text in which no line ends within a date."""
    return Markup(_DATE.sub(r'<span class="unbroken">\g<0></span>', str(escape(text))))  # noqa: S704


def _breakable(name: str) -> Markup:
    """An escaped name that may be broken after its underscores."""
    return escape(name).replace("_", Markup("_<wbr>"))


def _data_addresses(variants: dict[str, bytes]) -> dict[str, Any]:
    """Pictures as data addresses with their size, which keeps the page from jumping."""
    return {
        variant.replace("-", "_"): {
            "address": "data:image/png;base64," + base64.b64encode(content).decode("ascii"),
            # Width and height stand at fixed places of a PNG's first chunk.
            "width": int.from_bytes(content[16:20], "big"),
            "height": int.from_bytes(content[20:24], "big"),
        }
        for variant, content in variants.items()
    }


def _replace(path: Path, text: str) -> Path:
    staging = path.with_name(f".{path.name}.{uuid.uuid4().hex}.new")
    try:
        staging.write_text(text, encoding="utf-8")
        staging.replace(path)
    finally:
        staging.unlink(missing_ok=True)
    return path
