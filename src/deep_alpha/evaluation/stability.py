"""Whether a score keeps its order, who it leaves out, and what becomes of those it names."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.frames import aligned
from deep_alpha.kernels.correlation import MINIMUM_NAMES, daily_rank_ic
from deep_alpha.kernels.quantiles import quantile_numbers
from deep_alpha.targets import TargetSettings

LOSSES = ("not_traded", "no_trade_next_day", "not_over_yet", "suspended_too_long", "other")
"""Why a scored name has no known label; the first reason that holds counts."""


def rank_autocorrelation(scores: pd.DataFrame, lag: int) -> pd.Series:
    """Spearman correlation of each day's scores with those of ``lag`` rows before.

    Ranks are taken among the names scored on both days, as the rank IC's are (alphalens
    ranks before that joint mask; the two agree where the same names are scored).

    Args:
        scores: Date × asset, NaN = not scored; one row for each trading day.
        lag: Days between the two, at least 1.

    Returns:
        By date of the later scores; NaN for the first ``lag`` days, and as ``rank_ic``'s.

    Raises:
        DeepAlphaError: ``lag`` is below 1.
    """
    _check_lag(lag)
    dates, _, (values,) = aligned(scores=scores)
    result = np.full(len(dates), np.nan)
    if len(dates) > lag:
        result[lag:] = daily_rank_ic(values[lag:], values[:-lag])
    return pd.Series(result, dates, name=f"rank_autocorrelation_{lag}")


def quantile_turnover(scores: pd.DataFrame, lag: int, n: int = 5) -> pd.DataFrame:
    """Share of the names in the top and bottom quantile that were not in it before.

    Args:
        scores: Date × asset, higher = better, NaN = not scored; one row for each trading
            day.
        lag: Days between the two memberships, at least 1.
        n: Number of quantiles.

    Returns:
        Date × (bottom, top); a name that has left the universe is replaced, too. NaN
        where the day, or the one ``lag`` rows before, has no quantiles.

    Raises:
        DeepAlphaError: ``lag`` is below 1 or ``n`` out of bounds.
    """
    _check_lag(lag)
    dates, _, (values,) = aligned(scores=scores)
    numbers = quantile_numbers(values, n)
    columns = {}
    for name, number in (("bottom", 1), ("top", n)):
        member = numbers == number
        size = member.sum(axis=1).astype(np.float64)
        share = np.full(len(dates), np.nan)
        if len(dates) > lag:
            fresh = (member[lag:] & ~member[:-lag]).sum(axis=1)
            filled = (size[lag:] > 0) & (size[:-lag] > 0)
            share[lag:] = np.divide(
                fresh, size[lag:], out=np.full(len(fresh), np.nan), where=filled
            )
        columns[name] = share
    return pd.DataFrame(columns, dates)


def stability_table(scores: pd.DataFrame, horizon: int, n: int = 5) -> pd.DataFrame:
    """Mean rank autocorrelation and quantile turnover over 1, 5 and h days.

    Args:
        scores: Date × asset, higher = better, NaN = not scored; one row for each trading
            day.
        horizon: h, the length of the labels in days.
        n: Number of quantiles.

    Returns:
        Indexed by lag; columns rank_autocorrelation, bottom_turnover, top_turnover and
        days, those that have an autocorrelation.
    """
    rows = {}
    for lag in sorted({1, 5, horizon}):
        correlation = rank_autocorrelation(scores, lag)
        turnover = quantile_turnover(scores, lag, n).mean()
        rows[lag] = {
            "rank_autocorrelation": correlation.mean(),
            "bottom_turnover": turnover["bottom"],
            "top_turnover": turnover["top"],
            "days": int(correlation.count()),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("lag").astype({"days": int})


def coverage(scores: pd.DataFrame, eligible: pd.DataFrame) -> pd.Series:
    """Share of the eligible names that are scored.

    Args:
        scores: Date × asset, NaN = not scored.
        eligible: Date × asset, whether a name is in the universe; all of its assets count,
            also those that are never scored.

    Returns:
        By date of ``scores``; NaN where no name is eligible, or the date has no universe.
    """
    universe = eligible.reindex(index=scores.index, fill_value=False)
    scored = scores.notna().reindex(columns=universe.columns, fill_value=False)
    size = universe.sum(axis=1)
    return ((scored & universe).sum(axis=1) / size.where(size > 0)).rename("coverage")


def label_loss(
    scores: pd.DataFrame,
    forward_returns: pd.DataFrame,
    traded: pd.DataFrame,
    target: TargetSettings,
) -> pd.DataFrame:
    """Scored names without a known forward return, by reason.

    Args:
        scores: Date × asset, NaN = not scored.
        forward_returns: Date × asset labels of ``target``, NaN = not known (yet).
        traded: Date × asset, whether a name trades; all trading days of the market.
        target: How the labels are defined.

    Returns:
        By date of ``scores``: ``scored`` and ``known`` names, then a column for each of
        :data:`LOSSES` that add up to their difference: no trade at t; none at t + 1; the
        window is not over yet; more suspended days in it than ``target`` allows; anything
        else, as a residual without exposures.

    Raises:
        DeepAlphaError: A scored date is no trading day of ``traded``.
    """
    dates, assets, (ranked, returns) = aligned(scores=scores, forward_returns=forward_returns)
    position = traded.index.get_indexer(dates)
    if (position < 0).any():
        missing = dates[position < 0][0]
        raise DeepAlphaError(f"traded has no row for {missing:%Y-%m-%d}, on which names are scored")
    trades = traded.reindex(columns=assets, fill_value=False).to_numpy(dtype=bool)
    idle = np.vstack([np.zeros((1, len(assets)), np.int32), np.cumsum(~trades, 0, np.int32)])
    days, scored = len(trades), ~np.isnan(ranked)
    over = position + target.reach < days
    end = np.minimum(position + target.reach, days - 1)
    next_day = np.minimum(position + 1, days - 1)
    reasons = (
        ~trades[position],
        ~trades[next_day] & (position + 1 < days)[:, None],
        np.broadcast_to(~over[:, None], scored.shape),
        idle[end + 1] - idle[position + 1] > target.max_suspended,
        np.ones_like(scored),
    )
    left = scored & np.isnan(returns)
    columns = {"scored": scored.sum(axis=1), "known": (scored & ~left).sum(axis=1)}
    for name, holds in zip(LOSSES, reasons, strict=True):
        columns[name] = (left & holds).sum(axis=1)
        left = left & ~holds
    return pd.DataFrame(columns, dates)


def hit_rate(scores: pd.DataFrame, forward_returns: pd.DataFrame) -> pd.Series:
    """Share of names whose score and return lie on the same side of the day's medians.

    Half of a worthless score's names hit. Names on a median are left out. (The share of
    *days* with a positive IC is ``ic_summary``'s hit rate.)

    Args:
        scores: Date × asset, higher = better, NaN = not scored.
        forward_returns: Date × asset, NaN = not known (yet).

    Returns:
        By date; NaN with fewer than 10 joint names, or where all lie on a median.
    """
    dates, _, (ranked, returns) = aligned(scores=scores, forward_returns=forward_returns)
    joint = ~(np.isnan(ranked) | np.isnan(returns))
    enough = np.flatnonzero(joint.sum(axis=1) >= MINIMUM_NAMES)
    result = np.full(len(dates), np.nan)
    if len(enough):
        mask = joint[enough]
        sides = []
        for values in (ranked[enough], returns[enough]):
            taken = np.where(mask, values, np.nan)
            sides.append(np.sign(taken - _median(taken)[:, None]))
        product = sides[0] * sides[1]
        hits, misses = (product > 0).sum(axis=1), (product < 0).sum(axis=1)
        with np.errstate(invalid="ignore"):
            result[enough] = hits / (hits + misses)
    return pd.Series(result, dates, name="hit_rate")


def _median(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median of each row's known values; NumPy's own nanmedian goes row by row."""
    ascending = np.sort(values, axis=1)
    count = np.count_nonzero(~np.isnan(values), axis=1)[:, None]
    middle = np.take_along_axis(ascending, np.hstack([(count - 1) // 2, count // 2]), axis=1)
    medians: NDArray[np.float64] = middle.mean(axis=1)
    return medians


def _check_lag(lag: int) -> None:
    if lag < 1:
        raise DeepAlphaError(f"lag is {lag} days: scores are compared with earlier ones")
