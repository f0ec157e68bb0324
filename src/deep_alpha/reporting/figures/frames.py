"""Several frames in one figure, and colours for what has an order."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deep_alpha.reporting.figures.look import Look, blend, sheet

_PALEST = 0.35


def frames(
    look: Look, count: int, height: float, *, across: int = 4, **grid: Any
) -> tuple[Figure, list[Axes]]:
    """A figure with a number of equal frames, and the frames in order.

    Args:
        look: Theme and width.
        count: Number of frames, at least 1.
        height: Height of a frame in inches.
        across: Most frames side by side on a wide figure; a narrow one has 2, or 1 where
            a wide one has 2.
        **grid: Further arguments of ``Figure.subplots``.

    Returns:
        The figure, and its frames; others of the grid are hidden.
    """
    most = (2 if across > 2 else 1) if look.narrow else across
    columns = min(count, most)
    rows = -(-count // columns)
    figure = sheet(look, height * rows + 0.2, rows, columns, **grid)
    for axis in figure.axes[count:]:
        axis.set_visible(False)
    for axis in figure.axes[max(count - columns, 0) : count]:
        axis.tick_params(axis="x", labelbottom=True)
    return figure, figure.axes[:count]


def small_title(axis: Axes, text: str, colour: str) -> None:
    """A title of second rank, flush left."""
    axis.set_title(text, loc="left", color=colour, fontsize=8.5, pad=4)


def value_beside(axis: Axes, text: str, end: float, row: float, look: Look) -> None:
    """A value on the right of where a bar or a dot ends."""
    axis.annotate(
        text, (end, row), xytext=(6, 0), textcoords="offset points", va="center", fontsize=8,
        color=look.theme.ink, bbox={"facecolor": look.theme.card, "edgecolor": "none", "pad": 0.8},
    )  # fmt: skip


def room_on_the_right(axis: Axes, share: float) -> None:
    """Room for such values: a share of the axis's width."""
    low, high = axis.get_xlim()
    axis.set_xlim(low, high + share * (high - low))


def ordered_colours(count: int, look: Look) -> list[str]:
    """Colours of ordered things: from the negative one over paler ones to the positive one.

    Args:
        count: How many; the middle of an odd number is grey.
        look: Theme and width.
    """
    theme = look.theme
    middle = (count - 1) / 2
    colours = []
    for place in range(count):
        if place == middle:
            colours.append(theme.muted)
            continue
        tone = theme.negative if place < middle else theme.positive
        strength = _PALEST + (1 - _PALEST) * abs(place - middle) / middle
        colours.append(blend(tone, theme.card, strength))
    return colours
