"""The simulated market: a believable A-share-like exchange whose truth is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from deep_alpha.market.simulation.accounts import known_quarter, make_accounts
from deep_alpha.market.simulation.arrays import BoolArray
from deep_alpha.market.simulation.calendar import (
    TRADING_DAYS_PER_YEAR,
    last_of_period,
    trading_days,
)
from deep_alpha.market.simulation.draws import Component, autoregression, generator
from deep_alpha.market.simulation.events import make_events
from deep_alpha.market.simulation.exchange import Exchange
from deep_alpha.market.simulation.fundamentals import (
    fundamentals_table,
    valuation_table,
)
from deep_alpha.market.simulation.index import make_index
from deep_alpha.market.simulation.names import assets_table, make_names
from deep_alpha.market.simulation.settings import SimulationSettings
from deep_alpha.market.simulation.tables import bars_table, risk_free_table
from deep_alpha.market.simulation.truth import SimulationTruth, make_truth
from deep_alpha.market.tables import Market

__all__ = ["SimulationSettings", "SimulationTruth", "simulate_market"]


def simulate_market(**settings: Any) -> Market:
    """Simulate a market with all its tables and a planted, known alpha.

    Args:
        **settings: Fields of ``SimulationSettings``.

    Returns:
        A ``Market`` named ``simulated`` whose ``truth`` is a ``SimulationTruth``. Equal
        settings give equal bits; a larger ``n_days`` continues the same history.

    Raises:
        pydantic.ValidationError: A setting is unknown or out of its bounds.
    """
    chosen = SimulationSettings(**settings)
    days = trading_days(chosen.start, chosen.n_days)
    names = make_names(chosen, days)
    events = make_events(chosen, names, days)
    accounts = make_accounts(chosen, names, days)
    known = known_quarter(accounts, days)
    by_name = np.arange(chosen.n_assets)
    history = Exchange(
        chosen,
        names,
        events,
        days,
        book=accounts.equity[known, by_name],
        earnings=accounts.trailing_profit()[known, by_name],
    ).run()

    present: BoolArray = np.any(history.traded, axis=0)
    total_cap = pd.DataFrame(history.prices["close"]).ffill().to_numpy() * history.total_shares
    paid = pd.DataFrame(history.dividend_cash)
    index = make_index(
        history, names, events.listed, days, max(1, round(chosen.index_share * chosen.n_assets))
    )
    rate_noise = generator(chosen.seed, Component.RISK_FREE).standard_normal(chosen.n_days)
    return Market(
        bars=bars_table(history, names, events, days),
        assets=assets_table(names, present),
        fundamentals=fundamentals_table(
            accounts,
            names,
            days,
            history.total_shares,
            history.float_shares,
            present,
            events.delisting_day,
        ),
        valuation=valuation_table(
            accounts,
            known,
            names,
            days,
            last_of_period(days, "W"),
            total_cap,
            paid.rolling(TRADING_DAYS_PER_YEAR, min_periods=1).sum().to_numpy(),
            history.traded,
        ),
        index_levels=index.levels,
        index_members=index.members,
        index_weights=index.weights,
        risk_free=risk_free_table(autoregression(rate_noise, 0.999), days),
        truth=make_truth(history, names, days, present, chosen.n_industries, chosen.oracle_horizon),
        name="simulated",
    )
