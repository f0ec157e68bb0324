"""What each group of factors moves in all."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from deep_alpha.reporting.figures.bars import signed_bars
from deep_alpha.reporting.figures.factors import GROUP_HUES, GROUP_WORDS
from deep_alpha.reporting.figures.look import Look
from deep_alpha.reporting.formats import percent, plural, significant
from deep_alpha.reporting.palette import INK


def shap_group_bars(groups: pd.DataFrame, name: str, look: Look) -> Figure:
    """A bar a group: the sum of its factors' mean absolute SHAP values, and its share.

    Args:
        groups: ``ShapMap.groups``: group, factors, total.
        name: The model.
        look: Theme and width.
    """
    words = [
        f"{GROUP_WORDS.get(group, str(group).capitalize())}\n{plural(int(count), 'factor')}"
        for group, count in zip(groups["group"], groups["factors"], strict=True)
    ]
    totals = pd.Series(groups["total"].to_numpy(), index=words)
    hues = [GROUP_HUES.get(group, INK) for group in groups["group"]]

    def show(total: float) -> str:
        return f"{significant(total)} ({percent(total / totals.sum(), 0)})"

    figure = signed_bars(
        totals, hues, f"{name}: sums of mean |SHAP value|", show, look, tick="{:g}".format
    )
    # Two lines a name, and the values on the right of the bars.
    figure.set_figheight(figure.get_figheight() + 0.2 * len(groups))
    (axis,) = figure.axes
    axis.set_xlim(0.0, totals.max() * (1.4 if look.narrow else 1.2) or 1.0)
    return figure
