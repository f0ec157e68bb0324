"""How much of the cross-section the regression explains."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from deep_alpha.reporting.figures.axes import date_axis, zero_line
from deep_alpha.reporting.figures.look import Look, headline, sheet
from deep_alpha.reporting.formats import decimal

MEAN_DAYS = 63
# Mean R² of a day that public replications of CNE5 report (SPEC 2.7).
PUBLIC_R_SQUARED = (0.17, 0.32)


def r_squared_mean(r_squared: pd.Series) -> pd.Series:
    """Mean R² of the last 63 days that have one; unknown before a third of them."""
    return r_squared.rolling(MEAN_DAYS, min_periods=MEAN_DAYS // 3).mean()


def r_squared_through_time(r_squared: pd.Series, look: Look) -> Figure:
    """Daily R² pale, its 63-day mean dark, and the band of public replications.

    Args:
        r_squared: R² of each day's regression by date, unknown days left out.
        look: Theme and width.
    """
    figure = sheet(look, 3.0 if look.narrow else 3.4)
    (axis,) = figure.axes
    headline(axis, f"R² of the daily regressions: mean {decimal(r_squared.mean())}", look)
    colour, days = look.theme.accent, r_squared.index.to_numpy()
    low, high = PUBLIC_R_SQUARED
    axis.axhspan(
        low, high, color=look.theme.line, alpha=0.75, linewidth=0, zorder=0,
        label=f"means of public replications, {low} to {high}",
    )  # fmt: skip
    axis.plot(days, r_squared.to_numpy(), color=colour, alpha=0.32, linewidth=0.7, label="a day")
    mean = r_squared_mean(r_squared)
    axis.plot(days, mean.to_numpy(), color=colour, linewidth=1.9, label=f"{MEAN_DAYS}-day mean")
    zero_line(axis, look)
    axis.set_ylim(min(0.0, float(r_squared.min())), float(np.nanmax([high, r_squared.max()])))
    axis.margins(x=0.0)
    date_axis(axis, look)
    figure.legend(loc="outside lower left", ncols=1 if look.narrow else 3)
    return figure
