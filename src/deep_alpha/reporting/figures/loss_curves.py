"""Errors epoch by epoch, a line a variant: counterparts of paper 001's loss figures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from deep_alpha.reporting.figures.frames import frames, small_title
from deep_alpha.reporting.figures.look import Look
from deep_alpha.reporting.palette import hues_in_order

_PARTS = {"train_error": "train", "valid_error": "validation"}
# An error of the first epochs may be far above the others: a frame shows so many times the
# distance of the median from the lowest.
_SHOWN = 5.0


def loss_curves(
    history: pd.DataFrame, variants: list[str], levels: Mapping[str, float], look: Look
) -> Figure:
    """Train and validation error by epoch in two frames, each on its own scale.

    A variant's line is the median of its fits while at least half of them go on; where it
    has several, each is a thin line. A constant score has the error 1.

    Args:
        history: Columns variant, fold, seed, epoch, train_error and valid_error.
        variants: In the order of the legend.
        levels: Validation error of variants without epochs, such as an ensemble: dashed.
        look: Theme and width.
    """
    hues = hues_in_order(variants)
    figure, axes = frames(look, 2, 2.5, across=2)
    for axis, (column, words) in zip(axes, _PARTS.items(), strict=True):
        small_title(axis, f"{words} error ÷ variance", look.theme.ink)
        axis.axhline(1.0, color=look.theme.muted, linewidth=0.8, zorder=1)
        for variant in variants:
            own = history[history["variant"] == variant]
            _lines(axis, own, column, look.colour(hues[variant]))
        axis.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        axis.set_xlabel("epoch")
        own_levels = levels if column == "valid_error" else {}
        for variant, level in own_levels.items():
            axis.axhline(level, color=look.colour(hues[variant]), linewidth=1.3, linestyle="--")
        axis.set_ylim(*_limits(history[column], own_levels))
    handles = [
        Line2D([], [], color=look.colour(hues[variant]), label=variant,
               linestyle="--" if variant in levels else "-")
        for variant in variants
    ]  # fmt: skip
    figure.legend(
        handles=handles, loc="outside lower left", ncols=2 if look.narrow else 5,
        columnspacing=1.4,
    )  # fmt: skip
    return figure


def _lines(axis: Axes, own: pd.DataFrame, column: str, colour: str) -> None:
    runs = [run.sort_values("epoch") for _, run in own.groupby(["fold", "seed"], sort=True)]
    if len(runs) > 1:
        for run in runs:
            axis.plot(
                run["epoch"].to_numpy(), run[column].to_numpy(), color=colour, alpha=0.3,
                linewidth=0.7,
            )  # fmt: skip
    by_epoch = own.groupby("epoch")[column]
    median = by_epoch.median()[by_epoch.count() >= max(len(runs) / 2, 1)]
    axis.plot(median.index.to_numpy(), median.to_numpy(), color=colour, linewidth=1.6)


def _limits(errors: pd.Series, levels: Mapping[str, float]) -> tuple[float, float]:
    """From the lowest value to the highest, 1 included; the first epochs' may lie outside."""
    values = errors.to_numpy(dtype=np.float64)
    known = np.append(values[np.isfinite(values)], [1.0, *levels.values()])
    low, middle = float(known.min()), float(np.median(known))
    high = max(min(float(known.max()), low + _SHOWN * (middle - low)), 1.0)
    room = 0.06 * max(high - low, 1e-4)
    return low - room, high + room
