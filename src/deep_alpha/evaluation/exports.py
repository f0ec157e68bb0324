"""Scores and returns in the forms that other libraries and spreadsheets read.

None of those libraries is imported here: what they take is plain pandas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.errors import DeepAlphaError
from deep_alpha.signals import wide_frame
from deep_alpha.targets import TargetSettings, forward_return
from deep_alpha.targets.settings import Entry


def factor_data(
    scores: pd.DataFrame,
    forward_returns: Mapping[int, pd.DataFrame],
    *,
    quantiles: int = 5,
    groups: pd.Series | None = None,
) -> pd.DataFrame:
    """The table that alphalens works on, as its ``get_clean_factor`` makes it.

    A row needs a finite score and all forward returns; the quantiles are those of the names
    left. A day whose scores are too equal to be cut into quantiles is dropped, as there.

    Args:
        scores: Date × asset, higher = better, NaN = not scored; a row for each trading day.
        forward_returns: Date × asset returns by horizon in days; decimals.
        quantiles: Number of quantiles, equally large.
        groups: Group of each asset, an industry for instance.

    Returns:
        Indexed by date and asset, sorted; columns ``1D``, ``5D`` … in the order given,
        ``factor``, ``group`` (category, if given) and ``factor_quantile``, 1 = lowest
        scores. The date level's frequency is the trading calendar.

    Raises:
        DeepAlphaError: There is no forward return, scores repeat a date or asset, an asset
            has no group, or no row is left.
    """
    if not forward_returns:
        raise DeepAlphaError("factor data needs the forward returns of one horizon at least")
    if not (scores.index.is_unique and scores.columns.is_unique):
        raise DeepAlphaError("scores hold a date or an asset twice: keep one row or column")
    scores = scores.sort_index().sort_index(axis=1)
    days = pd.DatetimeIndex(scores.index.to_numpy())
    levels: Any = [pd.DatetimeIndex(days, freq=_calendar(days)), scores.columns.astype(str)]
    layers = {
        f"{horizon}D": frame.reindex(index=scores.index, columns=scores.columns)
        for horizon, frame in forward_returns.items()
    }
    layers["factor"] = scores
    cells = {name: frame.to_numpy(dtype=np.float64) for name, frame in layers.items()}
    complete = np.isfinite(cells["factor"])
    for values in cells.values():
        complete &= ~np.isnan(values)
    codes: Any = np.nonzero(complete)
    index = pd.MultiIndex(levels=levels, codes=codes, names=["date", "asset"])
    table = pd.DataFrame({name: values[codes] for name, values in cells.items()}, index)
    if groups is not None:
        named = groups.reindex(scores.columns)
        if named.isna().any():
            raise DeepAlphaError(f"asset {named.index[named.isna()][0]} has no group")
        table["group"] = pd.Categorical(named.to_numpy()[codes[1]])
    table["factor_quantile"] = table.groupby(level="date")["factor"].transform(
        _quantiles, quantiles
    )
    table = table.dropna()
    if table.empty:
        raise DeepAlphaError(
            "no score has all its forward returns, or no day's scores differ enough for "
            "quantiles: check dates and assets, and whether the scores are constant"
        )
    return table


def panel_factor_data(
    scores: pd.DataFrame,
    panel: xr.Dataset,
    *,
    horizons: Sequence[int] = (1, 5, 10),
    entry: Entry = "close",
    max_suspended: int = 5,
    quantiles: int = 5,
) -> pd.DataFrame:
    """``factor_data`` of a signal on a market, with its industries as groups.

    Args:
        scores: Date × asset.
        panel: The market panel.
        horizons: Horizons in market days.
        entry: As of :class:`~deep_alpha.targets.TargetSettings`.
        max_suspended: Likewise.
        quantiles: Number of quantiles.

    Raises:
        DeepAlphaError: As of :func:`factor_data`.
    """
    returns = {}
    for horizon in horizons:
        settings = TargetSettings(horizon=horizon, entry=entry, max_suspended=max_suspended)
        returns[horizon] = wide_frame(forward_return(panel, settings))
    assets = panel["asset"].to_numpy().astype(str)
    groups = pd.Series(panel["industry"].to_numpy().astype(str), assets)
    return factor_data(scores, returns, quantiles=quantiles, groups=groups)


def return_series(returns: pd.Series, name: str, *, time_zone: str | None = None) -> pd.Series:
    """Daily returns as quantstats and pyfolio take them.

    Args:
        returns: By date, simple returns, decimals.
        name: The strategy's name, the series' label in their tables.
        time_zone: For readers that insist on one, ``UTC`` for instance; None for plain
            calendar days.

    Returns:
        float64, sorted by date, midnights.

    Raises:
        DeepAlphaError: A date occurs twice or a return is unknown: other libraries would
            take it for a day without a return.
    """
    dates = pd.DatetimeIndex(returns.index).tz_localize(None).normalize()
    values = pd.Series(returns.to_numpy(dtype=np.float64), dates, name=name).sort_index()
    if not values.index.is_unique:
        raise DeepAlphaError(
            f"{name}: two returns on {values.index[values.index.duplicated()][0]:%Y-%m-%d}"
        )
    if values.isna().any():
        raise DeepAlphaError(
            f"{name}: no return on {values.index[values.isna()][0]:%Y-%m-%d}; a day in cash is 0"
        )
    return values if time_zone is None else values.tz_localize(time_zone)


def returns_of_growth(growth: pd.DataFrame) -> pd.DataFrame:
    """Daily returns behind curves of the growth of 1, whose first day is its first return."""
    returns: pd.DataFrame = growth / growth.shift(1).fillna(1.0) - 1.0
    return returns


def write_factor_data(table: pd.DataFrame, path: Path) -> None:
    """Write a table of :func:`factor_data` as Parquet, index and categories included."""
    table.to_parquet(path, compression="zstd")


def read_factor_data(path: Path | str) -> pd.DataFrame:
    """Read it back with its trading calendar, which Parquet does not keep.

    alphalens takes the frequency of the date level for the calendar. Without one it counts
    weekdays, and a position runs through holidays.
    """
    table = pd.read_parquet(path)
    index: Any = table.index
    days = pd.DatetimeIndex(index.levels[0])
    calendar = pd.DatetimeIndex(days, freq=_calendar(days))
    return table.set_axis(index.set_levels(calendar, level=0))


def write_long_csv(frame: pd.DataFrame, path: Path, value: str = "score") -> None:
    """Write a date × asset frame as rows of date, asset and value; NaN has no row.

    Read it back with ``dtype={"asset": str}``: codes may begin with zeros.
    """
    values = frame.to_numpy()
    row, column = np.nonzero(~np.isnan(values))
    cells = {"date": frame.index[row], "asset": frame.columns[column], value: values[row, column]}
    _write(pd.DataFrame(cells), path)


def write_wide_csv(table: pd.DataFrame | pd.Series, path: Path) -> None:
    """Write series by date, one column each; NaN is an empty field."""
    frame = table.to_frame() if isinstance(table, pd.Series) else table
    _write(frame.rename_axis(index="date").reset_index(), path)


def _write(table: pd.DataFrame, path: Path) -> None:
    """Numbers as short as they read back exactly; a reader never sees half a file."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    staging = path.with_name(f".{path.name}.new")
    table.to_csv(staging, index=False, date_format="%Y-%m-%d", encoding="utf-8")
    staging.replace(path)


def _quantiles(day: pd.Series, count: int) -> pd.Series:
    try:
        return pd.qcut(day, count, labels=False) + 1
    except ValueError:  # edges that are not unique
        return pd.Series(np.nan, day.index)


def _calendar(dates: pd.DatetimeIndex) -> pd.offsets.CustomBusinessDay:
    """The weekdays that dates fall on, less the days without one in between."""
    weekdays = sorted({int(day) for day in dates.day_of_week})
    mask = "".join("1" if day in weekdays else "0" for day in range(7))
    span = pd.date_range(dates[0], dates[-1], freq="D")
    idle = span[span.day_of_week.isin(weekdays)].difference(dates)
    return pd.offsets.CustomBusinessDay(weekmask=mask, holidays=list(idle))
