"""Counterpart of paper 001's Figure 5-2: which features the network weighs, and moves by."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from deep_alpha.reporting.figures.axes import percent_tick
from deep_alpha.reporting.figures.frames import room_on_the_right, value_beside
from deep_alpha.reporting.figures.look import Look, sheet, sheet_title
from deep_alpha.reporting.formats import decimal, percent
from deep_alpha.reporting.palette import INK, Hue

TOP = 30
_ROW, _TALL_ROW = 0.22, 0.3


def top_features(
    importance: pd.DataFrame, hues: Mapping[str, Hue], name: str, look: Look
) -> Figure:
    """The features with the largest weights; a dot is the same by gradients.

    Args:
        importance: A row a feature: feature, operator, weight and gradient.
        hues: Each operator's colour.
        name: The model.
        look: Theme and width.
    """
    top = importance.nlargest(TOP, "weight").set_index("feature")
    colours = [hues.get(str(operator), INK) for operator in top["operator"]]
    if look.narrow:  # a pair's name in two lines
        top.index = top.index.str.replace(",", ",\n", regex=False)
    return _bars(top, colours, f"{name}: the largest shares of the weights", look, _TALL_ROW)


def operator_shares(
    importance: pd.DataFrame, hues: Mapping[str, Hue], name: str, look: Look
) -> Figure:
    """Every operator's sums over its features.

    Arguments are those of :func:`top_features`.
    """
    sums = importance.groupby("operator", sort=False)[["weight", "gradient"]].sum()
    colours = [hues.get(str(operator), INK) for operator in sums.index]
    return _bars(sums, colours, f"{name}: shares by operator", look, _ROW)


def _bars(
    shares: pd.DataFrame, colours: list[Hue], title: str, look: Look, narrow_row: float
) -> Figure:
    row = narrow_row if look.narrow else _ROW
    figure = sheet(look, row * len(shares) + 1.0)
    (axis,) = figure.axes
    sheet_title(figure, title, look)
    places = np.arange(len(shares))
    weight, gradient = shares["weight"].to_numpy(), shares["gradient"].to_numpy()
    axis.barh(places, weight, color=[look.colour(hue) for hue in colours], alpha=0.85, height=0.62)
    axis.plot(gradient, places, "o", color=look.theme.ink, markersize=3.2, zorder=3)
    for place, (own, other) in enumerate(zip(weight, gradient, strict=True)):
        text = f"{decimal(100 * own, 1)} / {percent(other)}"
        value_beside(axis, text, float(np.nanmax([own, other])), place, look)
    size = 6.5 if look.narrow else 7.5
    axis.set_yticks(places, [str(name) for name in shares.index], fontsize=size)
    axis.set_ylim(len(shares) - 0.4, -0.6)
    axis.set_xlim(left=0)
    axis.grid(visible=False, axis="y")
    axis.grid(visible=True, axis="x")
    axis.xaxis.set_major_locator(MaxNLocator(nbins=4 if look.narrow else 7))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent_tick(value)))
    room_on_the_right(axis, 0.3 if look.narrow else 0.12)
    figure.legend(
        handles=[
            Patch(facecolor=look.theme.muted, label="weights"),
            Line2D([], [], color=look.theme.ink, marker="o", linestyle="", markersize=3.5,
                   label="gradient × input"),
        ],
        loc="outside lower left", ncols=2,
    )  # fmt: skip
    return figure
