"""Each factor's own IC, by group."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from deep_alpha.reporting.figures.look import Look, sheet
from deep_alpha.reporting.palette import Hue

GROUP_WORDS = {
    "MH": "Momentum and herding",
    "VD": "Volume–price divergence",
    "BR": "Bottom reversal",
}
GROUP_HUES: Mapping[str, Hue] = {
    "MH": Hue("#0068ad", "#56b4f2"),
    "VD": Hue("#00866a", "#3ecfa3"),
    "BR": Hue("#a87400", "#eebf4d"),
}
_OTHER = Hue("#5d6570", "#9ba4b0")
_PREFIX = "alpha_"


def factor_ic(factors: pd.DataFrame, look: Look) -> Figure:
    """Bars of each factor's own IC before the first test, dots of its IC on the tests.

    Args:
        factors: Columns name, group, ic, test_ic, one row a factor.
        look: Theme and width; groups stand side by side where there is room.
    """
    groups = list(dict.fromkeys(factors["group"].astype(str)))
    sizes = [int((factors["group"] == group).sum()) for group in groups]
    row = 0.2
    if look.narrow:
        height = row * sum(sizes) + 0.75 * len(groups)
        figure = sheet(look, height, len(groups), 1, sharex=True, height_ratios=sizes)
    else:
        figure = sheet(look, row * max(sizes) + 1.0, 1, len(groups), sharex=True)
    for axis, group in zip(figure.axes, groups, strict=True):
        rows = factors[factors["group"] == group].sort_values("ic", na_position="first")
        colour = look.colour(GROUP_HUES.get(group, _OTHER))
        places = np.arange(len(rows)) + (0 if look.narrow else max(sizes) - len(rows))
        axis.barh(places, rows["ic"].fillna(0.0).to_numpy(), color=colour, alpha=0.8, height=0.66)
        axis.plot(
            rows["test_ic"].to_numpy(), places, "o", color=look.theme.ink, markersize=3, zorder=3
        )
        axis.set_yticks(places, [_short(name) for name in rows["name"]], fontsize=7.5)
        axis.set_ylim(-0.7, (len(rows) if look.narrow else max(sizes)) - 0.3)
        axis.grid(visible=False, axis="y")
        axis.grid(visible=True, axis="x")
        axis.axvline(0, color=look.theme.muted, linewidth=0.8)
        axis.tick_params(axis="x", labelbottom=True)
        axis.set_title(
            GROUP_WORDS.get(group, group), loc="center", x=0, fontweight="bold", pad=8
        )  # fmt: skip
    figure.legend(handles=_legend(look), loc="outside lower right", ncols=2)
    return figure


def _legend(look: Look) -> list[Artist]:
    return [
        Patch(facecolor=look.theme.muted, label="rank IC before the first test"),
        Line2D([], [], color=look.theme.ink, marker="o", linestyle="", markersize=3.5,
               label="on the tests"),
    ]  # fmt: skip


def _short(name: str) -> str:
    return str(name).removeprefix(_PREFIX)
