"""How much of the universe each descriptor covers, through time."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from deep_alpha.reporting.figures.axes import date_axis, date_number
from deep_alpha.reporting.figures.look import Look, blend, headline, sheet
from deep_alpha.reporting.formats import percent

_ROW = 0.2


def coverage_map(coverage: pd.DataFrame, look: Look) -> Figure:
    """A row a descriptor, darker where it covers more; means of weeks, and of all days.

    Args:
        coverage: Date × descriptor, share of the estimation universe with a value.
        look: Theme and width.
    """
    weekly = coverage.groupby(pd.DatetimeIndex(coverage.index).to_period("W")).mean()
    starts = [date_number(period.start_time) for period in weekly.index]
    edges = [*starts, date_number(weekly.index[-1].end_time)]
    figure = sheet(look, _ROW * weekly.shape[1] + 1.2)
    (axis,) = figure.axes
    headline(axis, "Coverage of the estimation universe", look)
    theme = look.theme
    shades = LinearSegmentedColormap.from_list("coverage", [theme.line, theme.accent])
    mesh = axis.pcolormesh(
        edges, np.arange(weekly.shape[1] + 1) - 0.5, np.ma.masked_invalid(weekly.to_numpy().T),
        cmap=shades, vmin=0.0, vmax=1.0,
    )  # fmt: skip
    for row in range(weekly.shape[1] + 1):
        axis.axhline(row - 0.5, color=theme.card, linewidth=2.2)
    places = np.arange(weekly.shape[1])
    axis.set_yticks(places, [str(name) for name in weekly.columns], fontsize=7.5)
    axis.set_ylim(weekly.shape[1] - 0.5, -0.5)
    for place, mean in zip(places, coverage.mean(), strict=True):
        axis.annotate(
            percent(mean, 0), (1.0, place), xytext=(5, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", fontsize=7.5, color=theme.ink,
        )  # fmt: skip
    axis.grid(visible=False)
    axis.spines["bottom"].set_visible(False)
    axis.xaxis_date()
    date_axis(axis, look)
    bar = figure.colorbar(
        mesh, ax=axis, location="bottom", aspect=30, shrink=0.5 if look.narrow else 0.3,
        anchor=(0.0, 0.0), pad=0.03, ticks=[0.0, 0.5, 1.0],
    )  # fmt: skip
    bar.ax.set_xticklabels([percent(share, 0) for share in (0.0, 0.5, 1.0)])
    bar.outline.set_edgecolor(blend(theme.line, theme.card, 0.5))
    return figure
