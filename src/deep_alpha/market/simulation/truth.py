"""What was planted: the part of a simulated market that no real market shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.market.simulation.alpha import BEHAVIOURS
from deep_alpha.market.simulation.arrays import AnyArray, BoolArray, DateArray
from deep_alpha.market.simulation.factors import STYLES
from deep_alpha.market.simulation.history import History
from deep_alpha.market.simulation.names import INDUSTRIES, Names


@dataclass(frozen=True)
class SimulationTruth:
    """Planted quantities of a simulated market; all returns are log returns.

    Names outside their listing are NaN. Returns are those of fair values: they go on through
    suspensions and beyond price limits, which the bars show later.

    Args:
        exposures: (date, style, asset) known at the close of ``date``; they carry the factor
            returns of the next trading day.
        factor_returns: date × country, industries and styles: the day's own returns. The
            cap-weighted mean of the industries is zero.
        specific_returns: (date, asset), the planted drift included.
        expected_return: (date, asset) expectation, given the bars up to the close of
            ``date``, of the next day's specific return.
        oracle_score: (date, asset) what the impulses up to the close of ``date`` add to the
            specific return of the next ``oracle_horizon`` days: the score to measure models
            against. Impulses of later closes depend on later shocks and are not in it.
        behaviours: (date, behaviour, asset) strength of the three crowd behaviours.
        oracle_horizon: Days that ``oracle_score`` looks ahead.
    """

    exposures: xr.DataArray
    factor_returns: pd.DataFrame
    specific_returns: xr.DataArray
    expected_return: xr.DataArray
    oracle_score: xr.DataArray
    behaviours: xr.DataArray
    oracle_horizon: int


def make_truth(
    history: History,
    names: Names,
    days: DateArray,
    present: BoolArray,
    n_industries: int,
    oracle_horizon: int,
) -> SimulationTruth:
    """Label the planted arrays for the names that have bars."""
    dates = days.astype("datetime64[s]")
    assets = names.asset[present].astype(str)

    def labelled(values: AnyArray, name: str) -> xr.DataArray:
        coords = {"date": dates, "asset": assets}
        return xr.DataArray(values[:, present], coords, ("date", "asset"), name)

    def stacked(values: AnyArray, kind: str, labels: tuple[str, ...], name: str) -> xr.DataArray:
        coords = {"date": dates, kind: list(labels), "asset": assets}
        return xr.DataArray(values[:, :, present], coords, ("date", kind, "asset"), name)

    factor_returns = pd.DataFrame(
        history.factor_returns,
        index=pd.DatetimeIndex(dates, name="date"),
        columns=["country", *INDUSTRIES[:n_industries], *STYLES],
    )
    return SimulationTruth(
        exposures=stacked(history.exposures, "style", STYLES, "exposures"),
        factor_returns=factor_returns,
        specific_returns=labelled(history.specific, "specific_returns"),
        expected_return=labelled(np.asarray(history.expected), "expected_return"),
        oracle_score=labelled(np.asarray(history.oracle), "oracle_score"),
        behaviours=stacked(history.behaviours, "behaviour", BEHAVIOURS, "behaviours"),
        oracle_horizon=oracle_horizon,
    )
