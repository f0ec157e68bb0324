"""The walk-forward split drawn to scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from deep_alpha.folds import LIVE
from deep_alpha.reporting.figures.axes import date_axis, date_number
from deep_alpha.reporting.figures.look import Look, headline, sheet

_HEIGHT = 0.56


def fold_timeline(manifest: Mapping[str, Any], look: Look) -> Figure:
    """One bar a fold: train, purge, valid, purge, test; the live fold's test is open.

    Args:
        manifest: The folds of ``folds.json`` (:func:`deep_alpha.folds.manifest`).
        look: Theme and width.
    """
    folds = manifest["folds"]
    figure = sheet(look, 0.3 * len(folds) + (1.35 if look.narrow else 1.15))
    (axis,) = figure.axes
    for row, fold in enumerate(folds):
        _draw_fold(axis, fold, row, look)
    axis.set_yticks(range(len(folds)), [fold["name"] for fold in folds])
    axis.set_ylim(len(folds) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    axis.grid(visible=True, axis="x")
    axis.xaxis_date()
    axis.margins(x=0.02)
    date_axis(axis, look)
    headline(axis, "Walk-forward folds", look)
    figure.legend(
        handles=_legend(look), loc="outside lower left", ncols=4, columnspacing=1.4,
        handlelength=1.2, handleheight=0.9,
    )  # fmt: skip
    return figure


def _draw_fold(axis: Axes, fold: Mapping[str, Any], row: int, look: Look) -> None:
    train, valid, test, purge = look.theme.segments
    spans = {name: _span(fold[name]) for name in ("train", "valid", "test")}
    _bar(axis, spans["train"], row, train)
    if fold["leaks_by_design"]:
        _bar(axis, spans["test"], row, test, hatch="////", edge=valid)
        return
    _bar(axis, (spans["train"][1], spans["valid"][0]), row, purge)
    _bar(axis, spans["valid"], row, valid)
    _bar(axis, (spans["valid"][1], spans["test"][0]), row, purge)
    _bar(axis, spans["test"], row, test)
    if fold["name"] == LIVE:
        axis.annotate(
            "open", (spans["test"][1], row), xytext=(4, 0), textcoords="offset points",
            color=test, va="center", fontweight="bold",
        )  # fmt: skip


def _bar(
    axis: Axes, span: tuple[float, float], row: int, colour: str, hatch: str = "", edge: str = ""
) -> None:
    axis.broken_barh(
        [(span[0], span[1] - span[0])], (row - _HEIGHT / 2, _HEIGHT), facecolors=colour,
        edgecolors=edge or colour, hatch=hatch, linewidth=0.6,
    )  # fmt: skip


def _span(segment: Mapping[str, Any]) -> tuple[float, float]:
    first, last = pd.Timestamp(segment["first_feature"]), pd.Timestamp(segment["last_feature"])
    return date_number(first), date_number(last + pd.Timedelta(days=1))


def _legend(look: Look) -> list[Patch]:
    train, valid, test, purge = look.theme.segments
    words = {"train": train, "purge": purge, "validation": valid, "test": test}
    return [Patch(facecolor=colour, label=word) for word, colour in words.items()]
