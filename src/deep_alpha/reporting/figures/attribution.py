"""An excess return and the parts that it is the sum of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from deep_alpha.reporting.figures.axes import (
    date_axis,
    end_labels,
    percent_axis,
    percent_tick,
    zero_line,
)
from deep_alpha.reporting.figures.frames import room_on_the_right, value_beside
from deep_alpha.reporting.figures.look import Look, headline, sheet, sheet_title
from deep_alpha.reporting.formats import percent
from deep_alpha.reporting.palette import Hue

_ROW = 0.3
SUM = "excess"


def part_words(part: object) -> str:
    """A part's name in words: ``not modelled`` for ``not_modelled``."""
    return str(part).replace("_", " ")


def waterfall(parts: pd.Series, hues: Mapping[str, Hue], name: str, look: Look) -> Figure:
    """Each part begins where the one above ends; the last bar, from zero, is their sum.

    Args:
        parts: Annual contribution by part, in the order to show, all known.
        hues: Each part's colour.
        name: The signal.
        look: Theme and width.
    """
    figure = sheet(look, _ROW * (len(parts) + 1) + 0.9)
    (axis,) = figure.axes
    sheet_title(figure, f"{name}: excess a year, part by part", look)
    ends = parts.cumsum().to_numpy()
    starts = np.concatenate([[0.0], ends[:-1]])
    total = float(parts.sum())
    for row, (start, end, part) in enumerate(zip(starts, ends, parts.index, strict=True)):
        axis.barh(
            row, end - start, left=start, height=0.62, color=look.colour(hues[str(part)]), alpha=0.9
        )
        axis.plot([end, end], [row, row + 1], color=look.theme.muted, linewidth=0.8, zorder=0.5)
        value_beside(axis, percent(end - start, 1, signed=True), max(start, end), row, look)
    axis.barh(len(parts), total, height=0.62, color=look.theme.ink)
    value_beside(axis, percent(total, 1, signed=True), max(total, 0.0), len(parts), look)
    axis.axvline(0.0, color=look.theme.muted, linewidth=0.8)
    axis.set_yticks(range(len(parts) + 1), [*map(part_words, parts.index), SUM], fontsize=8)
    axis.get_yticklabels()[-1].set_fontweight("bold")
    axis.set_ylim(len(parts) + 0.6, -0.6)
    axis.grid(visible=False, axis="y")
    axis.grid(visible=True, axis="x")
    room_on_the_right(axis, 0.16 if look.narrow else 0.08)
    axis.xaxis.set_major_formatter(lambda value, _: percent_tick(value))
    return figure


def stacked_parts(table: pd.DataFrame, hues: Mapping[str, Hue], look: Look) -> Figure:
    """Parts of every signal's excess end to end, positive ones to the right; a mark is the sum.

    Args:
        table: Signal × part, annual contributions; NaN counts as 0.
        hues: Each part's colour.
        look: Theme and width.
    """
    rows = np.arange(len(table))
    legend_rows = -(-(table.shape[1] + 1) // 3)
    figure = sheet(look, _ROW * len(table) + 0.9 + 0.2 * legend_rows)
    (axis,) = figure.axes
    sheet_title(figure, "Excess a year, stacked by part", look)
    reach = {1: np.zeros(len(table)), -1: np.zeros(len(table))}
    handles: list[Patch | Line2D] = []
    for part in table.columns:
        values = np.nan_to_num(table[part].to_numpy(dtype=np.float64))
        colour = look.colour(hues[str(part)])
        for sign in (1, -1):
            own = np.where(values * sign > 0, values, 0.0)
            axis.barh(rows, own, left=reach[sign], height=0.6, color=colour, alpha=0.9)
            reach[sign] = reach[sign] + own
        handles.append(Patch(facecolor=colour, label=part_words(part)))
    totals = table.sum(axis=1).to_numpy()
    axis.plot(
        totals, rows, "D", color=look.theme.ink, markeredgecolor=look.theme.card, markersize=6,
        zorder=3,
    )  # fmt: skip
    for row, total in enumerate(totals):
        value_beside(axis, percent(total, 1, signed=True), reach[1][row], row, look)
    handles.append(
        Line2D([], [], color=look.theme.ink, marker="D", linestyle="", markersize=5, label=SUM)
    )
    axis.axvline(0.0, color=look.theme.muted, linewidth=0.8)
    axis.set_yticks(rows, [str(name) for name in table.index], fontsize=8)
    axis.set_ylim(len(table) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    axis.grid(visible=True, axis="x")
    room_on_the_right(axis, 0.16 if look.narrow else 0.08)
    axis.xaxis.set_major_formatter(lambda value, _: percent_tick(value))
    figure.legend(handles=handles, loc="outside lower left", ncols=3 if look.narrow else 6)
    return figure


def cumulative_parts(
    curves: pd.DataFrame, hues: Mapping[str, Hue], name: str, look: Look
) -> Figure:
    """Sums of the daily contributions of each part so far, and of all of them.

    Args:
        curves: Date × part.
        hues: Each part's colour.
        name: The signal.
        look: Theme and width.
    """
    figure = sheet(look, 3.6 if look.narrow else 4.0)
    (axis,) = figure.axes
    headline(axis, f"{name}: sum of daily excess, by part", look)
    ends = []
    lines = {str(part): (curves[part], look.colour(hues[str(part)]), 1.4) for part in curves}
    lines[SUM] = (curves.sum(axis=1), look.theme.ink, 2.2)
    for part, (line, colour, width) in lines.items():
        seen = line.dropna()
        if seen.empty:
            continue
        axis.plot(seen.index.to_numpy(), seen.to_numpy(), color=colour, linewidth=width)
        last = float(seen.iloc[-1])
        ends.append((last, f"{part_words(part)} {percent(last, signed=True)}", colour))
    zero_line(axis, look)
    axis.margins(x=0.0)
    percent_axis(axis)
    date_axis(axis, look)
    end_labels(axis, ends)
    return figure
