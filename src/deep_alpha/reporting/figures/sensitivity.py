"""What each switch changes: a dot a variant, grouped by axis."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deep_alpha.reporting.figures.dots import dot_rows
from deep_alpha.reporting.figures.look import Look
from deep_alpha.reporting.formats import decimal
from deep_alpha.reporting.palette import Hue


def sensitivity_dots(variants: pd.DataFrame, hue: Hue, look: Look) -> Figure:
    """A dot a variant with its rank IC, full for the base, and its way from the base.

    The frame is that of the values, zero is not in it: differences are what is asked.

    Args:
        variants: Columns axis, variant, base, leaks and rank_ic, the rows of an axis
            together; all values known.
        hue: Colour of the dots; one that selects on the test is muted.
        look: Theme and width.
    """
    names, places = _lay_out(variants)
    figure, axis = dot_rows(names, "Rank IC by variant", look, zero=False)
    for _, own in variants.assign(place=places).groupby("axis", sort=False):
        _draw_axis(axis, own, hue, look)
    headings = set(range(len(names))) - set(places)
    for row, label in enumerate(axis.get_yticklabels()):
        label.set_fontweight("bold" if row in headings else "normal")
    axis.margins(x=0.12)
    return figure


def _draw_axis(axis: Axes, own: pd.DataFrame, hue: Hue, look: Look) -> None:
    """The variants of one axis under a band for its name."""
    muted, first, last = look.theme.muted, int(own["place"].min()), int(own["place"].max())
    axis.axhspan(first - 1.45, first - 0.55, color=look.theme.line, alpha=0.45, linewidth=0)
    base = own.loc[own["base"].astype(bool), "rank_ic"]
    start = float(base.iloc[0]) if len(base) else float("-inf")
    if len(base):
        axis.plot([start, start], [first - 0.4, last + 0.4], color=muted, linewidth=0.8, zorder=1)
        axis.hlines(
            own["place"].to_numpy(), start, own["rank_ic"].to_numpy(), color=muted, linewidth=1.0,
            zorder=1.5,
        )  # fmt: skip
    for variant in own.to_dict("records"):
        value, place = float(variant["rank_ic"]), float(variant["place"])
        tone = muted if variant["leaks"] else look.colour(hue)
        axis.plot(
            value, place, "o", markerfacecolor=tone if variant["base"] else look.theme.card,
            markeredgecolor=tone, markeredgewidth=1.5, markersize=6, zorder=3,
        )  # fmt: skip
        outward = 1 if value >= start else -1
        axis.annotate(
            decimal(value), (value, place), xytext=(7 * outward, 0), textcoords="offset points",
            ha="left" if outward > 0 else "right", va="center", fontsize=8, color=look.theme.ink,
        )  # fmt: skip


def _lay_out(variants: pd.DataFrame) -> tuple[list[str], list[int]]:
    """Names of the rows, each axis's own heading among them, and the variants' places."""
    names: list[str] = []
    places: list[int] = []
    before = None
    for axis, variant in variants[["axis", "variant"]].itertuples(index=False, name=None):
        if axis != before:
            names.append(str(axis))
            before = axis
        places.append(len(names))
        names.append(str(variant))
    return names, places
