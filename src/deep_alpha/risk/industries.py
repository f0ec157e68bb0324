"""Which industry factor an asset belongs to, day by day (SPEC 2.7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.panel.proxies import UNKNOWN_INDUSTRY
from deep_alpha.risk.gics import cne5_group, is_gics, sector_of

OTHER_INDUSTRY = "other"
"""Where industries go that are too small and have no larger one in their sector."""


@dataclass(frozen=True)
class IndustryGroups:
    """Industries that are large enough to have a factor of their own.

    Args:
        codes: (date, asset) position in ``names`` of the day's group.
        names: Sorted; the labels alone decide them, never who was a member when.
        merged: Which industry joined which on which day: columns ``date`` (the day's
            position), ``industry``, ``members`` (its own, before) and ``into``.
    """

    codes: NDArray[np.int16]
    names: tuple[str, ...]
    merged: pd.DataFrame


def industry_groups(
    labels: NDArray[np.object_], members: NDArray[np.bool_], minimum: int
) -> IndustryGroups:
    """Merge, day by day, industries with fewer than ``minimum`` members into others.

    If all labels are codes of the Global Industry Classification Standard (GICS), they
    are first grouped as CNE5 does; any other taxonomy is used as it is. A small industry
    joins the largest industry of its GICS sector that has enough members itself; without
    one, it joins ``other``. If that ends up too small, it joins the day's largest. An
    industry without members goes the way a small one would, so that assets outside the
    estimation universe have a factor too. A day without members merges nothing.

    Args:
        labels: (asset,) text of any taxonomy; ``unknown`` is an industry like the others
            but says nothing about the taxonomy.
        members: (date, asset) estimation universe.
        minimum: Fewest members of an industry.

    Returns:
        The groups; those of a day depend on that day's members only.

    Raises:
        PanelError: Shapes do not fit.
    """
    if members.ndim != 2 or labels.shape != members.shape[1:]:
        raise PanelError(
            "labels must be (asset,) and members (date, asset) of the same assets, "
            f"not {labels.shape} and {members.shape}"
        )
    industries, sector_names = _taxonomy(labels)
    distinct = set(industries)
    names = tuple(sorted(distinct | {OTHER_INDUSTRY} if len(distinct) > 1 else distinct))
    place = {name: code for code, name in enumerate(names)}
    own = np.array([place[industry] for industry in industries], dtype=np.int16)
    sectors = np.array([sector_names.get(name, name) for name in names], dtype=object)
    other = place.get(OTHER_INDUSTRY, 0)

    codes = np.empty(members.shape, dtype=np.int16)
    rows = []
    for day, inside in enumerate(members):
        counts = np.bincount(own[inside], minlength=len(names))
        into = _merge(counts, sectors, other, minimum)
        codes[day] = into[own]
        rows += [
            (day, names[code], int(counts[code]), names[into[code]])
            for code in np.flatnonzero((counts > 0) & (into != np.arange(len(names))))
        ]
    merged = pd.DataFrame(rows, columns=["date", "industry", "members", "into"])
    return IndustryGroups(codes=codes, names=names, merged=merged)


def _taxonomy(labels: NDArray[np.object_]) -> tuple[list[str], dict[str, str]]:
    """Each asset's industry, and the sector of each industry that has one."""
    texts = [str(label) for label in labels]
    known = set(texts) - {UNKNOWN_INDUSTRY}
    if not known or not all(is_gics(label) for label in known):
        return texts, {}
    group_of = {label: cne5_group(label) for label in known} | {UNKNOWN_INDUSTRY: UNKNOWN_INDUSTRY}
    return [group_of[text] for text in texts], {
        group_of[label]: sector_of(group_of[label]) for label in known
    }


def _merge(
    counts: NDArray[np.int64], sectors: NDArray[np.object_], other: int, minimum: int
) -> NDArray[np.int64]:
    """The group of each industry on a day with these numbers of members.

    Of two equally large industries, the first by name is taken.
    """
    into = np.arange(len(counts))
    if not counts.any():
        return into
    large = counts >= minimum
    for code in np.flatnonzero(~large):
        neighbours = large & (sectors == sectors[code])
        into[code] = np.where(neighbours, counts, 0).argmax() if neighbours.any() else other
    others = into == other
    if counts[others].sum() < minimum and large.any():
        into[others] = np.where(large, counts, 0).argmax()
    return into
