"""Counterpart of paper 000's Figure 1: a network's layers, drawn from the network itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from deep_alpha.reporting.figures.look import Look, blend, headline, sheet
from deep_alpha.reporting.formats import count, plural
from deep_alpha.reporting.palette import Hue

_MOST_ACROSS = 7
# Inches: a box, the way from one to the next downwards, and the most across.
_BOX_HEIGHT, _ROW, _WIDEST_STEP = 0.72, 1.02, 1.8
_DOWN_WIDTH, _DOWN_END = 2.1, 0.7
# Layers of our own that compute what a well-known one does.
_WORDS = {
    "BatchLastLinear": "Linear",
    "Conv1d": "Convolution",
    "FactorConvolution": "Convolution",
}


@dataclass
class _Stage:
    """One box: a layer with parameters and the ones without that follow it."""

    title: str
    notes: list[str] = field(default_factory=list)
    parameters: int | None = None
    relaid: str = ""  # the size of what arrives, where the box before does not say it


def network_diagram(
    layers: pd.DataFrame,
    name: str,
    hue: Hue,
    look: Look,
    *,
    inputs: str = "factors",
    outputs: Sequence[str] = ("score",),
) -> Figure:
    """Boxes from input to outputs, with the size of what flows and the parameters of each.

    Layers without parameters, such as activations, are named within the box of the layer
    before. A wide figure reads from left to right, a narrow or a deep one downwards.

    Args:
        layers: What ``explain.architecture.describe`` gives, at least one row.
        name: The network.
        hue: Its colour.
        look: Theme and width.
        inputs: What the input's numbers are.
        outputs: What each head says, at least one.
    """
    stages = _stages(layers, inputs)
    down = look.narrow or len(stages) + 1 > _MOST_ACROSS
    height = _ROW * len(stages) + _DOWN_END if down else max(1.05, 0.5 * len(outputs))
    figure = sheet(look, height + 0.45)
    (axis,) = figure.axes
    total = int(layers["parameters"].sum())
    headline(axis, f"{name}: {plural(total, 'parameter')}", look)
    axis.set_axis_off()
    pen = _Pen(axis, look, look.colour(hue), down)
    length, breadth = (height, look.width) if down else (look.width, height)
    pen.frame(length, breadth)
    step = _ROW if down else min(length / (len(stages) + 1), _WIDEST_STEP)
    places = [(place + 0.5) * step for place in range(len(stages) + 1)]
    half = _BOX_HEIGHT / 2 if down else 0.36 * step
    width = min(_DOWN_WIDTH, breadth) if down else 2 * half
    middle = breadth / 2
    for place, stage in zip(places[:-1], stages, strict=True):
        pen.box(place, middle, width, _BOX_HEIGHT, stage)
        if place > places[0]:
            pen.arrow((place - step + half, middle), (place - half, middle), stage.relaid)
    spread = width * 0.75 if down else 0.5
    for number, words in enumerate(outputs):
        across = middle + (number - (len(outputs) - 1) / 2) * spread
        pen.arrow((places[-2] + half, middle), (places[-1] - 0.5 * half, across), "")
        pen.words(places[-1] - (0.35 * half if down else 0.4 * half), across, words)
    return figure


class _Pen:
    """Draws along the way of the data and across it, whichever way that runs."""

    def __init__(self, axis: Axes, look: Look, colour: str, down: bool) -> None:
        self._axis, self._look, self._colour, self._down = axis, look, colour, down

    def frame(self, length: float, breadth: float) -> None:
        across, along = (breadth, length) if self._down else (length, breadth)
        self._axis.set_xlim(0, across)
        self._axis.set_ylim(along, 0)

    def box(self, along: float, across: float, width: float, height: float, stage: _Stage) -> None:
        x, y = self._place(along, across)
        theme = self._look.theme
        is_input = stage.parameters is None
        self._axis.add_patch(
            FancyBboxPatch(
                (x - width / 2 + 0.05, y - height / 2 + 0.05), width - 0.1, height - 0.1,
                boxstyle="round,pad=0.05", linewidth=1.1,
                facecolor=theme.card if is_input else blend(self._colour, theme.card, 0.14),
                edgecolor=theme.muted if is_input else self._colour,
            )
        )  # fmt: skip
        lines = [" · ".join(stage.notes)] if stage.notes else []
        if stage.parameters is not None:
            lines.append(plural(stage.parameters, "parameter"))
        top = y - 0.085 * len(lines)
        self._axis.text(
            x, top, stage.title, ha="center", va="center", color=theme.ink, fontweight="bold",
            fontsize=9,
        )  # fmt: skip
        for number, line in enumerate(lines, start=1):
            self._axis.text(
                x, top + 0.17 * number, line, ha="center", va="center", color=theme.muted,
                fontsize=7.5,
            )  # fmt: skip

    def arrow(self, start: tuple[float, float], end: tuple[float, float], words: str) -> None:
        theme = self._look.theme
        (left, top), (right, bottom) = self._place(*start), self._place(*end)
        self._axis.annotate(
            "", (right, bottom), xytext=(left, top),
            arrowprops={"arrowstyle": "-|>", "color": theme.muted, "linewidth": 1.0,
                        "shrinkA": 1, "shrinkB": 1, "mutation_scale": 9},
        )  # fmt: skip
        x, y = (left + right) / 2, (top + bottom) / 2
        self._axis.text(
            x + (0.08 if self._down else 0), y - (0 if self._down else 0.07), words,
            ha="left" if self._down else "center", va="center" if self._down else "bottom",
            color=theme.ink, fontsize=8,
        )  # fmt: skip

    def words(self, along: float, across: float, words: str) -> None:
        x, y = self._place(along, across)
        self._axis.text(
            x, y, words, ha="center" if self._down else "left",
            va="top" if self._down else "center", color=self._look.theme.ink, fontsize=9,
        )  # fmt: skip

    def _place(self, along: float, across: float) -> tuple[float, float]:
        return (across, along) if self._down else (along, across)


def _stages(layers: pd.DataFrame, inputs: str) -> list[_Stage]:
    arrives = _size(layers["shape_in"].iloc[0])
    stages = [_Stage(arrives, [inputs])]
    for kind, shape_in, shape_out, parameters in layers[
        ["kind", "shape_in", "shape_out", "parameters"]
    ].itertuples(index=False, name=None):
        words = _WORDS.get(kind, str(kind))
        if parameters:
            flow = _size(shape_in)
            # Said only where something was laid out anew on the way, as by flattening.
            relaid = flow if flow != arrives else ""
            stages.append(_Stage(f"{words} {_size(shape_out)}", [], int(parameters), relaid))
        else:
            stages[-1].notes.append(words)
        arrives = _size(shape_out)
    return stages


def _size(shape: Sequence[int]) -> str:
    return " × ".join(count(size) for size in shape if size != 1) or "1"
