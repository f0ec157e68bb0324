"""Suspensions, special treatment, delistings, dividends and bonus issues.

All of them are drawn without regard to prices, so none of them predicts a return.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deep_alpha.market.simulation.arrays import BoolArray, DateArray, FloatArray, IntArray
from deep_alpha.market.simulation.calendar import TRADING_DAYS_PER_YEAR
from deep_alpha.market.simulation.draws import Component, generator
from deep_alpha.market.simulation.names import Names
from deep_alpha.market.simulation.settings import SimulationSettings

_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Events:
    """The exchange's and the companies' events, (date, asset) but for ``delisting_day``.

    Args:
        listed: Whether the name is on the exchange.
        suspended: Whether a listed name does not trade.
        special_treatment: Whether it is an ST name.
        delisting_day: (asset,) first day without listing.
        dividend_yield: Cash dividend on its ex-date, fraction of the last close.
        bonus: Bonus shares for each share that are offered on the ex-date.
        bonus_draw: Uniform number that decides whether the bonus issue happens.
    """

    listed: BoolArray
    suspended: BoolArray
    special_treatment: BoolArray
    delisting_day: IntArray
    dividend_yield: FloatArray
    bonus: FloatArray
    bonus_draw: FloatArray


def make_events(settings: SimulationSettings, names: Names, days: DateArray) -> Events:
    """Draw all events of the span."""
    n_days = len(days)
    special, ends = _special_treatment(settings, n_days)
    day = np.arange(n_days)[:, None]
    listed = (day >= names.listing_day) & (day < ends)
    suspended = _suspensions(settings, n_days) & listed & (day > names.listing_day + 5)
    dividend_yield, bonus, bonus_draw = _corporate_actions(settings, names, days)
    return Events(listed, suspended, special & listed, ends, dividend_yield, bonus, bonus_draw)


def _spells(starts: BoolArray, lengths: IntArray) -> BoolArray:
    """Days inside a spell; a start within a running spell is ignored."""
    inside = np.zeros(starts.shape, dtype=np.bool_)
    left = np.zeros(starts.shape[1], dtype=np.int64)
    for t in range(len(starts)):
        left = np.where((left == 0) & starts[t], lengths[t], left)
        inside[t] = left > 0
        left = np.maximum(left - 1, 0)
    return inside


def _suspensions(settings: SimulationSettings, n_days: int) -> BoolArray:
    draws = generator(settings.seed, Component.SUSPENSION).random((n_days, 3, settings.n_assets))
    rate = settings.suspensions_per_year / TRADING_DAYS_PER_YEAR
    # one spell in ten is a long one, as in a reorganisation
    mean_length = np.where(draws[:, 1] < 0.1, 40.0, 4.0)
    lengths = 1 + np.floor(-mean_length * np.log1p(-draws[:, 2])).astype("int64")
    return _spells(draws[:, 0] < rate, lengths)


def _special_treatment(settings: SimulationSettings, n_days: int) -> tuple[BoolArray, IntArray]:
    rng = generator(settings.seed, Component.SPECIAL_TREATMENT)
    draws = rng.random((n_days, 3, settings.n_assets))
    rate = np.full((n_days, 1), settings.st_spells_per_year / TRADING_DAYS_PER_YEAR)
    # the first day finds the spells of the year before still running
    rate[0] = settings.st_spells_per_year
    starts = draws[:, 0] < rate
    lengths = 120 + np.floor(-150.0 * np.log1p(-draws[:, 1])).astype("int64")
    inside = _spells(starts, lengths)
    fatal = starts & (draws[:, 2] < settings.delisting_share)
    ends = np.where(fatal, np.arange(n_days)[:, None] + lengths, _NEVER)
    return inside, ends.min(axis=0)


def _corporate_actions(
    settings: SimulationSettings, names: Names, days: DateArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """One possible ex-date a year for each name, between mid-May and the end of July."""
    n = settings.n_assets
    years = np.arange(days[0].astype("datetime64[Y]"), days[-1].astype("datetime64[Y]") + 1)
    rng = generator(settings.seed, Component.CORPORATE_ACTION)
    draws = rng.random((len(years), 5, n))
    shape = (len(days), n)
    dividend_yield, bonus, bonus_draw = np.zeros(shape), np.zeros(shape), np.ones(shape)
    earnings_yield = (
        names.traits["margin"] * names.traits["asset_turn"] * names.traits["book_to_price"]
    )
    usual = np.clip(earnings_yield * names.traits["payout"], 0.0, 0.05)
    for year, (offset, pays, size, issue, ratio) in zip(years, draws, strict=True):
        ex_date = (
            year.astype("datetime64[D]") + 134 + np.floor(offset * 76).astype("timedelta64[D]")
        )
        position = np.searchsorted(days, ex_date)
        valid = np.flatnonzero((position < len(days)) & (ex_date >= days[0]))
        at = (position[valid], valid)
        dividend_yield[at] = (np.where(pays < 0.75, usual * (0.6 + 0.8 * size), 0.0))[valid]
        bonus[at] = np.array([0.2, 0.3, 0.5, 1.0])[np.floor(ratio[valid] * 4).astype("int64")]
        bonus_draw[at] = issue[valid]
    return dividend_yield, bonus, bonus_draw
