"""Counterpart of paper 001's Figure 4-8: what the recurrent layer of each window weighs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from deep_alpha.reporting.figures.look import Look, headline, sheet
from deep_alpha.reporting.formats import decimal
from deep_alpha.reporting.palette import Hue


def branch_weights(weights: pd.DataFrame, name: str, hue: Hue, look: Look) -> Figure:
    """A row a window and a column a feature, the darker the larger the mean weight.

    Args:
        weights: Window × feature in canonical order, mean absolute input weights.
        name: The model.
        hue: Its colour.
        look: Theme and width.
    """
    figure = sheet(look, 0.5 * len(weights) + 1.2)
    (axis,) = figure.axes
    headline(axis, f"{name}: mean |input weight| by feature", look)
    shades = LinearSegmentedColormap.from_list("size", [look.theme.card, look.colour(hue)])
    values = weights.to_numpy(dtype=np.float64)
    axis.imshow(
        values, cmap=shades, vmin=0, vmax=float(np.nanmax(values)), aspect="auto",
        interpolation="nearest",
    )  # fmt: skip
    operators = np.array([str(feature).partition("(")[0] for feature in weights.columns])
    begins = [0, *(np.flatnonzero(operators[1:] != operators[:-1]) + 1).tolist()]
    ends = [*begins[1:], len(operators)]
    for edge in begins[1:]:
        axis.axvline(edge - 0.5, color=look.theme.muted, linewidth=0.7)
    middles = [(begin + end - 1) / 2 for begin, end in zip(begins, ends, strict=True)]
    names = [str(operators[begin]) for begin in begins]
    turned = 90 if look.narrow else 30
    axis.set_xticks(
        middles, names, fontsize=7, rotation=turned, ha="right", va="center",
        rotation_mode="anchor",
    )  # fmt: skip
    rows = [
        f"{window} days\nmean {decimal(mean)}"
        for window, mean in zip(weights.index, np.nanmean(values, axis=1), strict=True)
    ]
    axis.set_yticks(range(len(weights)), rows, fontsize=8)
    axis.grid(visible=False)
    axis.spines["bottom"].set_visible(False)
    axis.tick_params(length=0)
    return figure
