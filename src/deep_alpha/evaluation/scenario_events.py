"""How often the crowd behaves as a scenario says, and what follows, year by year (SPEC 1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.factors.behaviours import INDICATORS
from deep_alpha.factors.scenarios import SCENARIOS
from deep_alpha.feature_table import FeatureTable
from deep_alpha.labels import Labels


def events_by_year(
    features: FeatureTable,
    indicators: xr.DataArray,
    events: Mapping[str, tuple[FeatureTable, Labels]],
    returns: xr.DataArray,
    last_day: int,
) -> pd.DataFrame:
    """Counts of indicators and events among the eligible names, and the events' hit rates.

    Args:
        features: Rows of the eligible names.
        indicators: The four indicators, (date, indicator, asset).
        events: By scenario, its event rows and their labels.
        returns: Forward returns over the labels' horizon, (date, asset).
        last_day: Calendar position of the last day that counts: a period that is kept for a
            last look stays unseen.

    Returns:
        Columns name (an indicator, divergence by its sign, or a scenario), year, rows (of
        eligible names), events, share, days (with an event); for scenarios hit_rate, the
        share of known labels above 0, and universe_hit_rate, that of all rows' returns
        (of a divergence 0.5 up to ties, for it is measured against the median).
    """
    span = features.rows_between(0, last_day)
    date_index, asset_index = features.date_index[span], features.asset_index[span]
    years = _years(features, date_index)
    everyone = pd.Series(years).value_counts()
    marks = indicators.to_numpy()[date_index, :, asset_index]
    counted = {
        name: marks[:, INDICATORS.index(name)] == 1.0
        for name in INDICATORS
        if name != "b3_divergence"
    }
    divergence = marks[:, INDICATORS.index("b3_divergence")]
    counted |= {"b3_up_on_falling": divergence == 1.0, "b3_down_on_rising": divergence == -1.0}
    rows: list[dict[str, Any]] = []
    for name in sorted(counted):
        rows += _counts(name, years[counted[name]], date_index[counted[name]], everyone)
    rises = _hit_rates(years, features.pick(returns)[span])
    for name, (table, labels) in events.items():
        own = table.rows_between(0, last_day)
        own_years = _years(table, table.date_index[own])
        hits = _hit_rates(own_years, labels.forward_return[own])
        base = pd.Series(0.5, everyone.index) if SCENARIOS[name].reversal else rises
        for row in _counts(name, own_years, table.date_index[own], everyone):
            year = row["year"]
            rows.append(
                {**row, "hit_rate": hits.get(year), "universe_hit_rate": base.get(year)},
            )
    columns = ["name", "year", "rows", "events", "share", "days", "hit_rate", "universe_hit_rate"]
    return pd.DataFrame(rows, columns=columns)


def _years(table: FeatureTable, date_index: NDArray[np.int32]) -> NDArray[np.int64]:
    years: NDArray[np.int64] = pd.DatetimeIndex(table.dates).year.to_numpy()[date_index]
    return years


def _counts(
    name: str, years: NDArray[np.int64], date_index: NDArray[np.int32], everyone: pd.Series
) -> list[dict[str, Any]]:
    found = pd.DataFrame({"year": years, "day": date_index}).groupby("year")["day"]
    events, days = found.size(), found.nunique()
    return [
        {
            "name": name,
            "year": year,
            "rows": int(total),
            "events": int(events.get(year, 0)),
            "share": float(events.get(year, 0) / total),
            "days": int(days.get(year, 0)),
        }
        for year, total in sorted(everyone.to_dict().items())
    ]


def _hit_rates(years: NDArray[np.int64], values: NDArray[np.float32]) -> pd.Series:
    known = np.isfinite(values)
    return pd.Series(values[known] > 0).groupby(years[known]).mean()
