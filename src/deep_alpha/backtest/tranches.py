"""Top and bottom portfolios held in overlapping tranches (SPEC 1.5-E5).

With labels over h days, each day 1/h of the capital is put into the names that were
best at yesterday's close, and stays there for h days. The capital is thus run by h
*slots*; slot s trades on days s, s + h, s + 2h … and the portfolio's daily return is
the mean of the slots' one-day returns.

Exact accounting of one slot: names chosen at the close of day t are bought at day
t+1's execution price (open, vwap or close), and sold at the execution price of day
t+1+h, when the next names are bought. The trading day's return is therefore
close→execution on the old names, costs, then execution→close on the new ones; every
other day is close→close. Weights drift in between. Names that stay are traded by the
difference only.

What is simple on purpose (the exchange engine does better, and is tested against this):

* a name that can not be bought leaves its weight in cash; one that is held already
  keeps what it has drifted to, up to its target. Both are counted as ``unfilled``;
* a suspended name is valued at its last close, and a sale of it takes that price.
  Counted as ``stale_sales``. Limits do not stop a sale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.backtest.performance import one_sided_turnover

Table = pd.DataFrame | NDArray[np.float64]
Flags = pd.DataFrame | NDArray[np.bool_]
LEGS = ("top", "bottom", "universe")


@dataclass(frozen=True)
class TrancheResult:
    """Daily series of a tranche backtest, indexed by date.

    ``bottom`` is the return of *holding* the worst names. ``long_short`` is top minus
    bottom, both legs at full capital; its costs are those of both.

    Args:
        gross: Columns top, bottom, universe, long_short: daily returns before costs.
        net: The same net of costs, by cost in basis points of each side's traded value.
        turnover: One-sided turnover ½Σ|w_new − w_drifted| of the portfolio by day.
        unfilled: Orders of the day that could not be bought in full.
        stale_sales: Sales of the day at a last known close, for want of a price.
    """

    gross: pd.DataFrame
    net: dict[float, pd.DataFrame]
    turnover: pd.DataFrame
    unfilled: pd.DataFrame
    stale_sales: pd.DataFrame


@dataclass(frozen=True)
class _Trading:
    """What happens to each asset on each day, shape (T, N) each; growth 1 where unknown."""

    whole_day: NDArray[np.float64]  # growth close → close
    overnight: NDArray[np.float64]  # growth close → execution
    intraday: NDArray[np.float64]  # growth execution → close
    has_price: NDArray[np.bool_]
    can_buy: NDArray[np.bool_]


@dataclass(frozen=True)
class _Slots:
    """Paths of the h slots of one leg, shape (h, T) each."""

    gross: NDArray[np.float64]
    turnover: NDArray[np.float64]
    unfilled: NDArray[np.int64]
    stale_sales: NDArray[np.int64]


def tranche_backtest(
    scores: Table,
    execution: Table,
    close: Table,
    buyable: Flags,
    *,
    k: int,
    horizon: int,
    costs_bps: Sequence[float] = (0, 5, 10, 20),
) -> TrancheResult:
    """Hold the top k, the bottom k and all scored names in h overlapping tranches.

    Args:
        scores: Shape (T, N), known at the close of each day, higher = better; NaN = not
            in the universe. A day without scores sells the slot of the next day.
        execution: Shape (T, N), adjusted prices that orders fill at: the opens, vwaps
            or closes. NaN = no trading.
        close: Shape (T, N), adjusted closes, NaN = no trading.
        buyable: Shape (T, N), whether an asset can be bought **on** that day.
        k: Names in the top and in the bottom; a day with fewer names holds those.
        horizon: Days h a tranche is held, and number of tranches.
        costs_bps: Costs a side, in basis points of the value traded.

    Returns:
        Daily series, dated like ``scores`` (numbered if that is an array). The first h
        days ramp up from cash; the last holdings are valued, not sold.

    Raises:
        ValueError: Tables differ in shape or labels, or ``k`` or ``horizon`` is below 1.
    """
    dates, slots = _run_slots(scores, execution, close, buyable, k, horizon)

    def portfolio(values: dict[str, NDArray[np.float64]]) -> pd.DataFrame:
        return pd.DataFrame({leg: value.mean(axis=0) for leg, value in values.items()}, dates)

    def count(values: dict[str, NDArray[np.int64]]) -> pd.DataFrame:
        return pd.DataFrame({leg: value.sum(axis=0) for leg, value in values.items()}, dates)

    gross = portfolio({leg: slot.gross for leg, slot in slots.items()})
    net = {}
    for cost in costs_bps:
        legs = portfolio({leg: _net(slot, cost) for leg, slot in slots.items()})
        # The short leg pays its costs on top of the return that it gives away.
        legs["long_short"] = legs["top"] - (2 * gross["bottom"] - legs["bottom"])
        net[float(cost)] = legs
    turnover = portfolio({leg: slot.turnover for leg, slot in slots.items()})
    unfilled = count({leg: slot.unfilled for leg, slot in slots.items()})
    stale_sales = count({leg: slot.stale_sales for leg, slot in slots.items()})
    gross["long_short"] = gross["top"] - gross["bottom"]
    for table in (turnover, unfilled, stale_sales):
        table["long_short"] = table["top"] + table["bottom"]
    return TrancheResult(gross, net, turnover, unfilled, stale_sales)


def non_overlapping(
    scores: Table,
    execution: Table,
    close: Table,
    buyable: Flags,
    *,
    k: int,
    horizon: int,
    cost_bps: float = 0,
) -> list[pd.DataFrame]:
    """The whole capital rebalanced every h-th day, once for each offset.

    These are the slots of :func:`tranche_backtest`, each taken as a strategy of its own:
    average *figures* (Sharpe …) over the list, since one offset alone is luck.

    Args:
        scores: As of :func:`tranche_backtest`, like all arguments but ``cost_bps``.
        execution: See there.
        close: See there.
        buyable: See there.
        k: See there.
        horizon: See there.
        cost_bps: Cost a side in basis points of the value traded.

    Returns:
        One table for each offset: columns top, bottom, universe, long_short, daily.

    Raises:
        ValueError: As :func:`tranche_backtest`.
    """
    dates, slots = _run_slots(scores, execution, close, buyable, k, horizon)
    tables = []
    for offset in range(horizon):
        gross = slots["bottom"].gross[offset]
        legs = pd.DataFrame({leg: _net(slots[leg], cost_bps)[offset] for leg in LEGS}, dates)
        legs["long_short"] = legs["top"] - (2 * gross - legs["bottom"])
        tables.append(legs)
    return tables


def naive_overlap(scores: Table, close: Table, *, k: int, horizon: int) -> pd.DataFrame:
    """The paper's accounting, which **inflates**: h-day returns taken as if they were daily.

    Each day's portfolio is credited with its h-day forward close-to-close return, and
    these are compounded daily: the same capital is used h times over, which multiplies
    exposure by h and the Sharpe ratio by about √h. No fills, no costs. For comparison
    with the paper only (SPEC 1.5-E5).

    Args:
        scores: Shape (T, N), NaN = not in the universe.
        close: Shape (T, N), adjusted closes, NaN = no trading.
        k: Names in the top and in the bottom.
        horizon: Days h of the forward return.

    Returns:
        Columns top, bottom, universe, long_short; the last h dates have no return yet
        and are left out.

    Raises:
        ValueError: As :func:`tranche_backtest`.
    """
    _check(scores, k, horizon, close=close)
    ranked, filled = _array(scores), _marks(_array(close))
    legs: dict[str, list[float]] = {leg: [] for leg in LEGS}
    for day in range(len(filled) - horizon):
        returns = np.nan_to_num(filled[day + horizon] / filled[day] - 1)
        for leg, values in legs.items():
            values.append(float(_target(ranked[day], leg, k) @ returns))
    table = pd.DataFrame(legs, _dates(scores)[: max(len(filled) - horizon, 0)])
    table["long_short"] = table["top"] - table["bottom"]
    return table


def _run_slots(
    scores: Table, execution: Table, close: Table, buyable: Flags, k: int, horizon: int
) -> tuple[pd.Index, dict[str, _Slots]]:
    _check(scores, k, horizon, execution=execution, close=close, buyable=buyable)
    trading = _trading(_array(execution), _array(close), np.asarray(buyable, dtype=np.bool_))
    slots = {}
    for leg in LEGS:
        paths = [
            _run_slot(_array(scores), leg, k, trading, first, horizon) for first in range(horizon)
        ]
        slots[leg] = _Slots(*(np.array(part) for part in zip(*paths, strict=True)))
    return _dates(scores), slots


def _run_slot(
    scores: NDArray[np.float64], leg: str, k: int, trading: _Trading, first: int, horizon: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """One slot's daily gross return, turnover, unfilled orders and stale sales."""
    days, assets = scores.shape
    gross, turnover = np.zeros(days), np.zeros(days)
    unfilled, stale = np.zeros(days, dtype=np.int64), np.zeros(days, dtype=np.int64)
    weights = np.zeros(assets)
    for day in range(1, days):
        if day % horizon != first:
            gross[day], weights = _hold(weights, trading.whole_day[day])
            continue
        before, drifted = _hold(weights, trading.overnight[day])
        target = _target(scores[day - 1], leg, k)
        bought = np.where(trading.can_buy[day], target, np.minimum(target, drifted))
        after, weights = _hold(bought, trading.intraday[day])
        gross[day] = (1 + before) * (1 + after) - 1
        turnover[day] = one_sided_turnover(bought, drifted)
        unfilled[day] = np.count_nonzero(bought < target)
        stale[day] = np.count_nonzero(~trading.has_price[day] & (bought < drifted))
    return gross, turnover, unfilled, stale


