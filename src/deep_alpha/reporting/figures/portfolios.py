"""Counterparts of paper 000's Figures 5 to 7: growth and drawdowns of portfolios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from deep_alpha.reporting.figures.axes import (
    date_axis,
    end_labels,
    growth_scale,
    window_breaks,
    zero_line,
)
from deep_alpha.reporting.figures.look import Look, blend, headline, sheet
from deep_alpha.reporting.formats import multiple
from deep_alpha.reporting.palette import Dash, Hue

_FLOOR = 1e-3
_NAIVE_ROOM = 1.5


def growth_of_one(returns: pd.Series) -> pd.Series:
    """Value of 1 invested at the start; a day without a return keeps it.

    The naive series can lose more than everything in a day; it is held at a thousandth so
    that a logarithmic axis can still show it.
    """
    return (1 + returns.fillna(0.0)).clip(lower=_FLOOR).cumprod().clip(lower=_FLOOR)


def drawdown_of(returns: pd.Series) -> pd.Series:
    """Loss from the highest value so far, 1 at the start included: 0 or negative."""
    value = growth_of_one(returns)
    return value / value.cummax().clip(lower=1.0) - 1


def portfolio_growth(
    returns: pd.DataFrame,
    name: str,
    hue: Hue,
    labels: Mapping[str, str],
    starts: Sequence[pd.Timestamp],
    look: Look,
) -> Figure:
    """Growth of the top, bottom, long-short and universe portfolios, naive ones dashed.

    Args:
        returns: Daily returns by date; columns top, bottom, long_short, universe and
            naive_top, naive_bottom, naive_long_short, any of them absent.
        name: The model.
        hue: Its colour, taken for its sides.
        labels: Words for top, bottom, long_short and universe.
        starts: First days of the test windows.
        look: Theme and width.
    """
    colours = _colours(hue, look)
    figure = sheet(look, 3.6)
    (axis,) = figure.axes
    headline(axis, f"{name}: growth of 1, gross", look)
    ends, seen = [], [1.0]
    for column, colour in colours.items():
        for prefix, dash, width in (("naive_", (0, (3, 2)), 1.0), ("", "-", 1.7)):
            if prefix + column not in returns.columns or returns[prefix + column].isna().all():
                continue
            value = growth_of_one(returns[prefix + column])
            if not prefix:
                seen += [float(value.min()), float(value.max())]
            axis.plot(
                value.index.to_numpy(), value.to_numpy(), color=colour, linestyle=dash,
                linewidth=width, alpha=0.75 if prefix else 1.0,
            )  # fmt: skip
            word = labels[column].split(",")[0]
            last = float(value.iloc[-1])
            text = f"{word}, naive {multiple(last, 2)}" if prefix else word
            ends.append((last, text, colour))
    axis.margins(x=0.0)
    # The naive lines multiply every move; they may leave a frame made for the others.
    growth_scale(axis, min(seen) / _NAIVE_ROOM, max(seen) * _NAIVE_ROOM)
    zero_line(axis, look, 1.0)
    date_axis(axis, look)
    window_breaks(axis, starts, look)
    end_labels(axis, ends)
    return figure


def drawdowns(
    returns: pd.DataFrame, name: str, hue: Hue, labels: Mapping[str, str], look: Look
) -> Figure:
    """Drawdowns of the top, long-short and universe portfolios.

    Arguments are those of :func:`portfolio_growth`.
    """
    colours = _colours(hue, look)
    figure = sheet(look, 3.6)
    (axis,) = figure.axes
    headline(axis, f"{name}: drawdown, gross", look)
    for column in ("universe", "top", "long_short"):
        if column not in returns.columns or returns[column].isna().all():
            continue
        loss = drawdown_of(returns[column])
        days = loss.index.to_numpy()
        axis.plot(
            days, loss.to_numpy(), color=colours[column], linewidth=1.3,
            label=labels[column].split(",")[0],
        )  # fmt: skip
        if column == "long_short":
            axis.fill_between(
                days, 0, loss.to_numpy(), color=colours[column], alpha=0.18, linewidth=0
            )
    axis.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axis.margins(x=0.0)
    axis.set_ylim(top=0.0)
    date_axis(axis, look)
    axis.legend(loc="lower left", ncols=3, columnspacing=1.2)
    low = axis.get_ylim()[0]
    axis.set_ylim(bottom=low * 1.18)
    return figure


def all_long_short(
    returns: pd.DataFrame, hues: Mapping[str, Hue], starts: Sequence[pd.Timestamp], look: Look
) -> Figure:
    """Growth of every model's long-short portfolio.

    Args:
        returns: Daily gross returns, one column a model.
        hues: Each model's colour.
        starts: First days of the test windows.
        look: Theme and width.
    """
    figure = sheet(look, 3.6 if look.narrow else 4.0)
    (axis,) = figure.axes
    headline(axis, "Long–short, growth of 1, gross", look)
    ends: list[tuple[float, str, str]] = []
    seen = [1.0]
    for name in returns.columns:
        value = growth_of_one(returns[name])
        seen += [float(value.min()), float(value.max())]
        colour = look.colour(hues[name])
        dash: Dash = hues[name].dash
        axis.plot(value.index.to_numpy(), value.to_numpy(), color=colour, linestyle=dash)
        ends.append((float(value.iloc[-1]), str(name), colour))
    axis.margins(x=0.0)
    growth_scale(axis, min(seen), max(seen))
    zero_line(axis, look, 1.0)
    date_axis(axis, look)
    window_breaks(axis, starts, look)
    end_labels(axis, ends)
    return figure


def _colours(hue: Hue, look: Look) -> dict[str, str]:
    """Two shades of the model's colour for its sides, ink for their difference."""
    return {
        "universe": look.theme.muted,
        "bottom": blend(look.colour(hue), look.theme.card, 0.62),
        "top": look.colour(hue),
        "long_short": look.theme.ink,
    }
