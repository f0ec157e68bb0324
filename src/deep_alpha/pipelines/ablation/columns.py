"""Columns of the ablation's tables, as the page of paper 001 reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

COLUMNS: Mapping[str, str] = {
    "axis": "str",
    "variant": "str",
    "base": "bool",
    "model": "str",
    "labels": "str",
    "features": "float64",
    "parameters": "float64",
    "train_error": "float64",
    "valid_error": "float64",
    "valid_ic": "float64",
    "valid_sharpe": "float64",
    "epochs": "float64",
    "seconds_per_epoch": "float64",
    "rank_ic": "float64",
    "rank_ic_sd": "float64",
    "icir": "float64",
    "residual_ic": "float64",
    "residual_icir": "float64",
    "days": "int64",
    "degenerate": "bool",
    "figure": "str",
    "note": "str",
}
HISTORY: Mapping[str, str] = {
    "axis": "str",
    "variant": "str",
    "fold": "str",
    "seed": "int64",
    "epoch": "int64",
    "train_error": "float64",
    "valid_error": "float64",
    "valid_ic": "float64",
    "sharpe": "float64",
    "seconds": "float64",
}


def typed(rows: Any, columns: Mapping[str, str]) -> pd.DataFrame:
    """Rows as a table of these columns and types, however few rows there are."""
    table = pd.DataFrame(rows).reindex(columns=list(columns)).reset_index(drop=True)
    return table.astype(dict(columns))
