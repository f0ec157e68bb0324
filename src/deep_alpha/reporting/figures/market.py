"""How many names the market offers each day."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

from deep_alpha.reporting.figures.axes import date_axis, end_labels
from deep_alpha.reporting.figures.look import Look, headline, sheet
from deep_alpha.reporting.palette import Hue

_HUES = {
    "traded": Hue("#5d6570", "#9ba4b0"),
    "eligible": Hue("#0068ad", "#56b4f2"),
    "scored": Hue("#cf4f00", "#ff8f5a"),
    "with_exposures": Hue("#0068ad", "#56b4f2"),
    "estimated": Hue("#cf4f00", "#ff8f5a"),
}


def names_per_day(counts: pd.DataFrame, look: Look) -> Figure:
    """Names by what they are used for on each day.

    Args:
        counts: Counts by date; columns traded, eligible, scored, with_exposures, estimated,
            any of them absent.
        look: Theme and width.
    """
    figure = sheet(look, 2.6 if look.narrow else 2.8)
    (axis,) = figure.axes
    headline(axis, "Names a day", look)
    ends = []
    for column, hue in _HUES.items():
        if column not in counts.columns or counts[column].isna().all():
            continue
        values = counts[column].where(counts[column] > 0)
        colour = look.colour(hue)
        axis.plot(counts.index.to_numpy(), values.to_numpy(), color=colour, linewidth=1.3)
        last = values.dropna()
        if len(last):
            ends.append((float(last.iloc[-1]), column.replace("_", " "), colour))
    axis.set_ylim(bottom=0)
    axis.margins(x=0.0)
    axis.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    date_axis(axis, look)
    end_labels(axis, ends)
    return figure
