"""What a signal looks like: its distribution, and the returns that followed it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from deep_alpha.reporting.figures.axes import zero_line
from deep_alpha.reporting.figures.look import Look, headline, sheet
from deep_alpha.reporting.palette import Hue

BINS = 20


def score_distribution(scores: pd.Series, name: str, hue: Hue, look: Look) -> Figure:
    """Histogram of a model's scores on the test dates; the outer 0.1 % are not shown."""
    values = scores.dropna().to_numpy(dtype=np.float64)
    low, high = np.quantile(values, [0.001, 0.999])
    figure = sheet(look, 3.3)
    (axis,) = figure.axes
    headline(axis, f"{name}: scores", look)
    axis.hist(values, bins=60, range=(low, high), color=look.colour(hue), alpha=0.6, linewidth=0)
    axis.axvline(float(np.median(values)), color=look.colour(hue), linewidth=1.6, label="median")
    axis.set_xlabel("score")
    axis.set_ylabel("rows of the sample")
    figure.legend(loc="outside lower right")
    return figure


def binned_means(rows: pd.DataFrame, bins: int = BINS) -> pd.DataFrame:
    """Mean forward return by quantile bin of the score.

    Args:
        rows: Columns score and forward_return.
        bins: Number of bins of equal size; fewer where scores tie.

    Returns:
        One row a bin: mean score, mean forward_return and its standard error.
    """
    groups = pd.qcut(rows["score"].rank(method="first"), min(bins, len(rows)), labels=False)
    returns = rows["forward_return"].groupby(groups)
    return pd.DataFrame(
        {
            "score": rows["score"].groupby(groups).mean(),
            "forward_return": returns.mean(),
            "error": returns.std() / np.sqrt(returns.count()),
        }
    )


def score_against_return(rows: pd.DataFrame, name: str, hue: Hue, look: Look) -> Figure:
    """Density of forward return over score, with the mean return of twenty score bins.

    The frame is cut at the 0.5 and 99.5 % quantiles of both; the means are of all rows.

    Args:
        rows: Columns score and forward_return, a sample of test rows.
        name: The model.
        hue: Its colour.
        look: Theme and width.
    """
    known = rows[["score", "forward_return"]].dropna()
    colour = look.colour(hue)
    edges = [np.quantile(known[column], [0.005, 0.995]) for column in known.columns]
    left, right, low, high = (float(edge) for pair in edges for edge in pair)
    figure = sheet(look, 3.3)
    (axis,) = figure.axes
    headline(axis, f"{name}: forward return by score", look)
    if right > left and high > low:
        shown = known[known["score"].between(left, right)]
        axis.hexbin(
            shown["score"].to_numpy(), shown["forward_return"].to_numpy(), gridsize=(34, 20),
            extent=(left, right, low, high), mincnt=1, bins="log", linewidths=0.2,
            cmap=LinearSegmentedColormap.from_list("density", [look.theme.card, colour]),
            alpha=0.55,
        )  # fmt: skip
        axis.set_xlim(left, right)
        axis.set_ylim(low, high)
    means = binned_means(known)
    axis.errorbar(
        means["score"].to_numpy(), means["forward_return"].to_numpy(),
        yerr=2 * means["error"].to_numpy(), color=look.theme.ink, fmt="o", markersize=3.6,
        elinewidth=0.9, label="mean of a twentieth, ± 2 s.e.",
    )  # fmt: skip
    zero_line(axis, look)
    axis.set_xlabel("score")
    axis.xaxis.set_major_locator(MaxNLocator(nbins=5))
    axis.set_ylabel("forward return")
    axis.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    figure.legend(loc="outside lower right")
    return figure
