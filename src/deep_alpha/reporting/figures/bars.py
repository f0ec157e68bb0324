"""Bars of one number a name, on either side of zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from deep_alpha.reporting.figures.look import Look, sheet, sheet_title
from deep_alpha.reporting.palette import Hue

_ROW = 0.21
_TALL_ROW = 0.27


def signed_bars(
    values: pd.Series,
    hues: Hue | Sequence[Hue],
    title: str,
    show: Callable[[float], str],
    look: Look,
    *,
    tick: Callable[[float], str] | None = None,
) -> Figure:
    """A bar a name with its value at the bar's outer end.

    Args:
        values: By name in the order to show, all known.
        hues: Colour of all bars, or one a bar.
        title: Title of the figure.
        show: Prints a value.
        look: Theme and width.
        tick: Prints a value at the axis; by default plain numbers.
    """
    row = _ROW if len(values) > 12 else _TALL_ROW
    figure = sheet(look, row * len(values) + 1.0)
    (axis,) = figure.axes
    sheet_title(figure, title, look)
    places = np.arange(len(values))
    colours = [look.colour(hue) for hue in ([hues] if isinstance(hues, Hue) else hues)]
    axis.barh(places, values.to_numpy(), color=colours, alpha=0.85, height=0.64)
    for place, value in zip(places, values, strict=True):
        outward = 1 if value >= 0 else -1
        axis.annotate(
            show(value), (value, place), xytext=(5 * outward, 0), textcoords="offset points",
            ha="left" if outward > 0 else "right", va="center", fontsize=7.5, color=look.theme.ink,
        )  # fmt: skip
    axis.axvline(0.0, color=look.theme.muted, linewidth=0.8)
    axis.margins(x=0.16 if look.narrow else 0.08)
    axis.set_yticks(places, [str(name) for name in values.index], fontsize=7.5)
    axis.set_ylim(len(values) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    axis.grid(visible=True, axis="x")
    if tick is not None:
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    return figure
