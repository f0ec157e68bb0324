"""Which market is this? A data root belongs to one, and says so.

A market is recognised by its bars: one digest for each day. The same market with more
days keeps all earlier digests, so a daily update is welcome and another market is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from deep_alpha.digests import combine, day_digests, name_hashes
from deep_alpha.errors import MarketDataError
from deep_alpha.market.tables import BARS

# Limit prices are left out: they may come from the exchange's rules in the configuration.
_FIELDS = tuple(
    column.name
    for column in BARS.columns
    if column.kind in ("number", "flag") and not column.name.startswith("limit_")
)


@dataclass(frozen=True)
class MarketRecord:
    """What a data root remembers of its market.

    Args:
        source: Where the market came from: a folder's path or ``simulated``.
        dates: Its trading days, ``YYYY-MM-DD``.
        digests: One hexadecimal digest for each day's bars.
    """

    source: str
    dates: tuple[str, ...]
    digests: tuple[str, ...]

    @property
    def digest(self) -> str:
        """One short name for the whole market as it is now."""
        return combine(*self.dates, *self.digests)[:16]

    def as_json(self) -> dict[str, Any]:
        """Plain content for storage."""
        return {
            "source": self.source,
            "digest": self.digest,
            "dates": list(self.dates),
            "digests": list(self.digests),
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> MarketRecord:
        """Read back what ``as_json`` gave."""
        return cls(content["source"], tuple(content["dates"]), tuple(content["digests"]))


def identify(bars: pd.DataFrame, source: str) -> MarketRecord:
    """The record of a clean bars table."""
    codes, names = pd.factorize(bars["asset"], sort=True)
    days = pd.to_datetime(bars["date"]).to_numpy().astype("datetime64[D]")
    order = np.lexsort((codes, days))
    days = days[order]
    dates, starts = np.unique(days, return_index=True)
    offsets = np.append(starts, len(days)).astype(np.int64)
    columns = [name_hashes(np.asarray(names))[codes[order]]]
    columns += [
        bars[name].to_numpy(dtype=np.float32, na_value=np.nan)[order]
        for name in _FIELDS
        if name in bars.columns
    ]
    return MarketRecord(
        source=source,
        dates=tuple(np.datetime_as_string(dates, "D").tolist()),
        digests=tuple(f"{digest:016x}" for digest in day_digests(columns, offsets)),
    )


def check_same_market(stored: MarketRecord, new: MarketRecord, root: str) -> None:
    """Refuse a market that is not the stored one, possibly with more days.

    Raises:
        MarketDataError: Says where the two differ and what to type.
    """
    known = dict(zip(stored.dates, stored.digests, strict=True))
    fresh = dict(zip(new.dates, new.digests, strict=True))
    for date, digest in known.items():
        if fresh.get(date) != digest:
            what = "differs" if date in fresh else "is missing"
            raise MarketDataError(
                f"{root} belongs to the market '{stored.source}' "
                f"({stored.dates[0]} … {stored.dates[-1]}), but {date} {what} in '{new.source}'. "
                "For another market type `DEEP_ALPHA_DATA=<new folder> kedro run …`; after a "
                f"revision of the same market remove {root}/market.json and run again"
            )
