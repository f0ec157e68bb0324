"""What is left of each signal's IC on one basis after the other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from deep_alpha.reporting.figures.frames import frames, room_on_the_right, small_title, value_beside
from deep_alpha.reporting.figures.look import Look
from deep_alpha.reporting.formats import decimal
from deep_alpha.reporting.palette import Hue

_ROW = 0.24


def basis_bars(bases: pd.DataFrame, hues: Mapping[str, Hue], look: Look) -> Figure:
    """A frame a basis on one scale, a bar a signal; a tick marks the first basis.

    Args:
        bases: Signal × basis, both in the order to show; NaN draws no bar.
        hues: Each signal's colour.
        look: Theme and width.
    """
    count = bases.shape[1]
    figure, axes = frames(
        look, count, _ROW * len(bases) + 0.45, across=count, sharex=True, sharey=True
    )
    rows = np.arange(len(bases))
    colours = [look.colour(hues[name]) for name in bases.index]
    first = bases.iloc[:, 0].to_numpy()
    for axis, basis in zip(axes, bases.columns, strict=True):
        values = bases[basis].to_numpy()
        small_title(axis, str(basis), look.theme.ink)
        axis.barh(rows, np.nan_to_num(values), color=colours, alpha=0.85, height=0.62)
        axis.plot(first, rows, "|", color=look.theme.ink, markersize=7, markeredgewidth=1.2)
        axis.axvline(0.0, color=look.theme.muted, linewidth=0.8)
        for row, (value, end) in enumerate(zip(values, np.fmax(values, first), strict=True)):
            if not np.isnan(value):
                value_beside(axis, decimal(value), max(end, 0.0), row, look)
        axis.set_yticks(rows, [str(name) for name in bases.index], fontsize=7.5)
        axis.set_ylim(len(bases) - 0.4, -0.6)
        axis.grid(visible=False, axis="y")
        axis.grid(visible=True, axis="x")
        axis.xaxis.set_major_locator(MaxNLocator(nbins=3))
        axis.tick_params(axis="x", labelsize=7.5)
    room_on_the_right(axes[0], 0.5 if look.narrow else 0.34)
    tick = Line2D(
        [], [], color=look.theme.ink, marker="|", linestyle="", markersize=7, markeredgewidth=1.2,
        label=f"{bases.columns[0]} IC",
    )  # fmt: skip
    figure.legend(handles=[tick], loc="outside lower left")
    return figure
