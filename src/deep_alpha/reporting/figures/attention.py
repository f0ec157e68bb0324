"""Which steps the attention looks at."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from deep_alpha.reporting.figures.look import Look, headline, sheet
from deep_alpha.reporting.palette import Hue


def attention_by_step(attention: pd.DataFrame, name: str, hue: Hue, look: Look) -> Figure:
    """Mean weight of each step with the band of most samples, and where all are equal.

    Args:
        attention: Columns back (days before the sample's own), weight, low and high.
        name: The model.
        hue: Its colour.
        look: Theme and width.
    """
    own = attention.sort_values("back", ascending=False)
    days, colour = -own["back"].to_numpy(dtype=np.float64), look.colour(hue)
    figure = sheet(look, 3.0)
    (axis,) = figure.axes
    headline(axis, f"{name}: attention by step", look)
    axis.fill_between(
        days, own["low"].to_numpy(), own["high"].to_numpy(), color=colour, alpha=0.18,
        linewidth=0, label="10 to 90 % of samples",
    )  # fmt: skip
    axis.plot(days, own["weight"].to_numpy(), color=colour, marker="o", markersize=3.5,
              label="mean weight")  # fmt: skip
    axis.axhline(
        1 / len(own), color=look.theme.muted, linewidth=1.0, linestyle="--", label="all alike"
    )
    axis.set_ylim(bottom=0)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))
    axis.set_xlabel("days from the sample’s own")
    figure.legend(loc="outside lower left", ncols=3)
    return figure