def _hold(
    weights: NDArray[np.float64], growth: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Return of a portfolio, the rest in cash, and its weights after the drift."""
    result = float(weights @ (growth - 1))
    return result, weights * growth / (1 + result)


def _target(scores: NDArray[np.float64], leg: str, k: int) -> NDArray[np.float64]:
    """Equal weights on a leg's names; ties go to the asset that comes first."""
    known = np.flatnonzero(~np.isnan(scores))
    if leg != "universe":
        sign = -1 if leg == "top" else 1
        known = known[np.argsort(sign * scores[known], kind="stable")[:k]]
    weights = np.zeros(len(scores))
    if len(known):
        weights[known] = 1 / len(known)
    return weights


def _trading(
    execution: NDArray[np.float64], close: NDArray[np.float64], buyable: NDArray[np.bool_]
) -> _Trading:
    marks = _marks(close)
    has_price = ~np.isnan(execution)
    whole_day, overnight = np.ones_like(marks), np.ones_like(marks)
    whole_day[1:] = marks[1:] / marks[:-1]
    overnight[1:] = execution[1:] / marks[:-1]
    intraday = np.where(has_price, marks / execution, whole_day)
    for growth in (whole_day, overnight, intraday):
        growth[np.isnan(growth)] = 1.0
    return _Trading(whole_day, overnight, intraday, has_price, buyable & has_price)


def _marks(close: NDArray[np.float64]) -> NDArray[np.float64]:
    """Closes carried forward through days without trading."""
    return pd.DataFrame(close).ffill().to_numpy()


def _net(slots: _Slots, cost_bps: float) -> NDArray[np.float64]:
    traded = 2 * slots.turnover
    net: NDArray[np.float64] = (1 + slots.gross) * (1 - cost_bps / 1e4 * traded) - 1
    return net


def _array(table: Table) -> NDArray[np.float64]:
    return np.asarray(table, dtype=np.float64)


def _dates(scores: Table) -> pd.Index:
    return scores.index if isinstance(scores, pd.DataFrame) else pd.RangeIndex(len(scores))


def _check(scores: Table, k: int, horizon: int, **others: Table | Flags) -> None:
    if k < 1 or horizon < 1:
        raise ValueError(f"k is {k} and horizon {horizon}: both must be at least 1")
    for name, table in others.items():
        if table.shape != scores.shape:
            raise ValueError(f"{name} has shape {table.shape}, scores {scores.shape}")
        if (
            isinstance(table, pd.DataFrame)
            and isinstance(scores, pd.DataFrame)
            and not (table.index.equals(scores.index) and table.columns.equals(scores.columns))
        ):
            raise ValueError(
                f"{name} and scores have different dates or assets: reindex one like the other"
            )
