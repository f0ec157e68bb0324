"""Counterparts of paper 000's Figures 2 to 4, and all models in one figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from deep_alpha.reporting.figures.axes import (
    cumulative_lines,
    date_axis,
    end_labels,
    window_breaks,
    zero_line,
)
from deep_alpha.reporting.figures.look import Look, headline, sheet
from deep_alpha.reporting.formats import decimal
from deep_alpha.reporting.palette import Hue

MEAN_DAYS = 60


def daily_ic(
    ic: pd.Series, name: str, hue: Hue, starts: Sequence[pd.Timestamp], look: Look
) -> Figure:
    """Daily rank IC with its 60-day mean, and below it the cumulative IC.

    Args:
        ic: Daily rank IC by date; NaN days are left out.
        name: The model.
        hue: Its colour.
        starts: First days of the test windows.
        look: Theme and width.
    """
    values = ic.dropna()
    days, colour = values.index.to_numpy(), look.colour(hue)
    figure = sheet(look, 3.7, 2, 1, sharex=True, height_ratios=(3, 2))
    upper, lower = figure.axes
    icir = values.mean() / values.std() if len(values) > 1 else float("nan")
    headline(upper, f"{name}: mean IC {decimal(values.mean())}, ICIR {decimal(icir, 2)}", look)
    upper.vlines(days, 0, values.to_numpy(), color=colour, alpha=0.28, linewidth=0.7)
    mean = values.rolling(MEAN_DAYS, min_periods=MEAN_DAYS // 2).mean()
    upper.plot(days, mean.to_numpy(), color=colour, linewidth=1.8)
    zero_line(upper, look)
    upper.set_ylabel("daily rank IC")
    cumulative = values.cumsum().to_numpy()
    lower.fill_between(days, 0, cumulative, color=colour, alpha=0.14, linewidth=0)
    lower.plot(days, cumulative, color=colour)
    zero_line(lower, look)
    lower.set_ylabel("cumulative")
    lower.margins(x=0.01)
    figure.align_ylabels()
    date_axis(lower, look)
    for axis in (upper, lower):
        window_breaks(axis, starts, look)
    return figure


def ic_histogram(ic: pd.Series, name: str, hue: Hue, null_sd: float, look: Look) -> Figure:
    """Histogram of daily rank IC against what a worthless signal would show.

    Args:
        ic: Daily rank IC by date.
        name: The model.
        hue: Its colour.
        null_sd: Standard deviation of a worthless signal's daily IC, 1/√(N−1); NaN leaves
            its band out.
        look: Theme and width.
    """
    values = ic.dropna().to_numpy(dtype=np.float64)
    colour = look.colour(hue)
    figure = sheet(look, 3.7)
    (axis,) = figure.axes
    share = float((values > 0).mean()) if len(values) else float("nan")
    headline(axis, f"{name}: IC > 0 on {decimal(100 * share, 0)} % of days", look)
    bins = int(np.clip(np.sqrt(len(values)) * 1.6, 12, 48))
    if np.isfinite(null_sd) and null_sd > 0:
        axis.axvspan(
            -2 * null_sd, 2 * null_sd, color=look.theme.line, alpha=0.7, linewidth=0, zorder=0,
            label="no information, ± 2 sd",
        )  # fmt: skip
    axis.hist(values, bins=bins, color=colour, alpha=0.6, linewidth=0)
    axis.axvline(values.mean(), color=colour, linewidth=1.8, label="mean")
    axis.axvline(0, color=look.theme.muted, linewidth=0.8)
    axis.set_xlabel("daily rank IC")
    axis.set_ylabel("days")
    figure.legend(loc="outside lower right", ncols=2)
    return figure


def cumulative_ic(
    series: pd.DataFrame, hues: Mapping[str, Hue], starts: Sequence[pd.Timestamp], look: Look
) -> Figure:
    """Cumulative rank IC of all models.

    Args:
        series: Daily rank IC, one column a model.
        hues: Each model's colour.
        starts: First days of the test windows.
        look: Theme and width.
    """
    figure = sheet(look, 3.6 if look.narrow else 4.0)
    (axis,) = figure.axes
    ends = cumulative_lines(axis, series, hues, look)
    zero_line(axis, look)
    headline(axis, "Cumulative daily rank IC", look)
    axis.margins(x=0.0)
    date_axis(axis, look)
    window_breaks(axis, starts, look)
    end_labels(axis, ends)
    return figure
