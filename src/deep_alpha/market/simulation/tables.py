"""The simulated history as the tables of a market folder."""

from __future__ import annotations

import numpy as np
import pandas as pd

from deep_alpha.market.simulation.arrays import DateArray, FloatArray
from deep_alpha.market.simulation.events import Events
from deep_alpha.market.simulation.history import History
from deep_alpha.market.simulation.names import Names
from deep_alpha.market.tables import BARS


def bars_table(history: History, names: Names, events: Events, days: DateArray) -> pd.DataFrame:
    """The ``bars`` table, sorted by asset and date; suspended days are absent rows."""
    mask = history.traded.T
    close, volume = history.prices["close"], history.volume
    float_cap = close * history.float_shares
    turnover = volume / history.float_shares
    columns: dict[str, FloatArray] = {
        **history.prices,
        "volume": volume,
        # vendors count from the company's first listing, so the factor does not begin at one
        "adj_factor": history.adjustment * names.traits["adj_factor"],
        "amount": volume * history.prices["vwap"],
        "turnover": turnover,
        "free_turnover": turnover / names.traits["free_share"],
        "float_cap": float_cap,
        "total_cap": close * history.total_shares,
    }
    frame = {
        "asset": pd.Series(np.broadcast_to(names.asset[:, None], mask.shape)[mask], dtype="str"),
        "date": np.broadcast_to(days, mask.shape)[mask].astype("datetime64[s]"),
        "is_st": events.special_treatment.T[mask],
    }
    for name in BARS.column_names:
        if name not in frame:
            frame[name] = columns[name].T[mask]
    return pd.DataFrame(frame)[list(BARS.column_names)]


def risk_free_table(noise: FloatArray, days: DateArray) -> pd.DataFrame:
    """A slowly moving annual rate about 2 %; ``noise`` is a unit-variance path (date,)."""
    rate = np.round(np.maximum(0.02 + 0.004 * noise, 0.001), 6)
    return pd.DataFrame({"date": days.astype("datetime64[s]"), "rate": rate})
