"""How long a score stays right."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deep_alpha.reporting.figures.axes import end_labels, room_for_labels, zero_line
from deep_alpha.reporting.figures.frames import frames
from deep_alpha.reporting.figures.look import Look, headline
from deep_alpha.reporting.palette import Hue


def window_words(first: float, last: float) -> str:
    """A window of days after the entry, such as ``6–10``."""
    return f"{first:.0f}–{last:.0f}" if first < last else f"{last:.0f}"


def ic_decay_lines(decay: pd.DataFrame, hues: Mapping[str, Hue], look: Look) -> Figure:
    """IC with each later window alone, and with all days up to its end.

    Args:
        decay: Columns signal, first_day, last_day, rank_ic, cumulative_ic.
        hues: Each signal's colour.
        look: Theme and width.
    """
    figure, (alone, whole) = frames(
        look, 2, room_for_labels(decay["signal"].nunique(), 3.3), across=2
    )
    windows = decay[["first_day", "last_day"]].drop_duplicates().sort_values("last_day")
    ends = {last: place for place, last in enumerate(windows["last_day"])}
    _lines(alone, decay, "rank_ic", ends, hues, look)
    headline(alone, "Rank IC of later days alone", look)
    alone.set_xticks(
        range(len(windows)),
        [window_words(*window) for window in windows.itertuples(index=False, name=None)],
    )
    alone.set_xlabel("days after the entry")
    labels = _lines(whole, decay, "cumulative_ic", ends, hues, look)
    headline(whole, "Rank IC of all days up to the end", look)
    whole.set_xticks(range(len(windows)), [f"{last:.0f}" for last in windows["last_day"]])
    whole.set_xlabel("last day")
    end_labels(whole, labels)
    return figure


def _lines(
    axis: Axes,
    decay: pd.DataFrame,
    column: str,
    ends: Mapping[float, int],
    hues: Mapping[str, Hue],
    look: Look,
) -> list[tuple[float, str, str]]:
    labels = []
    for name, rows in decay.groupby("signal", sort=False):
        known = rows.dropna(subset=column).sort_values("last_day")
        if known.empty:
            continue
        hue = hues[str(name)]
        places = np.array([ends[last] for last in known["last_day"]])
        axis.plot(
            places, known[column].to_numpy(), color=look.colour(hue), linestyle=hue.dash,
            marker="o", markersize=3,
        )  # fmt: skip
        labels.append((float(known[column].iloc[-1]), str(name), look.colour(hue)))
    zero_line(axis, look)
    axis.margins(x=0.03)
    return labels
