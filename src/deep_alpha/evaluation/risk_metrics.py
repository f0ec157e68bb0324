"""The risk model's numbers as metric records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.evaluation.records import records_of
from deep_alpha.risk.diagnostics import country_correlation

PAPER = "001"


def risk_records(
    returns: xr.Dataset, tables: Mapping[str, pd.DataFrame]
) -> dict[str, list[dict[str, Any]]]:
    """Records by table: the model as a whole, its styles, its descriptors.

    Args:
        returns: ``RiskModel.returns``.
        tables: What ``risk_tables`` made.
    """
    level = str(returns.attrs["level"])
    r_squared = returns["r_squared"].to_numpy()
    days = int(np.count_nonzero(~np.isnan(r_squared)))
    whole = {
        "mean_r_squared": float(np.nanmean(r_squared)) if days else None,
        "country_correlation": country_correlation(returns),
        "names_a_day": float(np.mean(tables["counts"]["estimated"].iloc[1:])),
        "checks_passed": float(tables["checks"]["passed"].sum()),
        "checks": float(len(tables["checks"])),
    }
    styles = {
        str(style): {str(column): value for column, value in row.items()}
        for style, row in tables["styles"].iterrows()
    }
    described = {
        str(row["name"]): {"coverage": row["coverage"], "weight_used": row["weight_used"]}
        for row in tables["descriptors"].to_dict("records")
    }
    return {
        "risk_model": _records("risk_model", {"CNE5": whole}, level, days),
        "risk_styles": _records("risk_styles", styles, level, days),
        "risk_descriptors": _records("risk_descriptors", described, level, None),
    }


def _records(
    table: str, rows: Mapping[str, Mapping[str, Any]], basis: str, days: int | None
) -> list[dict[str, Any]]:
    return [
        record
        for row, values in rows.items()
        for record in records_of(
            values, paper=PAPER, table=table, row=row, horizon=None, basis=basis, n=days
        )
    ]
