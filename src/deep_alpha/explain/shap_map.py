"""SHAP values by factor and by group, laid out as paper 000's Figure 8 (SPEC 000-E8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.errors import ConfigurationError
from deep_alpha.factors.catalogue import BEHAVIOURAL_FACTORS, GROUPS

COLUMNS = 5
OTHER = "other"

BEHAVIOURAL_GROUPS: Mapping[str, str] = {
    factor.name: factor.group for factor in BEHAVIOURAL_FACTORS
}


@dataclass(frozen=True)
class ShapMap:
    """What a network's score is made of.

    Args:
        factors: One row a factor in the map's order, with columns factor, group, mean (of
            the signed values), mean_abs, directed (sign of the correlation of feature and
            value, times mean_abs; NaN where either never varies), share (of the sum of all
            mean_abs), row and column of the map.
        groups: One row a group in the map's order, with columns group, factors (their
            number), total (sum of mean_abs), share.
        n: Rows that were explained.
    """

    factors: pd.DataFrame
    groups: pd.DataFrame
    n: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the map; the last row may end in blanks."""
        return -(-len(self.factors) // COLUMNS), COLUMNS


def shap_map(
    names: Sequence[str],
    contributions: NDArray[np.float64],
    features: NDArray[np.float32],
    groups: Mapping[str, str] = BEHAVIOURAL_GROUPS,
) -> ShapMap:
    """Sum SHAP values up by factor and by group.

    The map is filled row by row: groups in the order MH, VD, BR and then any others as
    they come, factors within a group by descending mean absolute value.

    Args:
        names: The factors.
        contributions: Shape (n, factors), SHAP values.
        features: Shape (n, factors), what the network saw.
        groups: Group of each factor; one that is not named goes to ``other``.

    Raises:
        ConfigurationError: There is no row, or shapes do not fit each other.
    """
    expected = (max(len(contributions), 1), len(names))
    if contributions.shape != expected or features.shape != expected:
        raise ConfigurationError(
            f"contributions of shape {contributions.shape} and features of shape {features.shape} "
            f"make no map of {len(names)} factors: give at least one row, a column for each factor"
        )
    mean_abs = np.abs(contributions).mean(axis=0)
    total = mean_abs.sum()
    direction = np.sign(_correlation(features.astype(np.float64), contributions))
    factors = pd.DataFrame(
        {
            "factor": list(names),
            "group": [groups.get(name, OTHER) for name in names],
            "mean": contributions.mean(axis=0),
            "mean_abs": mean_abs,
            "directed": direction * mean_abs,
            "share": mean_abs / total if total > 0 else np.nan,
        }
    )
    order = list(dict.fromkeys([*GROUPS, *factors["group"]]))
    rank = factors["group"].map(order.index)
    factors = (
        factors.assign(rank=rank)
        .sort_values(["rank", "mean_abs"], ascending=[True, False], kind="stable")
        .drop(columns="rank")
        .reset_index(drop=True)
    )
    place = np.arange(len(factors))
    factors["row"], factors["column"] = place // COLUMNS, place % COLUMNS
    return ShapMap(factors, _by_group(factors), len(contributions))


def _by_group(factors: pd.DataFrame) -> pd.DataFrame:
    return (
        factors.groupby("group", sort=False)
        .agg(factors=("factor", "size"), total=("mean_abs", "sum"), share=("share", "sum"))
        .reset_index()
    )


def _correlation(features: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pearson correlation of each column with its counterpart; NaN where one never varies."""
    x, y = (part - part.mean(axis=0) for part in (features, values))
    varies = (np.ptp(features, axis=0) > 0) & (np.ptp(values, axis=0) > 0)
    scale = np.sqrt((x**2).sum(axis=0) * (y**2).sum(axis=0))
    return np.where(varies, (x * y).sum(axis=0) / np.where(varies, scale, 1.0), np.nan)
