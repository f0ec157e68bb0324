"""What the open points of paper 001 make on this market, in words with numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import pandas as pd

from deep_alpha.evaluation.conformance_001 import QUESTIONS
from deep_alpha.reporting.alphanet_figures import DROPOUT, AlphaNetFigures
from deep_alpha.reporting.alphanet_inputs import AlphaNetTables
from deep_alpha.reporting.formats import MISSING, decimal, known, plural
from deep_alpha.reporting.prose.alphanet_measures import MEASURES
from deep_alpha.reporting.prose.conformance import COLUMNS

AXES: Mapping[str, tuple[str, ...]] = {
    "001-A4": ("inputs",),
    "001-B2": ("return lag",),
    "001-C1": ("table34 windows",),
    "001-D1": (DROPOUT,),
    "001-D2": ("batch norm",),
    "001-E1": ("Transformer residual",),
    "001-E2": ("Transformer residual",),
    "001-E3": ("attention",),
    "001-E5": ("output",),
    "001-E6": ("h_norm",),
    "001-F3": ("loss", "V3 with V4's target"),
    "001-H1": ("stopping",),
    "001-H3": ("weights",),
    "001-I2": ("sequence",),
}
"""By point, the axes of the ablation that measure it."""

_MOST_LISTED = 6


@dataclass(frozen=True)
class AlphaNetFindings(AlphaNetFigures):
    """The run's tables, of which any may be empty; that of conformance is not read.

    Args:
        found: The tables.
        names: The paper's models.
        beside: Those compared with them.
        main: The paper's own model.
    """

    found: AlphaNetTables
    names: tuple[str, ...]
    beside: tuple[str, ...]
    main: str

    @property
    def tables(self) -> AlphaNetTables:
        """The paper's own tables."""
        return self.found

    @property
    def models(self) -> tuple[str, ...]:
        """The paper's models in its order."""
        return self.names

    @property
    def yardsticks(self) -> tuple[str, ...]:
        """Those compared with them."""
        return self.beside

    @property
    def headline(self) -> str:
        """The paper's own model."""
        return self.main


def alphanet_conformance(findings: AlphaNetFigures) -> pd.DataFrame:
    """Every point of the catalogue, and what it makes here.

    Returns:
        Columns id, says, problem, decision and difference, which is empty where it was not
        measured.
    """
    rows = [
        {**asdict(question), "difference": difference(question.id, findings)}
        for question in QUESTIONS
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def difference(question: str, findings: AlphaNetFigures) -> str:
    """What one point makes on this market; empty where the run has no numbers for it."""
    measure = MEASURES.get(question)
    sentences = [measure(findings) if measure else ""]
    sentences += [_axis(findings.of_axis(axis), axis) for axis in AXES.get(question, ())]
    return " ".join(sentence for sentence in sentences if sentence)


def _axis(own: pd.DataFrame, axis: str) -> str:
    """Rank IC and residual IC of every variant of an axis, or ranges where there are many."""
    if own.empty:
        return ""
    constant = own["degenerate"].astype(bool)
    ic = own["rank_ic"].astype(float).mask(constant)
    residual = own["residual_ic"].astype(float).mask(constant)
    if ic.notna().sum() < 2:
        return ""
    opening = f"Rank IC / residual IC by {axis} (ablation): "
    if len(own) > _MOST_LISTED:
        return (
            f"{opening}{decimal(ic.min())} … {decimal(ic.max())} / {decimal(residual.min())} … "
            f"{decimal(residual.max())}, over {plural(len(own), 'variant')}."
        )
    words = [
        f"{variant} {decimal(value)} / {decimal(other) if known(other) else MISSING}"
        if known(value)
        else f"{variant} of no use"
        for variant, value, other in zip(own["variant"], ic, residual, strict=True)
    ]
    return f"{opening}{'; '.join(words)}."
