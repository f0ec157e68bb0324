"""Returns of the style, country and industry factors through time."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from deep_alpha.reporting.figures.axes import (
    cumulative_lines,
    date_axis,
    end_labels,
    percent_axis,
    zero_line,
)
from deep_alpha.reporting.figures.frames import small_title
from deep_alpha.reporting.figures.look import Look, blend, headline, sheet
from deep_alpha.reporting.formats import decimal, percent
from deep_alpha.reporting.industry_names import in_english
from deep_alpha.reporting.palette import INK, Hue, hues_in_order

NAMED = 3
_MARKET = Hue("#cf4f00", "#ff8f5a")


def cumulative_styles(returns: pd.DataFrame, hues: Mapping[str, Hue], look: Look) -> Figure:
    """Sum of each style's daily returns, with its last value at the line's end.

    Args:
        returns: Date × style, decimals of a day.
        hues: Each style's colour.
        look: Theme and width.
    """
    figure = sheet(look, 3.8 if look.narrow else 4.4)
    (axis,) = figure.axes
    headline(axis, "Style factors, sum of daily returns", look)
    ends = cumulative_lines(axis, returns, hues, look)
    zero_line(axis, look)
    axis.margins(x=0.0)
    percent_axis(axis)
    date_axis(axis, look)
    end_labels(axis, [(last, f"{name} {percent(last)}", tone) for last, name, tone in ends])
    return figure


def each_style(returns: pd.DataFrame, hues: Mapping[str, Hue], look: Look) -> Figure:
    """The same sums, a frame a style on one scale, the other styles pale behind it.

    Args:
        returns: Date × style, decimals of a day.
        hues: Each style's colour.
        look: Theme and width.
    """
    count = returns.shape[1]
    columns = min(count, 2 if look.narrow else 5 if count > 6 else 3)
    rows = -(-count // columns)
    figure = sheet(look, 1.45 * rows + 0.2, rows, columns, sharex=True, sharey=True)
    sums = {name: returns[name].dropna().cumsum() for name in returns.columns}
    for axis, name in zip(figure.axes, returns.columns, strict=False):
        for other in sums.values():
            axis.plot(
                other.index.to_numpy(), other.to_numpy(), color=look.theme.line, linewidth=0.7
            )
        own, colour = sums[name], look.colour(hues[name])
        axis.plot(own.index.to_numpy(), own.to_numpy(), color=colour, linewidth=1.6)
        zero_line(axis, look)
        small_title(axis, f"{name} {percent(own.iloc[-1])}", colour)
        axis.margins(x=0.0)
        axis.grid(visible=False)
        percent_axis(axis)
        date_axis(axis, look, most=4)
        axis.tick_params(labelsize=7.5)
    for axis in figure.axes[count:]:
        axis.set_visible(False)
    for axis in figure.axes[max(count - columns, 0) : count]:
        axis.tick_params(axis="x", labelbottom=True)
    return figure


def country_and_market(
    country: pd.Series, market: pd.Series, correlation: float, look: Look
) -> Figure:
    """Sums of the country factor and the cap-weighted market, and of their difference.

    Args:
        country: Daily returns of the country factor.
        market: Daily excess returns of the cap-weighted market.
        correlation: Of the two, for the title.
        look: Theme and width.
    """
    both = pd.DataFrame({"country": country, "market": market}).dropna()
    figure = sheet(look, 3.9, 2, 1, sharex=True, height_ratios=(3, 2))
    upper, lower = figure.axes
    headline(upper, f"Country and market: correlation {decimal(correlation, 4)}", look)
    ends = cumulative_lines(upper, both, {"country": INK, "market": _MARKET}, look)
    zero_line(upper, look)
    percent_axis(upper)
    colour = look.theme.muted
    gap = (both["country"] - both["market"]).cumsum()
    lower.fill_between(gap.index, 0, gap.to_numpy(), color=colour, alpha=0.2, linewidth=0)
    lower.plot(gap.index.to_numpy(), gap.to_numpy(), color=colour)
    zero_line(lower, look)
    percent_axis(lower)
    small_title(lower, "country − market", colour)
    lower.margins(x=0.0)
    date_axis(lower, look)
    end_labels(upper, ends)
    return figure


def extreme_industries(returns: pd.DataFrame) -> list[str]:
    """The industries that earned most and least in sum, highest first; all if they are few."""
    totals = returns.sum(min_count=1).dropna().sort_values(ascending=False)
    names = [str(name) for name in totals.index]
    return names if len(names) <= 2 * NAMED else [*names[:NAMED], *names[-NAMED:]]


def industry_lines(returns: pd.DataFrame, look: Look) -> Figure:
    """Sums of all industries' returns; the extremes in colour and named.

    Args:
        returns: Date × industry, decimals of a day.
        look: Theme and width.
    """
    named = extreme_industries(returns)
    figure = sheet(look, 3.6 if look.narrow else 4.0)
    (axis,) = figure.axes
    headline(axis, "Industry factors, sum of daily returns", look)
    pale = blend(look.theme.muted, look.theme.card, 0.35)
    others = returns.drop(columns=named)
    cumulative_lines(axis, others, dict.fromkeys(others.columns, Hue(pale, pale)), look, 0.7)
    ends = cumulative_lines(axis, returns[named], hues_in_order(named), look)
    zero_line(axis, look)
    axis.margins(x=0.0)
    percent_axis(axis)
    date_axis(axis, look)
    room = 16 if look.narrow else 30
    labels = [
        (last, f"{_cut(in_english(name), room)} {percent(last)}", tone) for last, name, tone in ends
    ]
    end_labels(axis, labels)
    return figure


def _cut(name: str, room: int) -> str:
    """A name in at most ``room`` letters."""
    return name if len(name) <= room else name[: room - 1].rstrip() + "…"
