"""Counterpart of paper 001's Figure 3-5: features before and after the batch norm."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from deep_alpha.reporting.figures.frames import frames, small_title
from deep_alpha.reporting.figures.look import Look
from deep_alpha.reporting.formats import scientific
from deep_alpha.reporting.palette import Hue


def norm_histograms(norms: pd.DataFrame, hues: dict[str, Hue], look: Look) -> Figure:
    """A row of frames an operator, before on the left, with the range in each title.

    Args:
        norms: Columns operator, stage, low, high and share, a row a bin.
        hues: Each operator's colour.
        look: Theme and width.
    """
    groups = list(norms.groupby(["operator", "stage"], sort=False))
    # Of a narrow look's two columns, too: before on the left.
    figure, axes = frames(look, len(groups), 1.9, across=4)
    for axis, ((operator, stage), own) in zip(axes, groups, strict=True):
        low, high = float(own["low"].min()), float(own["high"].max())
        small_title(axis, f"{operator} {stage}:\n{scientific(low)} … {scientific(high)}",
                    look.theme.ink)  # fmt: skip
        axis.bar(
            own["low"].to_numpy(), own["share"].to_numpy(),
            width=(own["high"] - own["low"]).to_numpy(), align="edge", alpha=0.7,
            color=look.colour(hues[str(operator)]), linewidth=0,
        )  # fmt: skip
        axis.set_xlim(low, high)
        axis.xaxis.set_major_locator(MaxNLocator(nbins=3))
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: scientific(value)))
        axis.set_yticks([])
        axis.tick_params(labelsize=7.5)
        axis.set_ylim(bottom=0)
    return figure


def ranges(norms: pd.DataFrame) -> dict[tuple[str, str], tuple[float, float]]:
    """Lowest and highest end of the bins, by operator and stage."""
    return {
        (str(operator), str(stage)): (float(own["low"].min()), float(own["high"].max()))
        for (operator, stage), own in norms.groupby(["operator", "stage"], sort=False)
        if np.isfinite(own[["low", "high"]].to_numpy()).all()
    }
