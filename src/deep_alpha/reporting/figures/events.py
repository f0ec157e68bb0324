"""Where a score picks its names up, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from deep_alpha.reporting.figures.axes import end_labels, percent_axis, room_for_labels, zero_line
from deep_alpha.reporting.figures.look import Look, headline, sheet
from deep_alpha.reporting.palette import Hue

_Ends = list[tuple[float, str, str]]


def event_paths(events: pd.DataFrame, hues: Mapping[str, Hue], look: Look) -> Figure:
    """Mean paths of the top and of the bottom quantile before and after the formation.

    What lies before is often many times larger than what follows, so the two sides have
    scales of their own.

    Args:
        events: Columns signal, day, top, bottom, relative to the universe.
        hues: Each signal's colour.
        look: Theme and width.
    """
    height = 2 * room_for_labels(events["signal"].nunique(), 2.8)
    figure = sheet(look, height, 2, 2, sharex="col", sharey="col", width_ratios=(2, 3))
    labels: list[tuple[Axes, _Ends]] = []
    for row, side in enumerate(("top", "bottom")):
        before, after = figure.axes[2 * row : 2 * row + 2]
        headline(before, f"{side.capitalize()}, before", look)
        headline(after, f"{side.capitalize()} quantile, after", look)
        _paths(before, events[events["day"] <= 0], side, hues, look)
        labels.append((after, _paths(after, events[events["day"] >= 0], side, hues, look)))
    for axis in figure.axes[2:]:
        axis.set_xlabel("market days")
    for axis, ends in labels:
        end_labels(axis, ends)
    return figure


def _paths(
    axis: Axes, events: pd.DataFrame, side: str, hues: Mapping[str, Hue], look: Look
) -> _Ends:
    ends = []
    for name, rows in events.groupby("signal", sort=False):
        path = rows.dropna(subset=side).sort_values("day")
        if path.empty:
            continue
        hue = hues[str(name)]
        axis.plot(
            path["day"].to_numpy(), path[side].to_numpy(), color=look.colour(hue),
            linestyle=hue.dash,
        )  # fmt: skip
        ends.append((float(path[side].iloc[-1]), str(name), look.colour(hue)))
    zero_line(axis, look)
    axis.margins(x=0.0)
    axis.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))
    percent_axis(axis)
    return ends
