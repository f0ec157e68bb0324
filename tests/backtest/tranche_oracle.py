"""Overlapping tranches told slowly, with weights in place of values: an oracle of the engine.

Each day 1/h of the capital goes into the names chosen at yesterday's close, and stays there
for h days: h *slots*, of which slot s trades on days s, s + h, s + 2h … Their mean one-day
return is the portfolio's.

One slot: names chosen at the close of day t are bought at day t + 1's price of execution, and
sold at that of day t + 1 + h. The trading day's return is close → execution on the old names,
then execution → close on the new ones; every other day is close → close. A name that can not be
bought leaves its weight in cash; one that is held already keeps what it has drifted to. **Every
sale is filled**, at the last close where there is no price: here the engine knows better.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

LEGS = ("top", "bottom", "universe")


def tranches(scores, execution, close, buyable, *, k, horizon, cost_bps=0.0):
    """The portfolio's daily returns, turnover and orders that were not bought, by leg."""
    slots = [
        run_slot(scores, execution, close, buyable, k, horizon, first) for first in range(horizon)
    ]
    returns = sum(net(slot, cost_bps) for slot in slots) / horizon
    gross = sum(slot["gross"] for slot in slots) / horizon
    # The short leg pays its costs on top of the return that it gives away.
    returns["long_short"] = returns["top"] - (2 * gross["bottom"] - returns["bottom"])
    turnover = sum(slot["turnover"] for slot in slots) / horizon
    unbought = sum(slot["unbought"] for slot in slots)
    for table in (turnover, unbought):
        table["long_short"] = table["top"] + table["bottom"]
    return returns, turnover, unbought


def non_overlapping(scores, execution, close, buyable, *, k, horizon, cost_bps=0.0):
    """Each slot as a strategy of its own: a table of daily returns by leg for each."""
    return [
        net(run_slot(scores, execution, close, buyable, k, horizon, first), cost_bps)
        for first in range(horizon)
    ]


def net(slot, cost_bps):
    return (1 + slot["gross"]) * (1 - cost_bps / 1e4 * 2 * slot["turnover"]) - 1


def run_slot(scores, execution, close, buyable, k, horizon, first):
    """One slot: tables date × leg of daily gross return, turnover and names not bought."""
    dates = scores.index if isinstance(scores, pd.DataFrame) else pd.RangeIndex(len(scores))
    scores, execution, buyable = (np.asarray(table) for table in (scores, execution, buyable))
    marks = pd.DataFrame(np.asarray(close)).ffill().to_numpy()
    found = {name: np.zeros((len(scores), 3)) for name in ("gross", "turnover", "unbought")}
    for place, leg in enumerate(LEGS):
        weights = np.zeros(scores.shape[1])
        for day in range(1, len(scores)):
            if day % horizon != first:
                found["gross"][day, place], weights = hold(weights, marks[day] / marks[day - 1])
                continue
            suspended = np.isnan(execution[day])
            price = np.where(suspended, marks[day - 1], execution[day])
            before, drifted = hold(weights, price / marks[day - 1])
            target = even(scores[day - 1], leg, k)
            can_buy = buyable[day] & ~suspended
            bought = np.where(can_buy, target, np.minimum(target, drifted))
            after, weights = hold(bought, marks[day] / price)
            found["gross"][day, place] = (1 + before) * (1 + after) - 1
            found["turnover"][day, place] = np.abs(bought - drifted).sum() / 2
            found["unbought"][day, place] = np.count_nonzero(bought < target)
    return {name: pd.DataFrame(table, dates, list(LEGS)) for name, table in found.items()}


def hold(weights, growth):
    """Return of a portfolio, the rest in cash, and its weights after the drift."""
    growth = np.where(np.isnan(growth), 1.0, growth)
    earned = weights @ (growth - 1)
    return earned, weights * growth / (1 + earned)


def even(scores, leg, k):
    """Equal weights on a leg's names."""
    weights = np.zeros(len(scores))
    names = names_of(scores, leg, k)
    if len(names):
        weights[names] = 1 / len(names)
    return weights


def names_of(scores, leg, k):
    """Positions of a leg's names; among equal scores the asset that comes first is taken."""
    known = [i for i, score in enumerate(scores) if not np.isnan(score)]
    if leg == "universe":
        return known
    sign = -1 if leg == "top" else 1
    return sorted(known, key=lambda i: (sign * scores[i], i))[:k]
