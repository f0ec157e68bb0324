"""The cap-weighted index: members by half-yearly review, levels and month-end weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from deep_alpha.market.simulation.arrays import BoolArray, DateArray, FloatArray, IntArray
from deep_alpha.market.simulation.calendar import half_yearly_reviews, last_of_period
from deep_alpha.market.simulation.history import History
from deep_alpha.market.simulation.names import Names

INDEX_NAME = "SIM"
_BASE_LEVEL = 1000.0
_REVIEW_DAYS = 60


@dataclass(frozen=True)
class IndexHistory:
    """Tables of the simulated index."""

    levels: pd.DataFrame
    members: pd.DataFrame
    weights: pd.DataFrame


def make_index(
    history: History, names: Names, listed: BoolArray, days: DateArray, n_members: int
) -> IndexHistory:
    """Follow the ``n_members`` largest names by float cap.

    Members are chosen on day 0 by the caps of the first day and at each review by the mean
    cap of the 60 days before it. A delisted member leaves at once and is not replaced.
    """
    close = pd.DataFrame(history.prices["close"]).ffill().to_numpy()
    cap = np.where(listed, close * history.float_shares, np.nan)
    member = _membership(cap, listed, days, n_members)
    return IndexHistory(
        _levels(history, close, cap, member, days),
        _member_spells(member, names, days),
        _month_end_weights(cap, member, names, days),
    )


def _membership(cap: FloatArray, listed: BoolArray, days: DateArray, n_members: int) -> BoolArray:
    reviews: IntArray = np.concatenate([[0], half_yearly_reviews(days)]).astype("int64")
    member = np.zeros(cap.shape, dtype=np.bool_)
    for i, begin in enumerate(reviews):
        end = reviews[i + 1] if i + 1 < len(reviews) else len(days)
        recent = cap[max(begin - _REVIEW_DAYS, 0) : begin] if begin else cap[:1]
        seen = np.isfinite(recent)
        mean = np.where(seen, recent, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
        size = np.where(listed[begin], mean, 0.0)
        largest = np.argsort(-size, kind="stable")[:n_members]
        member[begin:end, largest[size[largest] > 0]] = True
    return member & listed


def _levels(
    history: History, close: FloatArray, cap: FloatArray, member: BoolArray, days: DateArray
) -> pd.DataFrame:
    """Chain the members' price returns; weights are the float caps of the close before."""
    levels = np.empty((len(days), 4))
    last = _BASE_LEVEL
    for t in range(len(days)):
        levels[t] = last * _relative_prices(history, close, cap, member[t], t)
        last = levels[t, 3]
    frame = pd.DataFrame(np.round(levels, 4), columns=["open", "high", "low", "close"])
    frame.insert(0, "date", days.astype("datetime64[s]"))
    frame.insert(0, "index", pd.Series([INDEX_NAME] * len(days), dtype="str"))
    return frame


def _relative_prices(
    history: History, close: FloatArray, cap: FloatArray, member: BoolArray, t: int
) -> FloatArray:
    """Open, high, low and close of day ``t`` relative to the index's close before it."""
    # the base day has no close before it: the index begins at its members' open
    weighing_day = max(t - 1, 0)
    held = np.flatnonzero(member & np.isfinite(cap[weighing_day]))
    if not len(held):
        return np.ones(4)
    weight = cap[weighing_day, held] / cap[weighing_day, held].sum()
    if t:
        # the ex-rights drop of a price is no return
        ex_rights = history.adjustment[t, held] / history.adjustment[t - 1, held]
        base = close[t - 1, held] / ex_rights
    else:
        base = history.prices["open"][t, held]
    moved = np.ones(4)
    for i, name in enumerate(("open", "high", "low", "close")):
        relative = history.prices[name][t, held] / base
        # a suspended member keeps its last price
        moved[i] = (weight * np.where(np.isfinite(relative), relative, 1.0)).sum()
    opened, highest, lowest, closed = moved
    # members do not reach their extremes at the same moment
    above, below = max(opened, closed), min(opened, closed)
    moved[1] = above + 0.5 * (highest - above)
    moved[2] = below - 0.5 * (below - lowest)
    return moved


def _member_spells(member: BoolArray, names: Names, days: DateArray) -> pd.DataFrame:
    """Inclusive spells; one that is still running ends on the last simulated day."""
    padded = np.zeros((len(days) + 2, member.shape[1]), dtype=np.int8)
    padded[1:-1] = member
    change = np.diff(padded, axis=0)
    start_asset, start = np.nonzero(change.T == 1)
    _, end = np.nonzero(change.T == -1)
    return pd.DataFrame(
        {
            "index": pd.Series([INDEX_NAME] * len(start), dtype="str"),
            "asset": pd.Series(names.asset[start_asset], dtype="str"),
            "start": days[start].astype("datetime64[s]"),
            "end": days[end - 1].astype("datetime64[s]"),
        }
    )


def _month_end_weights(
    cap: FloatArray, member: BoolArray, names: Names, days: DateArray
) -> pd.DataFrame:
    month_ends = last_of_period(days, "M")
    inside = member[month_ends] & np.isfinite(cap[month_ends])
    held = np.where(inside, cap[month_ends], 0.0)
    total = held.sum(axis=1, keepdims=True)
    weight = held / np.where(total > 0, total, 1.0)
    row, asset = np.nonzero(inside)
    return pd.DataFrame(
        {
            "index": pd.Series([INDEX_NAME] * len(row), dtype="str"),
            "date": days[month_ends][row].astype("datetime64[s]"),
            "asset": pd.Series(names.asset[asset], dtype="str"),
            "weight": weight[row, asset],
        }
    )
