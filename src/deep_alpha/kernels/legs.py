"""Paths of legs: equal-weight portfolios that trade on every h-th day (SPEC 1.5-E5, 2.11).

An account holds a value in each asset and cash. Days between trades multiply the values by
the assets' growth; a trade moves values towards equal ones. Costs are no part of it: they
shrink the whole account, so that any number of them can be charged on one path.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit

ROUNDING = 1e-9
"""Orders smaller than this share of the account are rounding: they are filled, not counted."""


class Growth(NamedTuple):
    """What happens to each asset on each day; float64, shape (T, N), 1 where unknown.

    Args:
        whole_day: Growth from close to close.
        overnight: Growth from the close before to the price that orders fill at.
        intraday: Growth from that price to the close.
    """

    whole_day: Any
    overnight: Any
    intraday: Any


class Paths(NamedTuple):
    """What is written; shape (legs, T), zeros at the start.

    Args:
        gross: Float64, daily returns before costs.
        bought: Float64, purchases of the day ÷ value of the account at the trade.
        sold: Float64, sales likewise.
        idle: Float64, cash ÷ value of the account at the close.
        holdings: Int64, names held at the close.
        unbought: Int64, names that were wanted and could not be bought.
        unsold: Int64, names that were not wanted any more and could not be sold.
    """

    gross: Any
    bought: Any
    sold: Any
    idle: Any
    holdings: Any
    unbought: Any
    unsold: Any


@njit(cache=True, nogil=True, error_model="numpy")
def run_offset(first, horizon, chosen, decides, growth, can_buy, can_sell, paths):  # type: ignore[no-untyped-def]
    """Run all legs of one offset: trades on days ``first``, ``first + horizon`` … from 1 on.

    Args:
        first: The offset, 0 … ``horizon`` − 1.
        horizon: Days between trades.
        chosen: Shape (legs, T, N), booleans: the names of each leg by what is known at that
            day's close; a name may be in several. They are traded on the next day.
        decides: Shape (T,), booleans: whether that day's choice is traded. Where it is not,
            accounts stay as they are; where it is, a leg without names is sold.
        growth: See there.
        can_buy: Shape (T, N), booleans: whether a purchase on that day is filled.
        can_sell: Shape (T, N), booleans: whether a sale on that day is filled.
        paths: Overwritten; see there.
    """
    legs, days, assets = chosen.shape
    values = np.zeros((legs, assets))
    names = np.zeros((legs, assets), np.int64)
    count = np.zeros(legs, np.int64)
    cash = np.ones(legs)
    total = np.ones(legs)
    for day in range(days):
        trades = day > 0 and day % horizon == first and decides[day - 1]
        for leg in range(legs):
            held, own = values[leg], names[leg]
            if not trades:
                worth = _grow(held, own, count[leg], growth.whole_day[day]) + cash[leg]
            else:
                worth = _grow(held, own, count[leg], growth.overnight[day]) + cash[leg]
                bought, sold, unbought, unsold = _trade(
                    held, cash[leg], worth, chosen[leg, day - 1], can_buy[day], can_sell[day]
                )
                cash[leg] = max(cash[leg] + sold - bought, 0.0)
                count[leg] = _list_held(held, own)
                paths.bought[leg, day] = bought / worth
                paths.sold[leg, day] = sold / worth
                paths.unbought[leg, day] = unbought
                paths.unsold[leg, day] = unsold
                worth = _grow(held, own, count[leg], growth.intraday[day]) + cash[leg]
            paths.gross[leg, day] = worth / total[leg] - 1.0
            paths.idle[leg, day] = cash[leg] / worth
            paths.holdings[leg, day] = count[leg]
            total[leg] = worth


@njit(cache=True, nogil=True, error_model="numpy")
def _grow(held, names, count, growth):  # type: ignore[no-untyped-def]
    """Let the values of the ``count`` names held grow; their sum."""
    total = 0.0
    for place in range(count):
        asset = names[place]
        held[asset] *= growth[asset]
        total += held[asset]
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def _list_held(held, names):  # type: ignore[no-untyped-def]
    """Write which assets have a value, in their order; how many there are."""
    count = 0
    for asset in range(held.size):
        if held[asset] != 0.0:
            names[count] = asset
            count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _trade(held, cash, worth, wanted, can_buy, can_sell):  # type: ignore[no-untyped-def]
    """Sell what can be sold, then buy as far as the cash goes, all purchases alike.

    Returns:
        Value bought, value sold, names not bought, names not sold.
    """
    target = worth / max(np.count_nonzero(wanted), 1)
    least = ROUNDING * worth
    sold, missing = 0.0, 0.0
    unbought, unsold = 0, 0
    for asset in range(held.size):
        aim = target if wanted[asset] else 0.0
        gap = aim - held[asset]
        if gap < 0.0:
            if can_sell[asset]:
                sold -= gap
                held[asset] = aim
            elif gap < -least:
                unsold += 1
        elif gap > 0.0:
            if can_buy[asset]:
                missing += gap
            elif gap > least:
                unbought += 1
    bought = min(missing, cash + sold)
    if missing > 0.0:
        share = bought / missing
        for asset in range(held.size):
            gap = target - held[asset]
            if wanted[asset] and gap > 0.0 and can_buy[asset]:
                held[asset] += share * gap
    return bought, sold, unbought, unsold
