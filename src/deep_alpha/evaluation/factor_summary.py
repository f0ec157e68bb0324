"""The factor table: coverage and own IC of every raw factor (counterpart of Table 3).

The formulas have two versions, literal and scale-free (000-P6). A run uses one of them; the IC of
the other stands beside it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.factors.catalogue import BEHAVIOURAL_FACTORS
from deep_alpha.kernels.correlation import daily_rank_ic

VERSIONS = ("literal", "scale-free")


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
        raw: Raw factors, (date, factor, asset), of either version, as their attribute
            ``scale_free`` says.
        eligible: Who is in the universe, (date, asset).
        returns: Forward returns, (date, asset).
        in_set: Names of the factors that models see.
        first_day: First day after warm-up.
        first_test: First day of the first test window.
        reach: Days until a label is known; in-sample IC ends before the first test.

    Returns:
        Columns number, name, group, formula, in_set, coverage (share of eligible names
        with a value), ic, ic_sd, icir (days before the first test), test_ic, version (one of
        :data:`VERSIONS`).
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
    return pd.DataFrame(rows).assign(version=VERSIONS[bool(raw.attrs.get("scale_free", False))])


def beside_other_version(own: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """The table of the run's version, with the IC of the other one.

    Args:
        own: Of :func:`summarise_factors`, from the factors that the run uses.
        other: The same of the other version.

    Returns:
        ``own`` and two columns: other_ic (days before the first test) and other_test_ic. They
        equal ic and test_ic where the formula knows no price level.
    """
    return own.assign(other_ic=other["ic"], other_test_ic=other["test_ic"])


def other_version(version: str) -> str:
    """The version that a run does not use."""
    (other,) = set(VERSIONS) - {version}
    return other
