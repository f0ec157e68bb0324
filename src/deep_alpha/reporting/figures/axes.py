"""What several figures share: date axes, labels at the ends of lines, growth scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import MONTHLY, AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from deep_alpha.reporting.figures.look import Look
from deep_alpha.reporting.formats import percent
from deep_alpha.reporting.palette import Hue

_DECADES = 10.0 ** np.arange(-3, 7)
# From coarse to fine; the one that puts about five ticks on the axis is taken.
_TICKS = (
    _DECADES,
    np.outer(_DECADES, [1.0, 3.0]).ravel(),
    np.outer(_DECADES, [1.0, 2.0, 5.0]).ravel(),
    np.outer(_DECADES, [1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0]).ravel(),
    np.linspace(0.2, 4.0, 20).round(1),
    np.linspace(0.1, 2.0, 20).round(1),
    np.linspace(0.5, 1.5, 21).round(2),
    np.linspace(0.8, 1.2, 21).round(2),
)
_GOOD_NUMBER = 5
_LINE_OF_TEXT = 0.165  # inches


def date_number(date: pd.Timestamp) -> float:
    """A date as matplotlib counts it, in days."""
    return float(date2num(date.to_pydatetime()))  # type: ignore[no-untyped-call]


def date_axis(axis: Axes, look: Look, most: int | None = None) -> None:
    """Few ticks and short dates.

    Args:
        axis: The axis.
        look: Theme and width.
        most: Greatest number of ticks; by default as many as the look has room for.
    """
    most = most or (8 if look.narrow else 12)
    locator = AutoDateLocator(minticks=min(3, most), maxticks=most)  # type: ignore[no-untyped-call]
    # for a span of two years, say, with room for three ticks: one a year
    locator.intervald[MONTHLY] = [1, 2, 3, 4, 6, 12]
    axis.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
    axis.xaxis.set_major_formatter(formatter)


def window_breaks(axis: Axes, starts: Sequence[pd.Timestamp], look: Look) -> None:
    """Thin lines where one test window ends and the next one begins."""
    low, high = axis.get_xlim()
    for start in starts:
        position = date_number(start)
        if low < position < high:
            axis.axvline(position, color=look.theme.line, linewidth=0.9, zorder=0.5)


def zero_line(axis: Axes, look: Look, level: float = 0.0) -> None:
    """The level of no effect, stronger than the grid."""
    axis.axhline(level, color=look.theme.muted, linewidth=0.8, zorder=1)


def percent_axis(axis: Axes) -> None:
    """Ticks as percent, with decimals only where they are needed."""
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent_tick(value)))


def percent_tick(value: float) -> str:
    """A share as short percent: ``−20 %``, ``2.5 %``, ``0.25 %``."""
    places = (place for place in (0, 1) if np.isclose(100 * value, round(100 * value, place)))
    return percent(value, next(places, 2))


def cumulative_lines(
    axis: Axes, series: pd.DataFrame, hues: Mapping[str, Hue], look: Look, width: float = 1.5
) -> list[tuple[float, str, str]]:
    """One line a column: the sum of its values so far; unknown days are left out.

    Args:
        axis: Where to draw.
        series: Values by date, one column a line.
        hues: Each line's colour and dash.
        look: Theme and width.
        width: Of the lines, in points.

    Returns:
        Last value, name and colour of each line that was drawn, for :func:`end_labels`.
    """
    ends = []
    for name in series.columns:
        total = series[name].dropna().cumsum()
        if total.empty:
            continue
        colour = look.colour(hues[name])
        axis.plot(
            total.index.to_numpy(), total.to_numpy(), color=colour, linestyle=hues[name].dash,
            linewidth=width,
        )  # fmt: skip
        ends.append((float(total.iloc[-1]), str(name), colour))
    return ends


def growth_scale(axis: Axes, low: float, high: float) -> None:
    """A logarithmic axis whose ticks read as multiples of the start.

    Args:
        axis: The axis.
        low: Lowest value that must be seen, at most 1.
        high: Highest value that must be seen, at least 1.
    """
    room = 0.06 * np.log(high / low) + 0.02
    axis.set_yscale("log")
    axis.set_ylim(low * np.exp(-room), high * np.exp(room))
    ticks = min(_TICKS, key=lambda ticks: abs(_inside(ticks, low, high).size - _GOOD_NUMBER))
    axis.yaxis.set_major_locator(FixedLocator(_inside(ticks, low, high).tolist()))
    axis.yaxis.set_minor_locator(NullLocator())
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))


def _inside(ticks: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    return ticks[(ticks >= low) & (ticks <= high)]


def end_labels(axis: Axes, ends: Sequence[tuple[float, str, str]]) -> None:
    """Name each line at its right end; names that would overlap are moved apart.

    Args:
        axis: The axis, its limits final.
        ends: Last value, name and colour of each line.
    """
    if not ends:
        return
    transform = axis.transScale + axis.transLimits
    heights = [float(transform.transform((0, value))[1]) for value, _, _ in ends]
    figure = axis.get_figure(root=True)
    inches = axis.get_position().height * (figure.get_figheight() if figure else 1.0)
    gap = _LINE_OF_TEXT / inches
    order = np.argsort(heights, kind="stable")
    heights = [min(max(height, 0.0), 1.0) for height in heights]
    for index, height in zip(order, _apart(np.sort(heights), gap), strict=True):
        _, name, colour = ends[index]
        axis.annotate(
            name, (1.0, heights[index]), xytext=(1.03, height),
            xycoords="axes fraction", textcoords="axes fraction",
            color=colour, fontsize=8.5, va="center", annotation_clip=False,
            arrowprops={
                "arrowstyle": "-", "color": colour, "linewidth": 0.6, "alpha": 0.6,
                "shrinkA": 0, "shrinkB": 0, "relpos": (0, 0.5),
            },
        )  # fmt: skip


def room_for_labels(count: int, height: float) -> float:
    """A frame's height in inches: as wanted, or more where its lines are many.

    Args:
        count: Number of lines that are named at their right ends.
        height: The height for few lines.
    """
    return max(height, _LINE_OF_TEXT * count + 0.9)


def _apart(heights: NDArray[np.float64], gap: float) -> NDArray[np.float64]:
    """The ascending heights nearest to the given ones that keep a gap, within 0 and 1.

    Less the gaps below it, each height only has to be no lower than the one before: an
    isotonic regression, whose bounded solution is the free one cut at the bounds.
    """
    steps = np.arange(len(heights)) * gap
    free = isotonic_regression(heights - steps).x
    return np.asarray(np.clip(free, 0.0, max(1.0 - steps[-1], 0.0)) + steps)
