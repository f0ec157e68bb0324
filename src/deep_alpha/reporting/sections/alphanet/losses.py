"""Section 5: errors by epoch, Figures 4-1 to 4-11, and every axis as a table."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Block, Heading, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.learning import learning_curves
from deep_alpha.reporting.figures.loss_curves import loss_curves
from deep_alpha.reporting.formats import known
from deep_alpha.reporting.inputs import ModelResult
from deep_alpha.reporting.judged_reading import rows_of
from deep_alpha.reporting.prose.alphanet_ablation import axes_sentences, figure_sentence
from deep_alpha.reporting.sections.alphanet.missing import missing
from deep_alpha.reporting.sections.beside import in_pairs, opening
from deep_alpha.reporting.sections.names import file_name
from deep_alpha.reporting.tables.alphanet_ablation import axes_table
from deep_alpha.reporting.tables.fits import fit_rows
from deep_alpha.reporting.tables.frames import fit_table

_SENTENCE = (
    "The figures show the error over the variance of the target by epoch, on train and on "
    "validation, each on its own scale; a constant score has 1."
)


def loss_section(reading: AlphaNetReading) -> Section:
    """A figure for each of the paper's, the table of all axes, and the fits of the tables."""
    blocks: list[Block] = [*opening(*axes_sentences(reading))]
    if reading.tables.ablation_history.empty:
        blocks.append(missing("ablation_history", "Errors by epoch of the variants were"))
    else:
        blocks.append(Prose([_SENTENCE]))
    for axis in reading.axes:
        blocks += _figure(reading, axis, reading.of_axis(axis))
    if reading.axes:
        blocks += [Heading("All axes"), axes_table(reading)]
    else:
        blocks.append(missing("ablation", "The variants were"))
    learned = [model for model in reading.fitted if len(model.history)]
    rows = fit_rows(reading.paper) if reading.fitted else []
    if learned or rows:
        blocks.append(Heading("The fits behind the tables"))
    blocks += in_pairs([_curves(reading, model) for model in learned])
    if rows:
        blocks.append(fit_table(rows, reading.provenance()))
    return Section("losses", "Losses", "Losses", blocks)


def _figure(reading: AlphaNetReading, axis: str, variants: pd.DataFrame) -> list[Block]:
    figure = str(variants["figure"].iloc[0] or "")
    history = rows_of(reading.tables.ablation_history, axis=axis)
    if not figure or history.empty:
        return []
    told = set(history["variant"])
    levels = {
        str(variant): float(error)
        for variant, error in zip(variants["variant"], variants["valid_error"], strict=True)
        if variant not in told and known(error)
    }
    drawn = [str(name) for name in variants["variant"] if name in told or name in levels]
    dashed = " Dashed: without epochs of its own." if levels else ""
    model, labels = str(variants["model"].iloc[0]), str(variants["labels"].iloc[0])
    picture = Picture(
        file_name("loss", axis),
        partial(loss_curves, history, drawn, levels),
        f"Train and validation error by epoch, by {axis}",
        f"Figure {figure}, {axis}: {model} fitted to {labels}s.{dashed} "
        f"{figure_sentence(variants)}",
        reading.provenance(seeds=False),
        wide=True,
    )
    return [Pictures([picture])]


def _curves(reading: AlphaNetReading, model: ModelResult) -> Picture:
    runs = len(model.history[["fold", "seed"]].drop_duplicates())
    return Picture(
        file_name("learning", model.name),
        partial(learning_curves, model.history, model.name, reading.hue(model.name)),
        f"Learning curves of {model.name}",
        f"Learning curves of {model.name}, one thin line for each of {runs} fits (folds × seeds), "
        "their median in ink; dots mark each fit’s best validation IC.",
        reading.provenance(),
    )
