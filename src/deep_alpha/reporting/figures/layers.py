"""What the layers of a signal earn against the universe."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from deep_alpha.reporting.figures.axes import percent_axis, zero_line
from deep_alpha.reporting.figures.frames import frames, ordered_colours
from deep_alpha.reporting.figures.look import Look, blend, headline
from deep_alpha.reporting.formats import percent
from deep_alpha.reporting.judged_reading import number_of

_GROUP = 0.8


def layer_bars(tables: Mapping[str, pd.DataFrame], look: Look) -> Figure:
    """Annual excess of each layer, a bar a case of costs, a frame a signal.

    Args:
        tables: By signal: layer × case of costs, lowest scores first; the first case is the
            strongest in colour.
        look: Theme and width.
    """
    single = len(tables) == 1
    figure, axes = frames(look, len(tables), 3.4 if single else 1.7, sharey=True)
    costs = list(dict.fromkeys(str(cost) for table in tables.values() for cost in table))
    strengths = np.linspace(1.0, 0.35, len(costs)) if len(costs) > 1 else np.ones(1)
    width = _GROUP / max(len(costs), 1)
    for axis, (name, table) in zip(axes, tables.items(), strict=True):
        headline(axis, f"{name}: excess of the layers" if single else name, look)
        places = np.arange(len(table))
        tones = ordered_colours(len(table), look)
        for position, (cost, strength) in enumerate(zip(costs, strengths, strict=True)):
            if cost not in table:
                continue
            values = table[cost].to_numpy(dtype=np.float64)
            offset = (position - (len(costs) - 1) / 2) * width
            colours = [blend(tone, look.theme.card, float(strength)) for tone in tones]
            axis.bar(places + offset, np.nan_to_num(values), width=width * 0.94, color=colours)
        if single and len(costs) == 1:
            _values(table[costs[0]], axis, look)
        zero_line(axis, look)
        labels = [number_of(layer) or str(layer) for layer in table.index]
        axis.set_xticks(places, [str(label) for label in labels])
        percent_axis(axis)
        if single:
            axis.set_xlabel("layer, 1 = lowest scores")
    if len(costs) > 1:
        handles = [
            Patch(facecolor=blend(look.theme.muted, look.theme.card, float(strength)), label=cost)
            for cost, strength in zip(costs, strengths, strict=True)
        ]
        columns = 2 if look.narrow else len(costs)
        figure.legend(handles=handles, loc="outside lower left", ncols=columns)
    return figure


def _values(values: pd.Series, axis: Axes, look: Look) -> None:
    for place, value in enumerate(values):
        above = not value < 0
        axis.annotate(
            percent(value, 1, signed=True), (place, np.nan_to_num(value)),
            xytext=(0, 4 if above else -4), textcoords="offset points", ha="center", fontsize=8,
            va="bottom" if above else "top", color=look.theme.ink,
        )  # fmt: skip
    axis.margins(y=0.14)
