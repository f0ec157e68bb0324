"""Numbers of a run that the open points of paper 000 make a difference to."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from deep_alpha.reporting.records import Metrics


@dataclass(frozen=True)
class Findings:
    """Numbers of a run that the open points make a difference to; any may be missing.

    Args:
        metrics: All metric records.
        headline: The headline model.
        paper: Models of the paper's tables.
        board: The scoreboard, indexed by signal.
        sensitivity: Of paper 000's tables, like those that follow.
        with_training: See there.
        support_vectors: See there.
        shap: See there.
    """

    metrics: Metrics
    headline: str
    paper: tuple[str, ...]
    board: pd.DataFrame
    sensitivity: pd.DataFrame
    with_training: pd.DataFrame
    support_vectors: pd.DataFrame
    shap: pd.DataFrame

    def rank_ic(self, model: str) -> float:
        """A model's mean rank IC; NaN where there is none, as for a constant prediction."""
        if self.metrics.degenerate(model):
            return float("nan")
        return self.metrics.value("ic", model, "rank_ic")

    def held(self, model: str, leg: str, basis: str, figure: str) -> float:
        """A figure of a model's portfolio on test dates; NaN where there is none."""
        return self.metrics.value("portfolio", model, figure, f"{leg} / {basis}")
