"""What the open points of paper 000 make on this market, in words with numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import pandas as pd

from deep_alpha.evaluation.conformance_000 import QUESTIONS
from deep_alpha.reporting.formats import decimal, known, plural
from deep_alpha.reporting.prose.conformance_findings import Findings
from deep_alpha.reporting.prose.conformance_measures import MEASURES

COLUMNS = ("id", "says", "problem", "decision", "difference")

AXES: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "000-P3": (("winsorising", ()),),
    "000-P5": (("scale-free", ()),),
    "000-P6": (("scale-free", ()),),
    "000-F1": (("factor set", ()),),
    "000-M2": (("target and scale", ("rank", "rank, up by sign")),),
    "000-M4": (("split", ()),),
    "000-M5": (("clip", ()),),
    "000-M9": (("factor order", ()), ("CNN", ("single", "T x F"))),
}
"""By point, the axes of the sensitivity table that measure it, and which of their variants."""

_MOST_LISTED = 5


def conformance_table(findings: Findings) -> pd.DataFrame:
    """Every point of the catalogue, and what it makes here.

    Returns:
        Columns :data:`COLUMNS`; ``difference`` is empty where it was not measured.
    """
    rows = [
        {**asdict(question), "difference": difference(question.id, findings)}
        for question in QUESTIONS
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def difference(question: str, findings: Findings) -> str:
    """What one point makes on this market; empty where the run has no numbers for it."""
    measure = MEASURES.get(question)
    if measure is not None:
        return measure(findings)
    found = (_axis(findings.sensitivity, *axis) for axis in AXES.get(question, ()))
    return " ".join(sentence for sentence in found if sentence)


def _axis(sensitivity: pd.DataFrame, axis: str, variants: tuple[str, ...]) -> str:
    """Rank IC of every variant of an axis, or their range where there are many."""
    own = sensitivity[sensitivity["axis"] == axis]
    if variants:
        own = own[own["variant"].isin(variants)]
    ic = own["rank_ic"].astype(float).mask(own["degenerate"].astype(bool))
    if ic.notna().sum() < 2:
        return ""
    opening = f"Rank IC by {axis} (sensitivity fits): "
    if len(ic) > _MOST_LISTED:
        return (
            f"{opening}{decimal(ic.min())} … {decimal(ic.max())}, sd {decimal(ic.std())}, "
            f"over {plural(len(ic), 'variant')}."
        )
    words = [
        f"{variant} {decimal(value) if known(value) else 'a constant prediction'}"
        f"{', which selects on the test' if leaks else ''}"
        for value, variant, leaks in zip(ic, own["variant"], own["leaks"], strict=True)
    ]
    return f"{opening}{'; '.join(words)}."
