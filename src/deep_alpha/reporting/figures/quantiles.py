"""What each quantile of a score earned."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from deep_alpha.reporting.figures.axes import percent_axis, zero_line
from deep_alpha.reporting.figures.frames import frames, ordered_colours
from deep_alpha.reporting.figures.look import Look, headline
from deep_alpha.reporting.formats import percent


def quantile_bars(tables: Mapping[str, pd.DataFrame], look: Look) -> Figure:
    """Mean forward return of each quantile with two standard errors, a frame a signal.

    Args:
        tables: By signal: columns quantile, mean, standard_error, lowest scores first.
        look: Theme and width.
    """
    single = len(tables) == 1
    figure, axes = frames(look, len(tables), 3.3 if single else 1.7, sharey=True)
    for axis, (name, table) in zip(axes, tables.items(), strict=True):
        headline(axis, f"{name}: mean return by quantile" if single else name, look)
        places = np.arange(len(table))
        means = table["mean"].to_numpy(dtype=np.float64)
        errors = np.nan_to_num(2 * table["standard_error"].to_numpy(dtype=np.float64))
        axis.bar(places, means, color=ordered_colours(len(table), look), width=0.72)
        axis.errorbar(
            places, means, yerr=errors, fmt="none", ecolor=look.theme.ink, elinewidth=0.9, capsize=2
        )
        zero_line(axis, look)
        axis.set_xticks(places, [f"{quantile:.0f}" for quantile in table["quantile"]])
        percent_axis(axis)
        if single:
            axis.set_xlabel("quantile of the score, 1 = lowest")
            for place, mean, error in zip(places, means, errors, strict=True):
                side = 1 if mean >= 0 else -1
                axis.annotate(
                    percent(mean, 2, signed=True), (place, mean + side * error),
                    xytext=(0, 4 * side), textcoords="offset points", ha="center", fontsize=8,
                    va="bottom" if side > 0 else "top", color=look.theme.ink,
                )  # fmt: skip
            axis.margins(y=0.14)
    return figure
