"""Learning curves of every fold and seed."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from deep_alpha.reporting.figures.look import Look, headline, sheet
from deep_alpha.reporting.palette import Hue

_CURVES = {
    "train_loss": "training loss",
    "valid_rmse": "validation RMSE",
    "valid_ic": "validation rank IC",
}


def learning_curves(history: pd.DataFrame, name: str, hue: Hue, look: Look) -> Figure:
    """Training loss, validation RMSE and validation IC by epoch.

    One thin line for each fold and seed, their median by epoch thick while at least half
    of the runs go on; dots mark each run's best validation IC.

    Args:
        history: Columns fold, seed, epoch, train_loss, valid_rmse, valid_ic.
        name: The model.
        hue: Its colour.
        look: Theme and width.
    """
    grid = (3, 1) if look.narrow else (1, 3)
    figure = sheet(look, 5.4 if look.narrow else 2.8, *grid, sharex=look.narrow)
    colour = look.colour(hue)
    runs = [run.sort_values("epoch") for _, run in history.groupby(["fold", "seed"], sort=True)]
    for axis, (column, words) in zip(figure.axes, _CURVES.items(), strict=True):
        headline(axis, f"{name}: {words}", look)
        for run in runs:
            axis.plot(
                run["epoch"].to_numpy(), run[column].to_numpy(),
                color=colour, alpha=0.3, linewidth=0.8,
            )  # fmt: skip
            if column == "valid_ic" and run[column].notna().any():
                best = run.iloc[int(run[column].argmax())]
                axis.plot(best["epoch"], best[column], "o", color=colour, markersize=2.6, alpha=0.8)
        by_epoch = history.groupby("epoch")[column]
        median = by_epoch.median()[by_epoch.count() >= len(runs) / 2]
        axis.plot(median.index.to_numpy(), median.to_numpy(), color=look.theme.ink, linewidth=1.5)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        if not look.narrow or column == "valid_ic":
            axis.set_xlabel("epoch")
    return figure
