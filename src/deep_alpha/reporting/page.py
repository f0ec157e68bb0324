"""A page that needs nothing else, and its pictures beside it."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from deep_alpha.reporting.blocks import Section, pictures_of
from deep_alpha.reporting.figures.look import DARK, LIGHT
from deep_alpha.reporting.figures.render import render
from deep_alpha.staging import staged_folder

FIGURES = "figures"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

_Pictures = dict[str, dict[str, bytes]]


@dataclass(frozen=True)
class Page:
    """What the layout needs to know of a page; the rest is in its sections.

    Args:
        name: File name without its ending.
        title: Page title.
        market: Name of the market, above the title.
        generated: When and by which version.
        headline: The result in a sentence.
        sections: The page's parts, in order.
        pages: Title and address of each page of the report, for the navigation; the page
            itself may be among them.
        watermark: Text laid over the page and its pictures, else empty.
    """

    name: str
    title: str
    market: str
    generated: str
    headline: str
    sections: Sequence[Section]
    pages: Mapping[str, str] = field(default_factory=dict)
    watermark: str = ""

    @property
    def file(self) -> str:
        """The page's file name."""
        return f"{self.name}.html"


def write_page(page: Page, folder: Path) -> Path:
    """Write a page and its folder of pictures.

    The page holds its styles and pictures itself, loads nothing and can be mailed as it
    is. The same pictures lie in ``figures/<name>/`` as PNG files, each in a light and a
    dark variant. Both are put in place whole or not at all; other files of the folder
    stay, those of other pages among them.

    Args:
        page: The page.
        folder: Where to write; made where it does not exist.

    Returns:
        The page's path.
    """
    folder = Path(folder)
    pictures = _draw(page)
    html = _lay_out(page, pictures)
    with staged_folder(folder / FIGURES / page.name) as staging:
        for name, variants in pictures.items():
            for variant, content in variants.items():
                (staging / f"{name}-{variant}.png").write_bytes(content)
    return _replace(folder / page.file, html)


def _draw(page: Page) -> _Pictures:
    return {
        picture.name: render(picture.draw, wide=picture.wide, watermark=page.watermark)
        for section in page.sections
        for picture in pictures_of(section.blocks)
    }


def _lay_out(page: Page, pictures: _Pictures) -> str:
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
        page=page,
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
