"""Rank correlations of all features in canonical order, and of those that dropout keeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deep_alpha.reporting.figures.frames import frames, small_title
from deep_alpha.reporting.figures.heat import sign_shades
from deep_alpha.reporting.figures.look import Look
from deep_alpha.reporting.formats import count

# Room for the marks outside the map, in shares of its size.
_MARGIN = 0.03


def feature_map(correlation: pd.DataFrame, features: pd.DataFrame, look: Look) -> Figure:
    """All features on the left, marked at the edge where kept, and the kept ones on the right.

    Args:
        correlation: Feature × feature in canonical order, NaN for constants.
        features: In the same order: operator, kept and constant.
        look: Theme and width.
    """
    kept = features["kept"].to_numpy(dtype=np.bool_)
    values = correlation.to_numpy(dtype=np.float64)
    operators = features["operator"].to_numpy(dtype=object)
    figure, (whole, chosen) = frames(look, 2, 4.3, across=2)
    small_title(whole, f"all {count(len(kept))} features; kept ones at the edge", look.theme.ink)
    _map(whole, values, operators, look)
    places = np.flatnonzero(kept)
    outside = -0.5 - _MARGIN * len(kept) / 2
    for across, down, mark in ((places, outside, "|"), (outside, places, "_")):
        whole.plot(
            *np.broadcast_arrays(across, down), marker=mark, linestyle="", markersize=2.6,
            color=look.theme.ink,
        )  # fmt: skip
    small_title(chosen, f"the {count(len(places))} that are kept", look.theme.ink)
    _map(chosen, values[np.ix_(places, places)], operators[places], look)
    return figure


def _map(
    axis: Axes, values: NDArray[np.float64], operators: NDArray[np.object_], look: Look
) -> None:
    size = len(values)
    axis.imshow(
        np.ma.masked_invalid(values), cmap=sign_shades(look), vmin=-1, vmax=1, aspect="auto",
        interpolation="nearest",
    )  # fmt: skip
    begins = [0, *(np.flatnonzero(operators[1:] != operators[:-1]) + 1).tolist()]
    ends = [*begins[1:], size]
    edges = [edge - 0.5 for edge in begins[1:]]
    for lines in (axis.hlines, axis.vlines):
        lines(edges, -0.5, size - 0.5, color=look.theme.muted, linewidth=0.5)
    middles = [(begin + end - 1) / 2 for begin, end in zip(begins, ends, strict=True)]
    names = [str(operators[begin]) for begin in begins]
    axis.set_yticks(middles, names, fontsize=7)
    axis.set_xticks(middles, names, fontsize=7, rotation=90)
    axis.set_xlim(-0.5 - _MARGIN * size, size - 0.5)
    axis.set_ylim(size - 0.5, -0.5 - _MARGIN * size)
    axis.grid(visible=False)
    axis.spines["bottom"].set_visible(False)
    axis.tick_params(length=0)


def square(correlation: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The frame of rank correlations, in the order of some names.

    Args:
        correlation: A column ``name`` and one column a feature.
        names: Features, in the order to show.
    """
    return correlation.set_index("name").reindex(index=list(names), columns=list(names))
