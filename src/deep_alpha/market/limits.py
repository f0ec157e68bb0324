"""Daily price limits of an exchange as data: which board, which dates, how far.

The limits of a day follow from the reference price, the close before the day in the terms
of the day: an exchange lowers it on an ex-date by what the share gives away, and rounds it
to a tick.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator

from deep_alpha.market.bar_steps import Floats, asset_codes, bar_steps, quoted
from deep_alpha.market.tables import Market

Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]

_LISTING_DELAY = np.timedelta64(30, "D")
_HALF_UP = 0.5 + 1e-6  # 13.365 is stored a hair lower: a half must still go up


class PriceLimitRule(BaseModel):
    """One board's price limit over some dates.

    Of several rules that fit a bar, the first in the list holds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    board: str = Field(description="the board's name, for reports")
    assets: str = Field(description="regular expression that matches the whole asset code")
    limit: float = Field(gt=0, lt=1, description="largest move from the reference price, fraction")
    st_limit: float | None = Field(
        default=None, gt=0, lt=1, description="the same under special treatment; empty: as limit"
    )
    first_date: date | None = Field(
        default=None, description="first day of the rule; empty: always"
    )
    last_date: date | None = Field(
        default=None, description="last day of the rule; empty: still valid"
    )
    free_days: int = Field(
        default=0, ge=0, description="trading days without limit after a listing under this rule"
    )
    tick: float = Field(default=0.01, gt=0, description="smallest price step, currency")

    @field_validator("assets")
    @classmethod
    def _must_compile(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        return pattern


def limit_prices(
    bars: pd.DataFrame,
    rules: Sequence[PriceLimitRule],
    list_dates: pd.Series[pd.Timestamp] | None = None,
) -> tuple[Floats, Floats]:
    """Highest and lowest price at which each bar could have traded.

    A limit that the bars bring along (``limit_up``, ``limit_down``) is taken as it is. The
    rest is reference price × (1 ± limit), rounded half up to a tick and at least one tick
    away. The limit of a day uses the day's own adj_factor and ST flag, which are both known
    before the market opens.

    Args:
        bars: Bars that passed the gate, sorted by asset and date.
        rules: The exchange's rules; empty where there are none.
        list_dates: Listing date by asset. Without it, an asset whose first bar is not the
            market's first day counts as listed on its first bar.

    Returns:
        ``limit_up`` and ``limit_down`` in raw prices, shape (rows,); NaN where no rule
        fits, on an asset's first bar and on free days after a listing.
    """
    return settle_limits(bars, board_limits(bars, rules, list_dates))


@dataclass(frozen=True)
class BoardLimits:
    """Limits by the rules alone, with and without special treatment; arrays (rows,)."""

    up: Floats
    down: Floats
    special_up: Floats
    special_down: Floats


def board_limits(
    bars: pd.DataFrame,
    rules: Sequence[PriceLimitRule],
    list_dates: pd.Series[pd.Timestamp] | None = None,
) -> BoardLimits:
    """What each bar's limits would be in either status; see ``limit_prices``.

    Args:
        bars: Bars that passed the gate, sorted by asset and date.
        rules: The exchange's rules.
        list_dates: Listing date by asset.
    """
    limits = BoardLimits(*(np.full(len(bars), np.nan) for _ in range(4)))
    if not rules:
        return limits
    steps = bar_steps(bars)
    reference = quoted(bars["close"]) / (steps.raw * steps.factor)
    listed = _listed(bars, steps.first, list_dates)
    codes, names = asset_codes(bars)
    open_rows = ~steps.first
    for rule in rules:
        fits = np.flatnonzero(open_rows & _applies(rule, names, bars, codes))
        open_rows[fits] = False
        since = np.datetime64(rule.first_date or date.min, "s")
        fits = fits[~((steps.number[fits] < rule.free_days) & (listed[fits] >= since))]
        base = _round_half_up(reference[fits], rule.tick)
        limits.up[fits], limits.down[fits] = _around(base, rule.limit, rule.tick)
        limits.special_up[fits], limits.special_down[fits] = _around(
            base, rule.st_limit or rule.limit, rule.tick
        )
    return limits


def settle_limits(bars: pd.DataFrame, limits: BoardLimits) -> tuple[Floats, Floats]:
    """The limits that held, by each bar's status and its own ``limit_up`` and ``limit_down``.

    Args:
        bars: The bars of ``limits``.
        limits: The limits by the rules alone.
    """
    special = bars["is_st"].to_numpy(bool) if "is_st" in bars else np.zeros(len(bars), bool)
    settled = {
        "limit_up": np.where(special, limits.special_up, limits.up),
        "limit_down": np.where(special, limits.special_down, limits.down),
    }
    for name, computed in settled.items():
        if name in bars:
            given = quoted(bars[name])
            computed[~np.isnan(given)] = given[~np.isnan(given)]
    return settled["limit_up"], settled["limit_down"]


def with_limit_prices(market: Market, rules: Sequence[PriceLimitRule]) -> Market:
    """The market with ``limit_up`` and ``limit_down`` filled in for every bar.

    Args:
        market: A market that passed the gate.
        rules: The exchange's rules; without any, the market is returned as it is.
    """
    if not rules:
        return market
    up, down = limit_prices(market.bars, rules, listing_dates(market))
    return market.with_tables(bars=market.bars.assign(limit_up=up, limit_down=down))


def listing_dates(market: Market) -> pd.Series[pd.Timestamp] | None:
    """Listing date by asset, ``None`` if the market does not know it."""
    if market.assets is None or "list_date" not in market.assets:
        return None
    return market.assets.set_index("asset")["list_date"].dropna()


def _applies(rule: PriceLimitRule, names: Sequence[str], bars: pd.DataFrame, codes: Codes) -> Mask:
    """Which bars a rule speaks about, by asset code and date, shape (rows,)."""
    pattern = re.compile(rule.assets)
    fits: Mask = np.array([pattern.fullmatch(name) is not None for name in names])[codes]
    dates = bars["date"].to_numpy()
    if rule.first_date is not None:
        fits &= dates >= np.datetime64(rule.first_date)
    if rule.last_date is not None:
        fits &= dates <= np.datetime64(rule.last_date)
    return fits


def _listed(
    bars: pd.DataFrame, first: Mask, list_dates: pd.Series[pd.Timestamp] | None
) -> npt.NDArray[np.datetime64]:
    """Listing date of each bar's asset; NaT where its first bars are not its first days."""
    dates = bars["date"].to_numpy().astype("datetime64[s]")
    starts = np.flatnonzero(first)
    begin = dates[starts]
    listed = np.where(begin > dates.min(), begin, np.datetime64("NaT"))
    if list_dates is not None:
        known = list_dates.reindex(bars["asset"].iloc[starts].astype(str)).to_numpy()
        known = known.astype("datetime64[s]")
        seen_from_start = np.isnat(known) | (begin - known <= _LISTING_DELAY)
        listed = np.where(np.isnat(known), listed, known)
        listed = np.where(seen_from_start, listed, np.datetime64("NaT"))
    return np.repeat(listed, np.diff(np.append(starts, len(bars))))


def _around(base: Floats, limit: float, tick: float) -> tuple[Floats, Floats]:
    step = np.maximum(base * limit, tick)
    return _round_half_up(base + step, tick), _round_half_up(base - step, tick)


def _round_half_up(prices: Floats, tick: float) -> Floats:
    return np.round(np.floor(prices / tick + _HALF_UP) * tick, 8)
