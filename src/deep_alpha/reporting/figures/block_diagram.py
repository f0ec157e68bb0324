"""A network of several branches, drawn downwards."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from deep_alpha.reporting.figures.alphanet_blocks import Box, Diagram
from deep_alpha.reporting.figures.look import Look, blend, headline, sheet
from deep_alpha.reporting.formats import plural
from deep_alpha.reporting.palette import Hue

# Inches: a line of text, the way between boxes, that to and from branches, the widest box
# of one branch, and room on the left for what leads around the branches.
_LINE, _WAY, _BRANCH_WAY, _WIDEST, _MARGIN = 0.165, 0.22, 0.46, 2.4, 0.28
_NARROW_LANE = 1.5
# Mean width of a letter in its size; a point is 1/72 inch.
_LETTER = 0.56 / 72


@dataclass(frozen=True)
class _Drawn:
    """A box on the sheet: its text in lines that fit, and its frame in inches."""

    box: Box
    lines: tuple[tuple[str, bool], ...]
    x: float
    width: float
    top: float
    bottom: float


def block_diagram(diagram: Diagram, name: str, hue: Hue, look: Look) -> Figure:
    """Boxes from the features to the score, branches side by side.

    Args:
        diagram: The network.
        name: What it is called.
        hue: Its colour.
        look: Theme and width.
    """
    pen = _Pen(diagram, hue, look)
    figure = sheet(look, pen.height + 0.45)
    (axis,) = figure.axes
    headline(axis, f"{name}: {plural(diagram.parameters, 'parameter')}", look)
    axis.set_axis_off()
    axis.set_xlim(0, look.width)
    axis.set_ylim(pen.height, 0)
    pen.draw(axis)
    return figure


class _Pen:
    """Places every box, then draws them and the ways between them."""

    def __init__(self, diagram: Diagram, hue: Hue, look: Look) -> None:
        self._diagram, self._theme, self._colour = diagram, look.theme, look.colour(hue)
        lanes = len(diagram.lanes)
        lane = min((look.width - 2 * _MARGIN) / lanes, _WIDEST)
        small = lane < _NARROW_LANE
        self._title_size, self._text_size = (7.6, 6.6) if small else (9.0, 7.5)
        middle, slim = look.width / 2, min(_WIDEST, 0.48 * look.width)
        wide = max(lane * lanes, slim)
        widths = [slim] * (len(diagram.before) - 1) + [wide]
        self._before = self._stack(diagram.before, middle, widths, 0.05)
        top = self._before[-1].bottom + _BRANCH_WAY
        self._lanes = [
            self._stack(
                own.boxes,
                middle + (place - (lanes - 1) / 2) * lane,
                [lane - 0.14] * len(own.boxes),
                top,
            )
            for place, own in enumerate(diagram.lanes)
        ]
        low = max(boxes[-1].bottom for boxes in self._lanes) + _BRANCH_WAY
        widths = [wide] + [slim] * (len(diagram.after) - 1)
        self._after = self._stack(diagram.after, middle, widths, low)
        self.height = self._after[-1].bottom + 0.05

    def draw(self, axis: Axes) -> None:
        """Draw everything."""
        for boxes in (self._before, *self._lanes, self._after):
            for place, drawn in enumerate(boxes):
                self._box(axis, drawn)
                if place:
                    self._arrow(axis, drawn.x, boxes[place - 1].bottom, drawn.top, "")
        above, below = self._before[-1].bottom, self._after[0].top
        for lane, boxes in zip(self._diagram.lanes, self._lanes, strict=True):
            self._arrow(axis, boxes[0].x, above, boxes[0].top, lane.title)
            self._arrow(axis, boxes[0].x, boxes[-1].bottom, below, lane.leaves)
        if self._diagram.steered is not None:
            self._around(axis, self._lanes[0][0], self._after[self._diagram.steered])

    def _stack(
        self, boxes: Sequence[Box], x: float, widths: Sequence[float], top: float
    ) -> list[_Drawn]:
        """Boxes one below the other."""
        placed = []
        for box, width in zip(boxes, widths, strict=True):
            lines = self._lines(box, width)
            bottom = top + _LINE * len(lines) + 0.2
            placed.append(_Drawn(box, lines, x, width, top, bottom))
            top = bottom + _WAY
        return placed

    def _lines(self, box: Box, width: float) -> tuple[tuple[str, bool], ...]:
        """The box's text in lines that fit, and whether each is a title."""
        room = width - 0.1
        texts = list(box.lines)
        if box.parameters is not None:
            texts.append(plural(box.parameters, "parameter"))
        title = textwrap.wrap(box.title, int(room / (_LETTER * self._title_size)))
        fits = int(room / (_LETTER * self._text_size))
        # A size such as 20 × 68 is never torn apart.
        lines = [
            line.replace("\N{NO-BREAK SPACE}", " ")
            for text in texts
            for line in textwrap.wrap(
                text.replace(" × ", "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}").replace(
                    "→ ", "→\N{NO-BREAK SPACE}"
                ),
                fits,
            )
        ]
        return (*((line, True) for line in title), *((line, False) for line in lines))

    def _box(self, axis: Axes, drawn: _Drawn) -> None:
        theme, has_layers = self._theme, drawn.box.parameters is not None
        height = drawn.bottom - drawn.top
        axis.add_patch(
            FancyBboxPatch(
                (drawn.x - drawn.width / 2 + 0.05, drawn.top + 0.05), drawn.width - 0.1,
                height - 0.1, boxstyle="round,pad=0.05", linewidth=1.1,
                facecolor=blend(self._colour, theme.card, 0.14) if has_layers else theme.card,
                edgecolor=self._colour if has_layers else theme.muted,
            )
        )  # fmt: skip
        for number, (line, is_title) in enumerate(drawn.lines):
            axis.text(
                drawn.x, drawn.top + 0.1 + (number + 0.5) * _LINE, line, ha="center", va="center",
                fontsize=self._title_size if is_title else self._text_size,
                color=theme.ink if is_title else theme.muted,
                fontweight="bold" if is_title else "normal",
            )  # fmt: skip

    def _arrow(self, axis: Axes, x: float, start: float, end: float, words: str) -> None:
        self._line_to(axis, (x, start), (x, end))
        axis.text(
            x + 0.06, (start + end) / 2, words, ha="left", va="center", color=self._theme.ink,
            fontsize=self._text_size, linespacing=1.1,
        )  # fmt: skip

    def _around(self, axis: Axes, start: _Drawn, end: _Drawn) -> None:
        """From the first branch around everything to a box below."""
        left = start.x - start.width / 2
        high, low = (start.top + start.bottom) / 2, (end.top + end.bottom) / 2
        corner = left - 0.2
        axis.plot([left, corner, corner], [high, high, low], color=self._theme.muted, linewidth=1)
        self._line_to(axis, (corner, low), (end.x - end.width / 2, low))
        axis.text(
            corner + 0.06, low - 0.05, "hidden states\nchoose weights", ha="left", va="bottom",
            color=self._theme.ink, fontsize=self._text_size, linespacing=1.1,
        )  # fmt: skip

    def _line_to(self, axis: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
        axis.annotate(
            "", end, xytext=start,
            arrowprops={"arrowstyle": "-|>", "color": self._theme.muted, "linewidth": 1.0,
                        "shrinkA": 0, "shrinkB": 0, "mutation_scale": 8},
        )  # fmt: skip
