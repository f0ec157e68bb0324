"""Lines of things that have an order: quantiles, layers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from deep_alpha.reporting.figures.axes import date_axis, end_labels, growth_scale, zero_line
from deep_alpha.reporting.figures.frames import frames, ordered_colours
from deep_alpha.reporting.figures.look import Look, headline
from deep_alpha.reporting.formats import significant
from deep_alpha.reporting.judged_reading import number_of


def ordered_growth(tables: Mapping[str, pd.DataFrame], title: str, look: Look) -> Figure:
    """Value of 1 in each quantile or layer, a frame a signal, on one logarithmic scale.

    Args:
        tables: By signal: date × number of the quantile, or a name that ends with it;
            columns without a number are drawn muted and dashed.
        title: What is drawn, said where there is but one frame.
        look: Theme and width.
    """
    single = len(tables) == 1
    figure, axes = frames(look, len(tables), 3.3 if single else 1.8, sharex=True, sharey=True)
    low = min(float(np.nanmin(table.to_numpy())) for table in tables.values())
    high = max(float(np.nanmax(table.to_numpy())) for table in tables.values())
    for axis, (name, table) in zip(axes, tables.items(), strict=True):
        headline(axis, f"{name}: {title}" if single else name, look)
        numbered = [column for column in table if number_of(column) is not None]
        shades = dict(zip(numbered, ordered_colours(len(numbered), look), strict=True))
        labels = []
        for column in table:
            line = table[column].dropna()
            if line.empty:
                continue
            colour = shades.get(column, look.theme.muted)
            axis.plot(
                line.index.to_numpy(), line.to_numpy(), color=colour,
                linestyle="-" if column in shades else (0, (4, 2)),
                linewidth=1.5 if single else 1.1,
            )  # fmt: skip
            last = float(line.iloc[-1])
            if single:
                labels.append((last, f"{column} {significant(last)}×", colour))
            elif column in shades:
                labels.append((last, str(number_of(column)), colour))
        axis.margins(x=0.0)
        growth_scale(axis, min(low, 1.0), max(high, 1.0))
        zero_line(axis, look, 1.0)
        date_axis(axis, look, most=None if single else 4)
        axis.tick_params(labelsize=8.5 if single else 7.5)
        end_labels(axis, labels)
    return figure
