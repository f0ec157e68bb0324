"""What the ablation of paper 001 says, from its table."""

from __future__ import annotations

import pandas as pd

from deep_alpha.reporting.alphanet_figures import DROPOUT, LADDER
from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.formats import decimal, enumeration, known, percent, plural
from deep_alpha.reporting.printed_alphanet import LOSS_PATHS, TIME_LEFT
from deep_alpha.reporting.tables.alphanet_ablation import by_variant, gaps, usable


def ladder_sentences(reading: AlphaNetReading) -> list[str]:
    """Where the ladder starts and ends, its best and worst step, and the paper's two paths."""
    rungs = reading.of_axis(LADDER)
    ic, residual = (
        by_variant(rungs, usable(rungs, column)) for column in ("rank_ic", "residual_ic")
    )
    sentences = []
    if len(ic) > 1:
        first, last = str(ic.index[0]), str(ic.index[-1])
        text = (
            f"From “{first}” to “{last}” the rank IC goes from {decimal(ic[first])} to "
            f"{decimal(ic[last])}"
        )
        if {first, last} <= set(residual.index):
            text += (
                f" and the residual IC from {decimal(residual[first])} to {decimal(residual[last])}"
            )
        sentences.append(f"{text}.")
        steps = by_variant(rungs, gaps(rungs, "rank_ic", steps=True))
        if len(steps) > 1:
            sentences.append(
                f"The best step is “{steps.idxmax()}” ({decimal(steps.max(), signed=True)}), the "
                f"worst “{steps.idxmin()}” ({decimal(steps.min(), signed=True)})."
            )
    return [*sentences, *_error_sentences(rungs)]


def axes_sentences(reading: AlphaNetReading) -> list[str]:
    """How far apart the variants of the axes are, and what dropout saves."""
    sentences = []
    spans = {}
    for axis in reading.axes:
        ic = usable(reading.of_axis(axis), "rank_ic").dropna()
        if len(ic) > 1:
            spans[axis] = float(ic.max() - ic.min())
    if len(spans) > 1:
        wide, slim = max(spans, key=spans.__getitem__), min(spans, key=spans.__getitem__)
        sentences.append(
            f"The widest axis is {wide}, whose variants’ rank IC differs by "
            f"{decimal(spans[wide])}; the narrowest is {slim}, by {decimal(spans[slim])}."
        )
    left = reading.time_left
    if known(left):
        sentences.append(
            f"With {DROPOUT} an epoch takes {percent(left, 0)} of the time without, where the "
            f"paper says {percent(TIME_LEFT, 0)}."
        )
    broken = reading.tables.ablation
    broken = broken[broken["degenerate"].astype(bool)] if len(broken) else broken
    if len(broken):
        names = [f"{axis}: {variant}" for axis, variant in broken[["axis", "variant"]].to_numpy()]
        sentences.append(f"Without a usable score: {enumeration(names)}.")
    return sentences


def figure_sentence(variants: pd.DataFrame) -> str:
    """The variants of a figure with the lowest and the highest validation error, and their IC."""
    errors = by_variant(variants, usable(variants, "valid_error"))
    if len(errors) < 2:
        return ""
    ic = by_variant(variants, usable(variants, "rank_ic"))
    parts = [
        f"“{name}” has the {word} validation error, {decimal(errors[name], 4)} (rank IC "
        f"{decimal(ic.get(name))})"
        for name, word in ((str(errors.idxmin()), "lowest"), (str(errors.idxmax()), "highest"))
    ]
    return f"{enumeration(parts)}."


def _error_sentences(rungs: pd.DataFrame) -> list[str]:
    errors = by_variant(rungs, usable(rungs, "valid_error"))
    paths = [f"{', '.join(path)} in its {where}" for where, path in LOSS_PATHS.items()]
    sentences = [
        f"The paper’s loss falls {'; '.join(paths)}. An error of 0.1 of the variance is an R² of "
        "0.9, which an IC of 8 % does not allow: what it draws are training losses, on a scale "
        "that it does not give."
    ]
    if len(errors):
        best = str(errors.idxmin())
        train = by_variant(rungs, usable(rungs, "train_error")).get(best)
        beside = f", where the train error is {decimal(train, 4)}" if known(train) else ""
        sentences.append(
            f"Here the lowest validation error of {plural(len(errors), 'rung')} is "
            f"{decimal(errors[best], 4)} of the variance (“{best}”){beside}: learning shows in the "
            "IC."
        )
    return sentences
