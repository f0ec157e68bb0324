"""Counterpart of paper 000's Figure 8: a cell a factor, its SHAP value as shade and number."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from deep_alpha.reporting.figures.factors import GROUP_HUES, GROUP_WORDS
from deep_alpha.reporting.figures.heat import sign_shades
from deep_alpha.reporting.figures.look import Look, sheet, sheet_title
from deep_alpha.reporting.formats import MISSING, decimal, known, significant
from deep_alpha.reporting.palette import INK

_PREFIX = "alpha_"
_WORDS = {"mean": "mean SHAP value", "directed": "mean |SHAP value|, directed"}
# Shares of a cell: what is left free between cells and between rows, and the strip.
_GAP, _ROW_GAP, _STRIP = 0.012, 0.035, 0.03
# Text must stay readable on the strongest shade.
_STRONGEST = 0.8


def shap_cells(
    factors: pd.DataFrame, shape: tuple[int, int], column: str, name: str, look: Look
) -> Figure:
    """The map: names and values in the cells, a strip at a cell's left edge for its group.

    Values are printed in the power of ten that gives the largest one a single digit before
    the point; the legend says which. Places behind the last factor are hatched.

    Args:
        factors: ``ShapMap.factors``: factor and group of each cell in order, values.
        shape: ``ShapMap.shape``: rows and columns of the map, filled row by row.
        column: Which values: ``mean``, or ``directed``.
        name: The model.
        look: Theme and width.
    """
    rows, columns = shape
    row_height = 0.56 if look.narrow else 0.48
    figure = sheet(look, row_height * rows + 0.95)
    (axis,) = figure.axes
    sheet_title(figure, f"{name}: {_WORDS[column]}", look)
    axis.set_xlim(-0.5, columns - 0.5)
    axis.set_ylim(rows - 0.5, -0.5)
    axis.set_axis_off()
    values = factors[column].to_numpy(dtype=np.float64)
    largest = float(np.nanmax(np.abs(values), initial=0.0))
    unit = 10.0 ** math.floor(math.log10(largest)) if largest > 0 else 1.0
    shades = sign_shades(look)
    for number, (factor, group, value) in enumerate(
        zip(factors["factor"], factors["group"], values, strict=True)
    ):
        row, place = divmod(number, columns)
        share = value / largest if known(value) and largest > 0 else 0.0
        axis.add_patch(
            _box(row, place, facecolor=shades(0.5 + _STRONGEST * share / 2), linewidth=0)
        )
        colour = look.colour(GROUP_HUES.get(group, INK))
        axis.add_patch(_box(row, place, width=_STRIP, facecolor=colour, linewidth=0))
        text = decimal(value / unit, 2, signed=True) if known(value) else MISSING
        _write(axis, (row, place), factor, text, row_height, look)
    blank: dict[str, Any] = {"facecolor": "none", "edgecolor": look.theme.line, "hatch": "////"}
    for number in range(len(factors), rows * columns):
        axis.add_patch(_box(*divmod(number, columns), linewidth=0, **blank))
    figure.legend(
        handles=_legend(factors, unit, look), loc="outside lower left",
        ncols=2 if look.narrow else 4, handlelength=1.0, columnspacing=1.4,
    )  # fmt: skip
    return figure


def broken_name(name: str, width: int) -> str:
    """A factor's name in lines of at most ``width`` letters, broken after underscores."""
    lines = [""]
    *first, last = name.removeprefix(_PREFIX).split("_")
    for word in [*(part + "_" for part in first), last]:
        if lines[-1] and len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += word
    return "\n".join(lines)


def _box(row: float, column: float, width: float = 1 - 2 * _GAP, **look: Any) -> Rectangle:
    corner = (column - 0.5 + _GAP, row - 0.5 + _ROW_GAP)
    return Rectangle(corner, width, 1 - 2 * _ROW_GAP, **look)


def _write(
    axis: Axes, place: tuple[int, int], name: str, text: str, row_height: float, look: Look
) -> None:
    """The name and under it the value, together in the middle of the cell."""
    size = 6.8 if look.narrow else 8.0
    words = broken_name(name, 13 if look.narrow else 22)
    line = 1.25 * size / 72 / row_height
    row, column = place[0], place[1] + _STRIP / 2
    common: dict[str, Any] = {"ha": "center", "fontsize": size, "color": look.theme.ink}
    axis.text(column, row - line / 2, words, va="center", linespacing=1.1, **common)
    below = row + line * (words.count("\n") + 1) / 2
    axis.text(column, below, text, va="center", fontweight="bold", **common)


def _legend(factors: pd.DataFrame, unit: float, look: Look) -> list[Artist]:
    groups = dict.fromkeys(factors["group"])
    handles: list[Artist] = [
        Patch(
            facecolor=look.colour(GROUP_HUES.get(group, INK)),
            label=GROUP_WORDS.get(group, str(group).capitalize()),
        )
        for group in groups
    ]
    return [*handles, Patch(facecolor="none", label=f"in units of {significant(unit, 1)}")]
