"""The benchmark's weights on every day, known at its close (SPEC 2.11).

What there is decides, day by day and in this order: weights that the index publishes; its
members, weighted by float cap; a stand-in, the next-largest names after the members of a
larger index; the universe, or a band of it. Weights are set anew when the source has
something new to say and drift with returns in between, as those of an index do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator

from deep_alpha.backtest.benchmark_sources import (
    FloatArray,
    Names,
    Source,
    member_source,
    published_source,
    stand_in_source,
    universe_source,
)
from deep_alpha.errors import ConfigurationError
from deep_alpha.market.universe import UniversePolicy
from deep_alpha.risk.capitalisation import carried

NO_BENCHMARK = "none"


class BenchmarkSettings(BaseModel):
    """What portfolios are measured against.

    Args:
        index: Its name in ``index_weights`` and ``index_members``; None: no index.
        after: Index whose members are left out of the stand-in; None: no stand-in.
        size: Names in the stand-in.
        band: First and last rank by float cap, from 1, in the universe; None: all of it.
        reset_months: Calendar months on whose first trading day the stand-in and the
            universe are chosen anew.
        universe: Who can be chosen for either, known at that close.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    index: str | None = None
    after: str | None = None
    size: PositiveInt = 500
    band: tuple[PositiveInt, PositiveInt] | None = None
    reset_months: tuple[int, ...] = Field((1, 7), min_length=1)
    universe: UniversePolicy = UniversePolicy(min_bars=60, exclude_at_limit=False, min_price=0.0)

    @field_validator("reset_months")
    @classmethod
    def _are_months(cls, months: tuple[int, ...]) -> tuple[int, ...]:
        if not all(1 <= month <= 12 for month in months):
            raise ValueError(f"reset_months={months}: months are numbered 1 to 12")
        return months

    @field_validator("band")
    @classmethod
    def _is_a_band(cls, band: tuple[int, int] | None) -> tuple[int, int] | None:
        if band is not None and band[0] > band[1]:
            raise ValueError(f"band={band}: the first rank must not be above the last")
        return band


@dataclass(frozen=True)
class Benchmark:
    """A benchmark's weights and where they came from.

    Args:
        weights: Date × asset, known at the close of each date; a row sums to 1, or is NaN
            as long as nobody can be weighted.
        source: Indexed by date: ``source`` (``index_weights``, ``members``, ``stand_in``,
            ``universe``, or ``none``), ``set_anew`` (whether weights were set that day, not
            drifted) and ``names`` (how many have a weight).
        counts: What was dropped or mended on the way.
        description: All of that in words, for captions.
    """

    weights: pd.DataFrame
    source: pd.DataFrame
    counts: dict[str, int]
    description: str


def benchmark_weights(
    panel: xr.Dataset, tables: Mapping[str, pd.DataFrame], settings: BenchmarkSettings
) -> Benchmark:
    """Weights of the benchmark at the close of every date.

    Published weights are taken as known at the close of their date (a date without trading
    counts from the next trading day on) and scaled to sum 1; changes of the index between
    two publications are not known. Members are weighted anew when the membership changes.
    A suspended name keeps its weight and has return 0; a suspended member is weighted by its
    last cap.

    Args:
        panel: The market panel.
        tables: ``index_weights`` and ``index_members``, if the market has them.
        settings: Which index, and what stands in for it.

    Returns:
        Weights of all assets of the panel on all its dates; nothing at t uses data after t.

    Raises:
        ConfigurationError: The tables know nothing of an index that is asked for.
        PanelError: A publication holds no asset of the panel.
    """
    names = Names(panel, settings.universe)
    sources = _sources(names, tables, settings)
    marked = carried(panel["close"].to_numpy(), len(names.dates))
    weights = np.full(marked.shape, np.nan)
    chosen = np.full(len(names.dates), NO_BENCHMARK, dtype=object)
    set_anew = np.zeros(len(names.dates), dtype=np.bool_)
    held: tuple[str, int] | None = None
    for day in range(len(names.dates)):
        if held is not None:
            weights[day] = _drifted(weights[day - 1], marked[day - 1], marked[day])
        for source in sources:
            now = (source.name, int(source.epoch[day]))
            if now[1] < 0:
                continue
            if now == held:
                break
            fresh = source.weigh(day)
            if fresh.any():
                weights[day] = fresh / fresh.sum()
                held, set_anew[day] = now, True
                break
        if held is not None:
            chosen[day] = held[0]
    counts: Counter[str] = Counter()
    for source in sources:
        counts.update(source.counts)
    about = pd.DataFrame(
        {"source": chosen, "set_anew": set_anew, "names": (weights > 0).sum(axis=1)}, names.dates
    )
    return Benchmark(
        pd.DataFrame(weights, names.dates, names.assets),
        about,
        dict(counts),
        _describe(about, sources, counts, settings),
    )


def _sources(
    names: Names, tables: Mapping[str, pd.DataFrame], settings: BenchmarkSettings
) -> list[Source]:
    """What there is, the best first."""
    found: list[Source] = []
    if settings.index is not None:
        for name, make in (("index_weights", published_source), ("index_members", member_source)):
            rows = _rows_of(tables, name, settings.index)
            if len(rows):
                found.append(make(names, rows, settings.index))
    if settings.after is not None:
        rows = _rows_of(tables, "index_members", settings.after)
        if not len(rows):
            raise ConfigurationError(
                f"benchmark.after={settings.after!r}: index_members has no such index"
            )
        found.append(
            stand_in_source(names, rows, settings.after, settings.size, settings.reset_months)
        )
    if settings.index is not None and not found:
        raise ConfigurationError(
            f"benchmark.index={settings.index!r}: neither index_weights nor index_members has "
            "such an index, and no other stands in for it; set benchmark.after, or "
            "benchmark.index to null for the cap-weighted universe"
        )
    return [*found, universe_source(names, settings.band, settings.reset_months)]


def _rows_of(tables: Mapping[str, pd.DataFrame], name: str, index: str) -> pd.DataFrame:
    table = tables.get(name)
    if table is None:
        return pd.DataFrame()
    return table[table["index"].astype(str) == index]


def _drifted(weights: FloatArray, before: FloatArray, after: FloatArray) -> FloatArray:
    """Weights one day on; a name without a price at either close does not move."""
    grown = weights * np.nan_to_num(after / before, nan=1.0)
    result: NDArray[np.float64] = grown / grown.sum()
    return result


def _describe(
    about: pd.DataFrame, sources: list[Source], counts: Counter[str], settings: BenchmarkSettings
) -> str:
    days = about["source"].value_counts()
    parts = [
        f"{source.words} ({days[source.name]} days, first "
        f"{about.index[about['source'] == source.name][0]:%Y-%m-%d})"
        for source in sources
        if source.name in days
    ]
    if NO_BENCHMARK in days:
        parts.append(f"none yet on {days[NO_BENCHMARK]} days")
    mended = [f"{number} {what}" for what, number in counts.items() if number]
    return (
        f"{settings.index or 'no index'}: {'; '.join(parts)}. Weights drift with returns in "
        f"between{'; ' + ', '.join(mended) if mended else ''}."
    )
