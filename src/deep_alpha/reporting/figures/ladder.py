"""The ablation's ladder: error and IC, rung by rung."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from deep_alpha.reporting.figures.frames import frames, small_title
from deep_alpha.reporting.figures.look import Look
from deep_alpha.reporting.palette import Hue

_ROW = 0.3


def ladder_dots(rungs: pd.DataFrame, hue: Hue, look: Look) -> Figure:
    """A row a rung: errors in the one frame, ICs in the other; a line leads through them.

    Args:
        rungs: In order: variant, train_error, valid_error, rank_ic and residual_ic; NaN
            draws no dot.
        hue: Colour of the dots.
        look: Theme and width.
    """
    figure, (errors, ics) = frames(look, 2, _ROW * len(rungs) + 0.8, across=2, sharey=True)
    small_title(errors, "error ÷ variance: ● validation, ○ train", look.theme.ink)
    _dots(errors, rungs["valid_error"], hue, look, full=True)
    _dots(errors, rungs["train_error"], hue, look, full=False)
    errors.axvline(1.0, color=look.theme.muted, linewidth=0.8, zorder=1)
    small_title(ics, "rank IC: ● raw returns, ○ residual ones", look.theme.ink)
    _dots(ics, rungs["rank_ic"], hue, look, full=True)
    _dots(ics, rungs["residual_ic"], hue, look, full=False)
    ics.axvline(0.0, color=look.theme.muted, linewidth=0.8, zorder=1)
    for axis in (errors, ics):
        axis.set_yticks(range(len(rungs)), [str(name) for name in rungs["variant"]], fontsize=8)
        axis.set_ylim(len(rungs) - 0.5, -0.5)
        axis.grid(visible=False, axis="y")
        axis.grid(visible=True, axis="x")
        axis.xaxis.set_major_locator(MaxNLocator(nbins=4))
        axis.margins(x=0.1)
    return figure


def _dots(axis: Axes, values: pd.Series, hue: Hue, look: Look, *, full: bool) -> None:
    numbers = values.to_numpy(dtype=np.float64)
    rows = np.arange(len(numbers))
    known = np.isfinite(numbers)
    tone = look.colour(hue)
    axis.plot(
        numbers[known], rows[known], marker="o", markersize=6, color=tone, linewidth=1.0,
        alpha=1.0 if full else 0.9, linestyle="-" if full else (0, (2, 2)),
        markerfacecolor=tone if full else look.theme.card, markeredgecolor=tone,
        markeredgewidth=1.5, zorder=3,
    )  # fmt: skip
