"""Counterpart of paper 001's Table 3-2: one sample's daily inputs as an image."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from deep_alpha.reporting.figures.heat import sign_shades
from deep_alpha.reporting.figures.look import Look, sheet, sheet_title
from deep_alpha.reporting.judged_reading import cross_table

_ROW = 0.24
# In the window's own standard deviations; beyond it the shade says no more.
_STRONGEST = 3.0


def sample_image(sample: pd.DataFrame, title: str, look: Look) -> Figure:
    """A row an input and a column a day, the sample's own day on the right.

    Args:
        sample: Columns input, day (0 is the sample's own) and scaled, in the order to show.
        title: Title of the figure.
        look: Theme and width.
    """
    wide = cross_table(sample, "input", "day", "scaled")
    wide = wide[sorted(wide.columns, reverse=True)]
    values = np.ma.masked_invalid(wide.to_numpy())
    figure = sheet(look, _ROW * len(wide) + 1.1)
    (axis,) = figure.axes
    sheet_title(figure, title, look)
    days = [int(day) for day in wide.columns]
    shades = axis.imshow(
        values, cmap=sign_shades(look), vmin=-_STRONGEST, vmax=_STRONGEST, aspect="auto",
        extent=(-days[0] - 0.5, -days[-1] + 0.5, len(wide) - 0.5, -0.5),
    )  # fmt: skip
    axis.set_yticks(range(len(wide)), [str(name) for name in wide.index], fontsize=7.5)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6 if look.narrow else 10))
    axis.set_xlabel("days from the sample’s own")
    axis.grid(visible=False)
    axis.spines["bottom"].set_visible(False)
    axis.tick_params(length=0)
    bar = figure.colorbar(shades, ax=axis, fraction=0.03, pad=0.02, ticks=[-3, 0, 3])
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0, labelsize=7.5)
    bar.ax.set_yticklabels(["−3 sd", "mean", "+3 sd"])
    return figure
