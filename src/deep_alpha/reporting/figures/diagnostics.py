"""All models' diagnostics side by side: scores, daily IC, and the returns that followed.

One model's own figures, larger, are in ``signals`` and ``ic``; here every model has a
frame, so that shapes can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from deep_alpha.reporting.figures.axes import percent_axis, zero_line
from deep_alpha.reporting.figures.frames import frames, small_title
from deep_alpha.reporting.figures.look import Look
from deep_alpha.reporting.figures.signals import binned_means
from deep_alpha.reporting.formats import count, decimal
from deep_alpha.reporting.palette import Hue

Values = NDArray[np.float64]

_HEIGHT = 1.9
_BINS = 40
_OUTER = 0.001


def score_distributions(
    scores: Mapping[str, pd.Series], hues: Mapping[str, Hue], look: Look
) -> Figure:
    """A histogram of each model's scores, less their mean and by their standard deviation.

    In these units all frames share their axes; the outer 0.1 % are not shown, and a score
    that never varies has an empty frame.

    Args:
        scores: Scores on the test dates by model; NaN is no score.
        hues: Each model's colour.
        look: Theme and width.
    """
    counts = {name: int(values.notna().sum()) for name, values in scores.items()}
    units = {name: _in_deviations(values) for name, values in scores.items()}
    figure, axes = frames(look, len(scores), _HEIGHT, sharex=True, sharey=True)
    edges = _common_edges(units)
    for axis, (name, values) in zip(axes, units.items(), strict=True):
        small_title(axis, f"{name}, N = {count(counts[name])}", look.theme.ink)
        _histogram(axis, values, edges, look.colour(hues[name]))
    _label(figure, "score, in standard deviations from its mean", look)
    return figure


def ic_histograms(series: pd.DataFrame, hues: Mapping[str, Hue], look: Look) -> Figure:
    """A histogram of each model's daily rank IC with a line at its mean, on shared axes.

    Args:
        series: Daily rank IC, one column a model; NaN days are left out.
        hues: Each model's colour.
        look: Theme and width.
    """
    known = {str(name): series[name].dropna().to_numpy(dtype=np.float64) for name in series}
    figure, axes = frames(look, len(known), _HEIGHT, sharex=True, sharey=True)
    edges = _common_edges(known)
    for axis, (name, values) in zip(axes, known.items(), strict=True):
        mean = float(values.mean()) if len(values) else float("nan")
        small_title(axis, f"{name}: mean {decimal(mean)}", look.theme.ink)
        axis.axvline(0.0, color=look.theme.muted, linewidth=0.8, zorder=1)
        _histogram(axis, values, edges, look.colour(hues[name]))
        if len(values):
            axis.axvline(mean, color=look.theme.ink, linewidth=1.4)
    _label(figure, "daily rank IC; the line is the mean", look)
    return figure


def returns_by_score(
    rows: Mapping[str, pd.DataFrame], hues: Mapping[str, Hue], look: Look
) -> Figure:
    """Mean forward return by twentieths of each model's score, ± 2 standard errors.

    Args:
        rows: By model, columns score and forward_return, a sample of test rows.
        hues: Each model's colour.
        look: Theme and width.
    """
    figure, axes = frames(look, len(rows), _HEIGHT, sharex=True, sharey=True)
    for axis, (name, sample) in zip(axes, rows.items(), strict=True):
        known = sample[["score", "forward_return"]].dropna()
        small_title(axis, f"{name}, N = {count(len(known))}", look.theme.ink)
        zero_line(axis, look)
        if len(known):
            means = binned_means(known)
            axis.errorbar(
                np.arange(1, len(means) + 1), means["forward_return"].to_numpy(),
                yerr=2 * means["error"].fillna(0.0).to_numpy(), color=look.colour(hues[name]),
                fmt="o", markersize=3, elinewidth=0.9,
            )  # fmt: skip
        percent_axis(axis)
        _small_ticks(axis)
    _label(figure, "twentieth of the score, lowest first; bars are ± 2 standard errors", look)
    return figure


def _in_deviations(scores: pd.Series) -> Values:
    """Distances from the mean in standard deviations, without the outer ones; sorted."""
    known = np.sort(scores.dropna().to_numpy(dtype=np.float64))
    if not len(known) or known[0] == known[-1]:
        return known[:0]
    cut = int(_OUTER * len(known))
    units: Values = (known - known.mean()) / known.std()
    return units[cut : len(units) - cut]


def _common_edges(values: Mapping[str, Values]) -> Values:
    """Bins that all frames share, so that heights can be compared."""
    everyone = np.concatenate(list(values.values()))
    return np.histogram_bin_edges(everyone, bins=_BINS)


def _histogram(axis: Axes, values: Values, edges: Values, colour: str) -> None:
    if len(values):
        share = np.full(len(values), 1 / len(values))
        axis.hist(values, bins=edges.tolist(), weights=share, color=colour, alpha=0.6, linewidth=0)
    percent_axis(axis)
    _small_ticks(axis)


def _small_ticks(axis: Axes) -> None:
    axis.xaxis.set_major_locator(MaxNLocator(nbins=5))
    axis.yaxis.set_major_locator(MaxNLocator(nbins=4))
    axis.tick_params(labelsize=7.5)


def _label(figure: Figure, text: str, look: Look) -> None:
    figure.supxlabel(text, color=look.theme.muted, fontsize=8.5)
