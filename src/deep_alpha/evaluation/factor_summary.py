"""The factor table: coverage and own IC of every raw factor (counterpart of Table 3)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.factors.catalogue import BEHAVIOURAL_FACTORS
from deep_alpha.kernels.correlation import daily_rank_ic


def summarise_factors(
    raw: xr.DataArray,
    eligible: xr.DataArray,
    returns: xr.DataArray,
    in_set: tuple[str, ...],
    first_day: int,
    first_test: int,
    reach: int,
) -> pd.DataFrame:
    """One row for each factor.

    Args:
        raw: Raw factors, (date, factor, asset).
        eligible: Who is in the universe, (date, asset).
        returns: Forward returns, (date, asset).
        in_set: Names of the factors that models see.
        first_day: First day after warm-up.
        first_test: First day of the first test window.
        reach: Days until a label is known; in-sample IC ends before the first test.

    Returns:
        Columns number, name, group, formula, in_set, coverage (share of eligible names
        with a value), ic, ic_sd, icir (days before the first test), test_ic.
    """
    universe = eligible.to_numpy()
    forward = np.where(universe, returns.to_numpy(), np.nan)
    rows = []
    names = raw["factor"].to_numpy()
    for position, factor in enumerate(BEHAVIOURAL_FACTORS):
        if factor.name != names[position]:
            raise ValueError(f"raw factors are not in the catalogue's order at {factor.name}")
        values = raw.to_numpy()[:, position, :]
        present = np.isfinite(values[first_day:]) & universe[first_day:]
        daily = daily_rank_ic(values, forward)
        before = daily[first_day : max(first_test - reach, first_day)]
        before = before[np.isfinite(before)]
        tested = daily[first_test:]
        tested = tested[np.isfinite(tested)]
        mean = float(before.mean()) if len(before) else np.nan
        sd = float(before.std(ddof=1)) if len(before) > 1 else np.nan
        rows.append(
            {
                "number": factor.number,
                "name": factor.name,
                "group": factor.group,
                "formula": factor.formula,
                "in_set": factor.name in in_set,
                "coverage": float(present.sum() / max(universe[first_day:].sum(), 1)),
                "ic": mean,
                "ic_sd": sd,
                "icir": mean / sd if sd > 0 else np.nan,
                "test_ic": float(tested.mean()) if len(tested) else np.nan,
            }
        )
    return pd.DataFrame(rows)
