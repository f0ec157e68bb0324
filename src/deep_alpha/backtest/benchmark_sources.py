"""Where a benchmark's weights can come from: publications, members, a stand-in, a universe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.risk.capitalisation import capitalisation

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

SUM_TOLERANCE = 1e-3
"""Published weights are rounded: a sum this close to 1 needs no mention."""

_CARRY_DAYS = 250


class Names:
    """The panel's dates and assets, and what the fallbacks ask about them when they must.

    Args:
        panel: The market panel.
        policy: Who can be chosen for the stand-in and the universe.
    """

    def __init__(self, panel: xr.Dataset, policy: UniversePolicy) -> None:
        self.dates = pd.DatetimeIndex(panel["date"].to_numpy())
        self.assets = pd.Index(panel["asset"].to_numpy().astype(str))
        self.policy = policy
        self._panel = panel

    @cached_property
    def float_cap(self) -> FloatArray:
        """(date, asset), currency; through a suspension the last one known."""
        return capitalisation(self._panel, carry_days=_CARRY_DAYS).floating

    @cached_property
    def eligible(self) -> Mask:
        """(date, asset): who can be chosen at that close."""
        return np.asarray(eligible(self._panel, self.policy).to_numpy(), dtype=np.bool_)

    def periods(self, months: tuple[int, ...]) -> NDArray[np.int64]:
        """(date,): a number that goes up on the first trading day of each of the months."""
        month = self.dates.year.to_numpy() * 12 + self.dates.month.to_numpy()
        begins = np.diff(month, prepend=month[0]) != 0
        begins &= np.isin(self.dates.month, months)
        return np.cumsum(begins, dtype=np.int64)


@dataclass(frozen=True)
class Source:
    """One way to weight a benchmark.

    Args:
        name: As reports call it.
        words: What it does, for descriptions.
        epoch: (date,): −1 where it has nothing to say; a new number sets the weights anew.
        weigh: Position of a date → (asset,) weights that need not sum to 1.
        counts: What was dropped or mended; filled while weights are made.
    """

    name: str
    words: str
    epoch: NDArray[np.int64]
    weigh: Callable[[int], FloatArray]
    counts: Counter[str] = field(default_factory=Counter)


def published_source(names: Names, rows: pd.DataFrame, index: str) -> Source:
    """Weights that the index itself publishes.

    Raises:
        PanelError: A publication holds no asset of the panel.
    """
    counts: Counter[str] = Counter()
    published: dict[int, FloatArray] = {}
    for date, table in rows.groupby("date", sort=True):
        place = names.assets.get_indexer(table["asset"].astype(str).to_numpy())
        values = table["weight"].to_numpy(dtype=np.float64)
        known = place >= 0
        if not values[known].sum() > 0:
            raise PanelError(
                f"index_weights of {index}, {pd.Timestamp(str(date)):%Y-%m-%d}: none of its "
                f"{len(table)} assets is in the panel"
            )
        counts["published rows whose asset is not in the panel, dropped"] += int((~known).sum())
        if abs(values.sum() - 1.0) > SUM_TOLERANCE:
            side = "above" if values.sum() > 1.0 else "below"
            counts[f"published sums {side} 1, scaled"] += 1
        row = np.zeros(len(names.assets))
        row[place[known]] = values[known]
        published[int(names.dates.searchsorted(pd.Timestamp(str(date))))] = row
    days = np.array(sorted(published), dtype=np.int64)
    epoch = np.searchsorted(days, np.arange(len(names.dates)), side="right") - 1
    return Source(
        "index_weights",
        f"weights published for {index}",
        epoch.astype(np.int64),
        lambda day: published[int(days[epoch[day]])],
        counts,
    )


def member_source(names: Names, rows: pd.DataFrame, index: str) -> Source:
    """Members of the index by float cap; epochs change with the membership."""
    inside = members(names, rows)
    changes = np.any(inside[1:] != inside[:-1], axis=1)
    epoch = np.concatenate([[0], np.cumsum(changes)]).astype(np.int64)
    epoch[~inside.any(axis=1)] = -1
    counts: Counter[str] = Counter()

    def weigh(day: int) -> FloatArray:
        cap = np.where(inside[day], names.float_cap[day], 0.0)
        counts["members without a float cap, left out"] += int(np.isnan(cap).sum())
        return np.nan_to_num(cap)

    return Source("members", f"members of {index} by float cap", epoch, weigh, counts)


def stand_in_source(
    names: Names, rows: pd.DataFrame, after: str, size: int, months: tuple[int, ...]
) -> Source:
    """The ``size`` largest by float cap that are no members of ``after``, by float cap."""
    inside = members(names, rows)
    epoch = np.where(inside.any(axis=1), names.periods(months), -1)

    def weigh(day: int) -> FloatArray:
        return _largest(names, day, ~inside[day], 1, size)

    return Source(
        "stand_in",
        f"in its stead the {size} largest names by float cap after the members of {after}, "
        f"{names.policy.describe()}, chosen anew in months {_listed(months)}",
        epoch,
        weigh,
    )


def universe_source(names: Names, band: tuple[int, int] | None, months: tuple[int, ...]) -> Source:
    """The universe, or a band of it by float cap, weighted by float cap."""
    first, last = band or (1, len(names.assets))
    everybody = np.ones(len(names.assets), dtype=np.bool_)
    ranks = f" of ranks {first} to {last} by float cap" if band else ""
    return Source(
        "universe",
        f"names{ranks} weighted by float cap, {names.policy.describe()}, chosen anew in months "
        f"{_listed(months)}",
        names.periods(months),
        lambda day: _largest(names, day, everybody, first, last),
    )


def members(names: Names, spells: pd.DataFrame) -> Mask:
    """(date, asset): who is in the index; spells include both ends, an open end is NaT."""
    inside = np.zeros((len(names.dates), len(names.assets)), dtype=np.bool_)
    place = names.assets.get_indexer(spells["asset"].astype(str).to_numpy())
    begin = names.dates.searchsorted(pd.DatetimeIndex(spells["start"]), side="left")
    last = pd.DatetimeIndex(spells["end"])
    end = np.where(last.isna(), len(names.dates), names.dates.searchsorted(last, side="right"))
    for asset, first, stop in zip(place, begin, end, strict=True):
        if asset >= 0:
            inside[first:stop, asset] = True
    return inside


def _largest(names: Names, day: int, candidates: Mask, first: int, last: int) -> FloatArray:
    """Float caps of the candidates of ranks ``first`` to ``last``; 0 for all others."""
    cap = np.nan_to_num(names.float_cap[day])
    cap[~(candidates & names.eligible[day])] = 0.0
    by_cap = np.argsort(-cap, kind="stable")
    weights = np.zeros(len(cap))
    chosen = by_cap[first - 1 : last]
    weights[chosen] = cap[chosen]
    return weights


def _listed(months: tuple[int, ...]) -> str:
    return " and ".join(map(str, months))
