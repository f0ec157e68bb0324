"""Accounts and their benchmark: the portfolio, its yardsticks, and what lies between."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

from deep_alpha.reporting.figures.axes import (
    date_axis,
    end_labels,
    growth_scale,
    percent_axis,
    room_for_labels,
    zero_line,
)
from deep_alpha.reporting.figures.frames import small_title
from deep_alpha.reporting.figures.look import Look, headline, sheet
from deep_alpha.reporting.formats import percent, significant
from deep_alpha.reporting.palette import Dash, Hue

_WORDS = {"equal_benchmark": "benchmark, equal", "universe": "universe, equal"}
_DASHES: tuple[Dash, ...] = ("-", (0, (5, 2)), (0, (1.5, 1.5)))


def drawdown_of_value(value: pd.Series) -> pd.Series:
    """Loss from the highest value so far, 1 at the start included: 0 or negative."""
    return value / value.cummax().clip(lower=1.0) - 1


def portfolio_and_benchmark(curves: pd.DataFrame, name: str, hue: Hue, look: Look) -> Figure:
    """Value of 1 in both, the compounded excess, and the excess's drawdown.

    Args:
        curves: By date: portfolio, benchmark, excess, and further yardsticks in their
            order; value of 1.
        name: The signal.
        hue: Its colour.
        look: Theme and width.
    """
    figure = sheet(look, 5.0, 3, 1, sharex=True, height_ratios=(5, 3, 2))
    upper, middle, lower = figure.axes
    headline(upper, f"{name}: portfolio and benchmark", look)
    ends, seen = [], [1.0]
    further = [
        str(column) for column in curves if column not in ("portfolio", "benchmark", "excess")
    ]
    dashes = dict(zip(["benchmark", *further], cycle(_DASHES), strict=False))
    for column in [*further, "benchmark", "portfolio"]:
        line = curves[column].dropna()
        if line.empty:
            continue
        colour = look.theme.muted if column in dashes else look.colour(hue)
        seen += [float(line.min()), float(line.max())]
        upper.plot(
            line.index.to_numpy(), line.to_numpy(), color=colour,
            linestyle=dashes.get(column, "-"), linewidth=1.1 if column in further else None,
        )  # fmt: skip
        last = float(line.iloc[-1])
        ends.append((last, f"{_WORDS.get(column, column)} {significant(last)}×", colour))
    growth_scale(upper, min(seen), max(seen))
    zero_line(upper, look, 1.0)
    excess, ink = curves["excess"].dropna(), look.theme.ink
    days = excess.index.to_numpy()
    middle.plot(days, excess.to_numpy() - 1, color=ink)
    zero_line(middle, look)
    percent_axis(middle)
    small_title(middle, "excess, compounded", ink)
    loss = drawdown_of_value(excess)
    lower.fill_between(days, 0, loss.to_numpy(), color=ink, alpha=0.22, linewidth=0)
    lower.plot(days, loss.to_numpy(), color=ink, linewidth=0.9)
    percent_axis(lower)
    small_title(lower, f"drawdown of the excess, largest {percent(loss.min())}", ink)
    lower.margins(x=0.0)
    date_axis(lower, look)
    end_labels(upper, ends)
    return figure


def all_excess(curves: Mapping[str, pd.DataFrame], hues: Mapping[str, Hue], look: Look) -> Figure:
    """The compounded excess of every signal's enhanced portfolio.

    Args:
        curves: By signal: date × (excess, …), value of 1.
        hues: Each signal's colour.
        look: Theme and width.
    """
    figure = sheet(look, room_for_labels(len(curves), 3.8))
    (axis,) = figure.axes
    headline(axis, "Excess over the benchmark, compounded", look)
    ends = []
    for name, table in curves.items():
        line = table["excess"].dropna() - 1
        if line.empty:
            continue
        hue = hues[name]
        colour = look.colour(hue)
        axis.plot(line.index.to_numpy(), line.to_numpy(), color=colour, linestyle=hue.dash)
        last = float(line.iloc[-1])
        ends.append((last, f"{name} {percent(last, signed=True)}", colour))
    zero_line(axis, look)
    axis.margins(x=0.0)
    percent_axis(axis)
    date_axis(axis, look)
    end_labels(axis, ends)
    return figure


def names_held(holdings: pd.DataFrame, hues: Mapping[str, Hue], look: Look) -> Figure:
    """Number of names that each enhanced portfolio holds after each decision.

    Args:
        holdings: Date of decision × signal.
        hues: Each signal's colour.
        look: Theme and width.
    """
    figure = sheet(look, room_for_labels(holdings.shape[1], 2.8))
    (axis,) = figure.axes
    headline(axis, "Names held", look)
    ends = []
    for name in holdings.columns:
        line = holdings[name].dropna()
        if line.empty:
            continue
        hue = hues[str(name)]
        colour = look.colour(hue)
        axis.plot(
            line.index.to_numpy(), line.to_numpy(), color=colour, linestyle=hue.dash, linewidth=1.3
        )
        ends.append((float(line.iloc[-1]), str(name), colour))
    axis.set_ylim(bottom=0)
    axis.margins(x=0.0)
    axis.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    date_axis(axis, look)
    end_labels(axis, ends)
    return figure
