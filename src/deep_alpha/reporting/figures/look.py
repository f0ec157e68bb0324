"""How a figure looks: its theme, its width, and a style that touches nothing global."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from deep_alpha.reporting.palette import Hue

# At these widths nine points are about fourteen pixels on a desk and ten on a telephone.
WIDE, NARROW = 9.0, 4.4
_FONT_SIZE = 9.0
_FONTS = ("Inter", "Helvetica Neue", "Arial", "Liberation Sans", "DejaVu Sans")


@dataclass(frozen=True)
class Theme:
    """Colours of the page and its figures.

    Args:
        name: ``light`` or ``dark``.
        page: The page's ground.
        card: Ground of tables and figures.
        ink, muted: Text, and text of second rank.
        line: Rules and grids.
        accent: Links and marks.
        positive, negative: Signs of a number; blue and orange, which no common colour
            blindness confuses.
        segments: Colours of train, valid, test and purge.
    """

    name: str
    page: str
    card: str
    ink: str
    muted: str
    line: str
    accent: str
    positive: str
    negative: str
    segments: tuple[str, str, str, str]


LIGHT = Theme(
    name="light",
    page="#f6f6f3",
    card="#ffffff",
    ink="#1c2026",
    muted="#5d6570",
    line="#e1e2df",
    accent="#0a5c99",
    positive="#2f7fbf",
    negative="#d9722e",
    segments=("#a9bccf", "#e3b341", "#0f8a6d", "#c4405a"),
)
DARK = Theme(
    name="dark",
    page="#0f1216",
    card="#181c22",
    ink="#e8eaee",
    muted="#9ba4b0",
    line="#2d333c",
    accent="#79bdf0",
    positive="#5aa9e6",
    negative="#f0955a",
    segments=("#4d6379", "#cda23a", "#35b894", "#ec6f86"),
)


@dataclass(frozen=True)
class Look:
    """A theme and a width in inches; figures lay themselves out by both."""

    theme: Theme
    width: float = NARROW

    @property
    def narrow(self) -> bool:
        """Whether the figure is made for a column or a telephone."""
        return self.width < (WIDE + NARROW) / 2

    def colour(self, hue: Hue) -> str:
        """A model's colour on this theme."""
        return hue.light if self.theme.name == "light" else hue.dark

    @contextmanager
    def style(self) -> Iterator[None]:
        """The style to draw and to save in; matplotlib's settings come back after."""
        with mpl.rc_context(cast(Any, _settings(self.theme))):
            yield


def sheet(look: Look, height: float, rows: int = 1, columns: int = 1, **grid: Any) -> Figure:
    """An empty figure with a grid of axes, drawn by Agg and known to no global list.

    Args:
        look: Theme and width.
        height: Height in inches.
        rows: Rows of the grid of axes.
        columns: Columns of the grid of axes.
        **grid: Further arguments of ``Figure.subplots``.
    """
    figure = Figure(figsize=(look.width, height), layout="constrained")
    FigureCanvasAgg(figure)
    figure.subplots(rows, columns, **grid)
    return figure


def headline(axis: Axes, text: str, look: Look) -> None:
    """A title flush left, in ink."""
    axis.set_title(text, loc="left", color=look.theme.ink, fontweight="bold", pad=8)


def sheet_title(figure: Figure, text: str, look: Look) -> None:
    """The same at the left edge of the figure, where names beside the axis take much room."""
    figure.suptitle(
        text, x=0.02, ha="left", color=look.theme.ink, fontweight="bold", fontsize=_FONT_SIZE + 1
    )


def blend(colour: str, ground: str, share: float) -> str:
    """A colour laid over a ground with an opacity, as an opaque colour."""
    mixed = share * np.array(to_rgb(colour)) + (1 - share) * np.array(to_rgb(ground))
    return to_hex(tuple(mixed))


def _settings(theme: Theme) -> dict[str, Any]:
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return {
        "font.family": [name for name in _FONTS if name in installed],
        "font.size": _FONT_SIZE,
        "text.color": theme.ink,
        "figure.facecolor": theme.card,
        "savefig.facecolor": theme.card,
        "axes.facecolor": theme.card,
        "axes.edgecolor": theme.line,
        "axes.labelcolor": theme.muted,
        "axes.labelsize": _FONT_SIZE,
        "axes.titlesize": _FONT_SIZE + 1,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "axes.unicode_minus": True,
        "grid.color": theme.line,
        "grid.linewidth": 0.7,
        "xtick.color": theme.line,
        "ytick.color": theme.line,
        "xtick.labelcolor": theme.muted,
        "ytick.labelcolor": theme.muted,
        "xtick.labelsize": _FONT_SIZE - 0.5,
        "ytick.labelsize": _FONT_SIZE - 0.5,
        "xtick.major.size": 3,
        "ytick.major.size": 0,
        "lines.linewidth": 1.5,
        "lines.solid_capstyle": "round",
        "legend.frameon": False,
        "legend.fontsize": _FONT_SIZE - 0.5,
        "legend.labelcolor": theme.muted,
        "legend.handlelength": 1.8,
        "hatch.linewidth": 0.8,
        "date.autoformatter.month": "%b %Y",
        "figure.constrained_layout.h_pad": 0.05,
        "figure.constrained_layout.w_pad": 0.06,
    }
