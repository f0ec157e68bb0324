"""One leg of one offset as an account with shares and cash, where sales may fail too."""

from __future__ import annotations

import numpy as np
import pandas as pd

from deep_alpha.backtest.cost_cases import FREE

NAN = np.nan


def frames(*tables):
    """Arrays as frames of business days and assets A00, A01 …"""
    dates = pd.bdate_range("2020-01-01", periods=len(tables[0]))
    return [
        pd.DataFrame(np.asarray(table), dates, [f"A{k:02d}" for k in range(np.shape(table)[1])])
        for table in tables
    ]


def random_market(days=30, assets=17, seed=0, dirty=True):
    """Scores, vwap, close, can_buy, can_sell of random walks; dirty: with all troubles."""
    random = np.random.default_rng(seed)
    intraday, overnight = 0.02 * random.standard_normal((2, days, assets))
    close = 10 * np.exp((intraday + overnight).cumsum(axis=0))
    vwap = close * np.exp(-intraday)
    scores = random.standard_normal((days, assets)).round(1)  # rounded: there are ties
    can_buy, can_sell = np.ones((2, days, assets), dtype=bool)
    if dirty:
        suspended = random.random(close.shape) < 0.1
        vwap[suspended] = close[suspended] = NAN
        vwap[:8, 0] = close[:8, 0] = scores[:8, 0] = NAN  # listed on day 8
        scores[random.random(close.shape) < 0.2] = NAN
        scores[11:12] = NAN
        can_buy = (random.random(close.shape) > 0.2) & ~np.isnan(vwap)
        can_sell = (random.random(close.shape) > 0.3) & ~np.isnan(vwap)
    return frames(scores, vwap, close, can_buy, can_sell)


def account(tables, names_of, offset, horizon, cost=FREE, *, waits=True):
    """Daily returns, and orders not filled.

    Args:
        tables: Frames of scores, price of execution, close, can_buy, can_sell.
        names_of: The leg's names, of one day's scores.
        offset: Trades on days offset, offset + horizon … from day 1 on.
        horizon: See there.
        cost: What is paid.
        waits: Whether a day without scores decides nothing; else it sells.

    Returns:
        Returns, names not bought and names not sold, each of shape (T,).
    """
    scores, price_of_orders, close, can_buy, can_sell = (table.to_numpy() for table in tables)
    dates = tables[0].index
    days, assets = scores.shape
    cash, shares, last = 1.0, np.zeros(assets), np.ones(assets)
    values, unbought, unsold = [1.0], np.zeros(days), np.zeros(days)
    for day in range(days):
        decided = day > 0 and not (waits and np.isnan(scores[day - 1]).all())
        if decided and day % horizon == offset:
            price = np.where(np.isnan(price_of_orders[day]), last, price_of_orders[day])
            total = cash + sum(shares * price)
            names = names_of(scores[day - 1])
            aim = np.zeros(assets)
            aim[names] = total / len(names) if names else 0.0
            bought = sold = 0.0
            for i in np.flatnonzero(aim < shares * price):
                if can_sell[day, i]:
                    sold += shares[i] * price[i] - aim[i]
                    shares[i] = aim[i] / price[i]
                elif shares[i] * price[i] - aim[i] > 1e-9 * total:
                    unsold[day] += 1
            short = {i: aim[i] - shares[i] * price[i] for i in range(assets)}
            short = {i: gap for i, gap in short.items() if gap > 1e-9 * total}
            unbought[day] = sum(not can_buy[day, i] for i in short)
            short = {i: gap for i, gap in short.items() if can_buy[day, i]}
            enough = min(1.0, (cash + sold) / sum(short.values())) if short else 1.0
            for i, gap in short.items():
                shares[i] += enough * gap / price[i]
                bought += enough * gap
            cash += sold - bought
            paid = (cost.buy * bought + cost.sell_rates(dates[[day]])[0] * sold) / total
            cash, shares = cash * (1 - paid), shares * (1 - paid)
        last = np.where(np.isnan(close[day]), last, close[day])
        values.append(cash + sum(shares * last))
    return np.array(values[1:]) / np.array(values[:-1]) - 1, unbought, unsold
