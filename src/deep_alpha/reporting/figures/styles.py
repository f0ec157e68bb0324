"""What the styles are like: bars of one number a style, and how they correlate."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from deep_alpha.reporting.figures.heat import short_decimal, sign_shades
from deep_alpha.reporting.figures.look import Look, headline, sheet
from deep_alpha.reporting.formats import decimal
from deep_alpha.reporting.palette import Hue

# Above it a style's return can not be told from that of the others (SPEC 2.7).
VIF_LIMIT = 5
SIGNIFICANT_T = 2
_ROW = 0.27
# More numbers side by side than a narrow figure has room for.
MOST_READABLE = 12


def style_bars(
    bars: pd.Series,
    hues: Mapping[str, Hue],
    title: str,
    look: Look,
    *,
    line: float | None = None,
    line_words: str = "",
    dots: pd.Series | None = None,
    words: tuple[str, str] = ("", ""),
    places: int = 2,
) -> Figure:
    """A bar a style with its value, and a line at the level that it is judged by.

    Args:
        bars: Value by style.
        hues: Each style's colour.
        title: Title of the figure.
        look: Theme and width.
        line: The level to judge by, if there is one.
        line_words: What the level is.
        dots: A second value by style, drawn as a dot and printed after the first.
        words: What bars and dots are, for the legend; only needed with dots.
        places: Decimals of the values.
    """
    figure = sheet(look, _ROW * len(bars) + 1.0)
    (axis,) = figure.axes
    headline(axis, title, look)
    rows = np.arange(len(bars))
    axis.barh(
        rows, bars.to_numpy(), color=[look.colour(hues[name]) for name in bars.index],
        alpha=0.85, height=0.62,
    )  # fmt: skip
    ends, texts = bars.clip(lower=0.0), bars.map(lambda value: decimal(value, places))
    handles: list[Artist] = []
    if dots is not None:
        dots = dots.reindex(bars.index)
        axis.plot(dots.to_numpy(), rows, "o", color=look.theme.ink, markersize=3.2, zorder=3)
        ends = ends.where(~(dots > ends), dots)
        texts = texts + " / " + dots.map(lambda value: decimal(value, places))
        handles = [
            Patch(facecolor=look.theme.muted, label=words[0]),
            Line2D([], [], color=look.theme.ink, marker="o", linestyle="", markersize=3.5,
                   label=words[1]),
        ]  # fmt: skip
    for row, end, text in zip(rows, ends, texts, strict=True):
        axis.annotate(
            text, (end, row), xytext=(6, 0), textcoords="offset points", va="center",
            fontsize=8, color=look.theme.ink,
            bbox={"facecolor": look.theme.card, "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip
    if line is not None:
        dash, colour = (0, (4, 2)), look.theme.negative
        axis.axvline(line, color=colour, linewidth=1.2, linestyle=dash, zorder=0.9)
        handles.append(Line2D([], [], color=colour, linestyle=dash, label=line_words))
    most = max([line or 0.0, *(float(end) for end in ends)])
    axis.set_xlim(right=most * (1.3 if dots is not None else 1.14))
    axis.set_yticks(rows, [str(name) for name in bars.index], fontsize=8)
    axis.set_ylim(len(bars) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    axis.grid(visible=True, axis="x")
    if handles:
        figure.legend(handles=handles, loc="outside lower left", ncols=len(handles))
    return figure


def correlation_map(
    correlation: pd.DataFrame, look: Look, title: str = "Correlation of exposures"
) -> Figure:
    """Correlations below the diagonal, each with its number where there is room.

    Args:
        correlation: Style × style, or signal × signal.
        look: Theme and width.
        title: Title of the figure.
    """
    size, theme = len(correlation), look.theme
    figure = sheet(look, _ROW * size + 1.0)
    (axis,) = figure.axes
    headline(axis, title, look)
    values = correlation.to_numpy(dtype=np.float64)
    below = np.ma.masked_where(~np.tri(size, k=-1, dtype=bool) | np.isnan(values), values)
    axis.imshow(below, cmap=sign_shades(look), vmin=-1.0, vmax=1.0, aspect="auto")
    if not look.narrow or size <= MOST_READABLE:
        for row, column in zip(*np.nonzero(~np.ma.getmaskarray(below)), strict=True):
            text = short_decimal(values[row, column])
            axis.text(column, row, text, ha="center", va="center", fontsize=7.5, color=theme.ink)
    names = [str(name) for name in correlation.index]
    axis.set_yticks(range(1, size), names[1:], fontsize=7.5)
    axis.set_xticks(range(size - 1), names[:-1], fontsize=7.5, rotation=90)
    axis.set_xlim(-0.5, size - 1.5)
    axis.set_ylim(size - 0.5, 0.5)
    axis.grid(visible=False)
    axis.spines["bottom"].set_visible(False)
    axis.tick_params(length=0)
    return figure
