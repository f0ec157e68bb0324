"""Tables as maps: the months of a signal."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from deep_alpha.reporting.figures.look import Look, blend, headline, sheet
from deep_alpha.reporting.formats import decimal

_ROW = 0.34
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def sign_shades(look: Look) -> LinearSegmentedColormap:
    """Orange over the page's ground to blue, for values around 0."""
    theme = look.theme
    low, high = (blend(tone, theme.card, 0.85) for tone in (theme.negative, theme.positive))
    return LinearSegmentedColormap.from_list("sign", [low, theme.card, high])


def short_decimal(value: float) -> str:
    """A number below 1 without its leading zero: ``.08``, ``−.12``."""
    return decimal(value, 2).replace("0.", ".", 1)


def month_map(months: pd.DataFrame, name: str, look: Look) -> Figure:
    """A row a year and a column a month, each with its mean IC; months without one are blank.

    Args:
        months: Year × month 1 … 12.
        name: The signal.
        look: Theme and width.
    """
    table = months.reindex(columns=range(1, 13)).astype(np.float64)
    values = np.ma.masked_invalid(table.to_numpy())
    figure = sheet(look, _ROW * len(table) + 0.7)
    (axis,) = figure.axes
    headline(axis, f"{name}: mean rank IC of each month", look)
    scale = float(np.abs(values).max()) if values.count() else 1.0
    axis.imshow(values, cmap=sign_shades(look), vmin=-scale, vmax=scale, aspect="auto")
    for row, column in zip(*np.nonzero(~np.ma.getmaskarray(values)), strict=True):
        axis.text(
            column, row, short_decimal(values[row, column]), ha="center", va="center",
            fontsize=7.5, color=look.theme.ink,
        )  # fmt: skip
    letters = 1 if look.narrow else 3
    axis.set_xticks(range(12), [month[:letters] for month in _MONTHS])
    axis.set_yticks(range(len(table)), [str(year) for year in table.index])
    axis.grid(visible=False)
    axis.spines["bottom"].set_visible(False)
    axis.tick_params(length=0)
    return figure
