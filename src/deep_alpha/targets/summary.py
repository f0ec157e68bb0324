"""What the targets look like: their spread, their tails, their largest labels."""

from __future__ import annotations

from typing import get_args

import pandas as pd
import xarray as xr

from deep_alpha.targets.settings import Kind

LARGEST = 10


def summarise_targets(targets: xr.Dataset) -> pd.DataFrame:
    """One row a target.

    Args:
        targets: Variables ``<kind>_<horizon>``, (date, asset), decimals.

    Returns:
        Indexed by the variables' names; columns kind, horizon, known (labels), mean, sd,
        skewness, kurtosis (excess), correlation_with_raw (over all labels that both have).
    """
    rows = {}
    kinds = get_args(Kind)
    for name in sorted(map(str, targets.data_vars), key=lambda name: _place(name, kinds)):
        kind, _, horizon = name.rpartition("_")
        values = _pooled(targets[name])
        raw = _pooled(targets[f"raw_{horizon}"])
        rows[name] = {
            "kind": kind,
            "horizon": int(horizon),
            "known": int(values.count()),
            "mean": values.mean(),
            "sd": values.std(),
            "skewness": values.skew(),
            "kurtosis": values.kurt(),
            "correlation_with_raw": values.corr(raw),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("target")


def largest_labels(targets: xr.Dataset, name: str, count: int = LARGEST) -> pd.DataFrame:
    """The labels of largest size: resumptions after months must not rule a fit unseen.

    Args:
        targets: As for ``summarise_targets``.
        name: Which of them.
        count: How many.

    Returns:
        Columns asset, date, value and kind, the largest first.
    """
    values = _pooled(targets[name]).dropna()
    chosen = values.reindex(values.abs().sort_values(ascending=False, kind="stable").index[:count])
    assets = targets["asset"].to_numpy()
    dates = pd.DatetimeIndex(targets["date"].to_numpy())
    return pd.DataFrame(
        {
            "asset": [str(assets[cell % len(assets)]) for cell in chosen.index],
            "date": [dates[cell // len(assets)] for cell in chosen.index],
            "value": chosen.to_numpy(),
            "kind": name.rpartition("_")[0],
        }
    )


def _place(name: str, kinds: tuple[str, ...]) -> tuple[int, int]:
    """By horizon, then in the order of the kinds: storage does not keep one."""
    kind, _, horizon = name.rpartition("_")
    return int(horizon), kinds.index(kind)


def _pooled(target: xr.DataArray) -> pd.Series:
    """All labels in one column, numbered by date × asset."""
    return pd.Series(target.transpose("date", "asset").to_numpy().ravel()).astype("float64")
