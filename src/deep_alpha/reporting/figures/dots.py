"""A row a signal with dots on it: intervals, and one figure against another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from deep_alpha.reporting.figures.frames import room_on_the_right, value_beside
from deep_alpha.reporting.figures.look import Look, sheet, sheet_title
from deep_alpha.reporting.formats import decimal
from deep_alpha.reporting.palette import Hue

_ROW = 0.27


def interval_dots(intervals: pd.DataFrame, hues: Mapping[str, Hue], look: Look) -> Figure:
    """A dot and its interval a signal, with the dot's value; zero is a line.

    Args:
        intervals: By signal in the order to show: rank_ic, low, high; an interval may be
            unknown.
        hues: Each signal's colour.
        look: Theme and width.
    """
    figure, axis = dot_rows(list(intervals.index), "Mean rank IC, 95 % interval", look)
    for row, (name, (ic, low, high)) in enumerate(
        zip(intervals.index, intervals[["rank_ic", "low", "high"]].to_numpy(), strict=True)
    ):
        colour = look.colour(hues[name])
        axis.plot([low, high], [row, row], color=colour, linewidth=2.2, alpha=0.55)
        axis.plot(ic, row, "o", color=colour, markersize=5.5, zorder=3)
        end = np.nanmax([ic, high])
        value_beside(axis, decimal(ic), end, row, look)
    room_on_the_right(axis, 0.12)
    return figure


def paper_and_tradable(ics: pd.DataFrame, hues: Mapping[str, Hue], look: Look) -> Figure:
    """The IC at the close and the IC that can be traded on one row, and their difference.

    Args:
        ics: By signal in the order to show: rank_ic and tradable_ic, both known.
        hues: Each signal's colour.
        look: Theme and width.
    """
    figure, axis = dot_rows(list(ics.index), "Rank IC on paper and tradable", look)
    for row, (name, (paper, tradable)) in enumerate(
        zip(ics.index, ics[["rank_ic", "tradable_ic"]].to_numpy(), strict=True)
    ):
        colour = look.colour(hues[name])
        axis.plot([paper, tradable], [row, row], color=colour, linewidth=1.6, alpha=0.55)
        axis.plot(
            paper, row, "o", markerfacecolor=look.theme.card, markeredgecolor=colour,
            markeredgewidth=1.5, markersize=6, zorder=3,
        )  # fmt: skip
        axis.plot(tradable, row, "o", color=colour, markersize=6, zorder=4)
        gap = decimal(tradable - paper, signed=True)
        value_beside(axis, gap, max(paper, tradable), row, look)
    room_on_the_right(axis, 0.16)
    tone = look.theme.muted
    figure.legend(
        handles=[
            Line2D([], [], marker="o", linestyle="", markerfacecolor=look.theme.card,
                   markeredgecolor=tone, markeredgewidth=1.5, label="paper: entered at the close"),
            Line2D([], [], marker="o", linestyle="", color=tone, label="tradable"),
        ],
        loc="outside lower left", ncols=2,
    )  # fmt: skip
    return figure


def dot_rows(
    names: Sequence[str], title: str, look: Look, *, zero: bool = True
) -> tuple[Figure, Axes]:
    """An empty frame with a row a name, the first on top.

    Args:
        names: What stands beside the rows.
        title: Title of the figure.
        look: Theme and width.
        zero: Whether zero is a line, and so within the frame.
    """
    figure = sheet(look, _ROW * len(names) + 1.0)
    (axis,) = figure.axes
    sheet_title(figure, title, look)
    if zero:
        axis.axvline(0.0, color=look.theme.muted, linewidth=0.8, zorder=1)
    axis.set_yticks(range(len(names)), names, fontsize=8)
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    axis.grid(visible=True, axis="x")
    axis.xaxis.set_major_locator(MaxNLocator(nbins=5))
    return figure, axis
