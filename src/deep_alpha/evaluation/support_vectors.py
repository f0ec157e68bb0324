"""What the support vector regressions said of their own fits (SPEC 000-M10, 000-M11)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

NOTES = ("rows", "solver", "gap", "support_share", "degenerate", "seconds")
COLUMNS = ("model", "fold", "seed", "train_rows", *NOTES)


def support_vector_table(
    records: Sequence[Mapping[str, Any]], models: Collection[str], horizon: int
) -> pd.DataFrame:
    """A row a fit, in the order of the records.

    The live fold's fit is among them: nothing here was measured on a validation or a test.

    Args:
        records: Job records of all models.
        models: Names of the support vector regressions.
        horizon: The headline label horizon in days.

    Returns:
        Columns :data:`COLUMNS`. ``rows`` are those fitted of the ``train_rows`` there; ``gap`` is
        (P − P*) ÷ P* with a dual lower bound for P*, None where that bound is 0;
        ``support_share`` the share of fitted rows outside the tube; ``degenerate`` whether the
        prediction is constant; ``seconds`` of the solver.
    """
    rows = [
        {
            **{key: record[key] for key in ("model", "fold", "seed")},
            "train_rows": record["fit"]["train_samples"],
            **{note: record["fit"]["summary"][note] for note in NOTES},
        }
        for record in records
        if record["model"] in models and record["horizon"] == horizon
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
