"""The IC of parts: industries, size bands, years and months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.frames import aligned
from deep_alpha.evaluation.summary import ic_summary
from deep_alpha.kernels.correlation import daily_names, daily_rank_ic
from deep_alpha.kernels.quantiles import quantile_numbers

SIZE_BANDS = ("small", "middle", "large")
COLUMNS = ("rank_ic", "sd", "icir", "hac_t", "hac_p", "hit_rate", "names", "days", "days_skipped")
"""Columns of every table by group: figures of ``ic_summary`` and the days behind them."""


@dataclass(frozen=True)
class MonthlyIc:
    """The heat map of an IC series; year × month 1 … 12 each.

    Args:
        mean: Mean IC of the month's days, NaN where no day has one.
        days: Number of these days.
    """

    mean: pd.DataFrame
    days: pd.DataFrame


def ic_by_group(
    scores: pd.DataFrame,
    forward_returns: pd.DataFrame,
    groups: pd.Series | pd.DataFrame,
    horizon: int,
) -> pd.DataFrame:
    """Rank IC inside each group of names.

    Args:
        scores: Date × asset, higher = better, NaN = not scored.
        forward_returns: Date × asset, NaN = not known (yet).
        groups: Label of each asset, or of each asset on each date (date × asset); missing
            = in no group. The result is in the order of the labels as text.
        horizon: h, the length of the labels in days.

    Returns:
        Indexed by group; :data:`COLUMNS`, where ``names`` is the mean number a day. A day
        on which a group has fewer than 10 joint names is skipped there and counted.

    Raises:
        DeepAlphaError: The frames share no date or no asset, or no asset has a group.
    """
    dates, assets, (ranked, returns) = aligned(scores=scores, forward_returns=forward_returns)
    if isinstance(groups, pd.Series):
        labels = groups.reindex(assets).to_numpy(dtype=object)[None, :]
    else:
        labels = groups.reindex(index=dates, columns=assets).to_numpy(dtype=object)
    codes, found = pd.factorize(labels.ravel())
    if not len(found):
        raise DeepAlphaError("groups has no label for any asset of scores: check its labels")
    member = np.broadcast_to(codes.reshape(labels.shape), ranked.shape)
    order = sorted(range(len(found)), key=lambda code: str(found[code]))
    rows = {
        found[code]: _row(*_masked_ic(ranked, returns, member == code, dates), horizon)
        for code in order
    }
    return _table(rows, "group")


def ic_by_size(
    scores: pd.DataFrame,
    forward_returns: pd.DataFrame,
    float_cap: pd.DataFrame,
    horizon: int,
    largest: int = 300,
) -> pd.DataFrame:
    """Rank IC in terciles of float cap, and among the largest names alone.

    Bands are formed each day by the scored names with a cap; the largest are part of the
    large band in a wide market.

    Args:
        scores: Date × asset, higher = better, NaN = not scored.
        forward_returns: Date × asset, NaN = not known (yet).
        float_cap: Date × asset, capitalisation at the close of the date.
        horizon: h, the length of the labels in days.
        largest: How many names count as the largest; all of a day that has fewer.

    Returns:
        Indexed by :data:`SIZE_BANDS` and ``largest 300``; :data:`COLUMNS`.

    Raises:
        DeepAlphaError: ``largest`` is below 1, or the frames share no date or no asset.
    """
    if largest < 1:
        raise DeepAlphaError(f"largest is {largest}: there must be at least one name")
    dates, _, (ranked, returns, cap) = aligned(
        scores=scores, forward_returns=forward_returns, float_cap=float_cap
    )
    cap = np.where(np.isnan(ranked), np.nan, cap)
    band = quantile_numbers(cap, len(SIZE_BANDS))
    members = {name: band == number for number, name in enumerate(SIZE_BANDS, start=1)}
    members[f"largest {largest}"] = _largest(cap, largest)
    rows = {
        name: _row(*_masked_ic(ranked, returns, mask, dates), horizon)
        for name, mask in members.items()
    }
    return _table(rows, "size")


def ic_by_year(ic: pd.Series, horizon: int, names: pd.Series | None = None) -> pd.DataFrame:
    """An IC series year by year.

    Args:
        ic: IC by date in time order, NaN = none.
        horizon: h, the length of the labels in days.
        names: Number of joint names by date.

    Returns:
        Indexed by year; :data:`COLUMNS`.
    """
    counted = pd.Series(np.nan, ic.index) if names is None else names.reindex(ic.index)
    years = pd.DatetimeIndex(ic.index).year
    rows = {year: _row(ic[years == year], counted[years == year], horizon) for year in set(years)}
    return _table(rows, "year").sort_index()


def monthly_ic(ic: pd.Series) -> MonthlyIc:
    """Mean IC of each month.

    Args:
        ic: IC by date, NaN = none.

    Returns:
        Year × month tables of the mean and of the days behind it.
    """
    dates = pd.DatetimeIndex(ic.index)
    grouped = ic.groupby([dates.year.rename("year"), dates.month.rename("month")])
    months = pd.RangeIndex(1, 13, name="month")
    mean = grouped.mean().unstack("month").reindex(columns=months)
    days = grouped.count().unstack("month").reindex(columns=months).fillna(0).astype(int)
    return MonthlyIc(mean, days)


def _masked_ic(
    scores: NDArray[np.float64],
    returns: NDArray[np.float64],
    member: NDArray[np.bool_],
    dates: pd.Index,
) -> tuple[pd.Series, pd.Series]:
    """Daily IC and joint names of the members; assets that never are one are left out."""
    ever = member.any(axis=0)
    taken = np.where(member[:, ever], scores[:, ever], np.nan)
    known = returns[:, ever]
    ic = pd.Series(daily_rank_ic(taken, known), dates)
    return ic, pd.Series(daily_names(taken, known), dates)


def _largest(cap: NDArray[np.float64], count: int) -> NDArray[np.bool_]:
    """The names whose cap is the count-th largest of the day or larger."""
    if cap.shape[1] <= count:
        return ~np.isnan(cap)
    descending = -np.sort(-cap, axis=1)
    threshold = descending[:, [count - 1]]
    with np.errstate(invalid="ignore"):
        chosen: NDArray[np.bool_] = (cap >= threshold) | (~np.isnan(cap) & np.isnan(threshold))
    return chosen


def _row(ic: pd.Series, names: pd.Series, horizon: int) -> dict[str, float]:
    figures = ic_summary(ic, horizon, names)
    return {
        "rank_ic": figures.mean,
        "sd": figures.sd,
        "icir": figures.icir,
        "hac_t": figures.hac_t,
        "hac_p": figures.hac_p,
        "hit_rate": figures.hit_rate,
        "names": figures.names,
        "days": figures.n_days,
        "days_skipped": figures.n_skipped,
    }


def _table(rows: Mapping[Any, Mapping[str, float]], name: str) -> pd.DataFrame:
    table = pd.DataFrame(list(rows.values()), pd.Index(list(rows), name=name), COLUMNS)
    return table.astype({"days": int, "days_skipped": int})
