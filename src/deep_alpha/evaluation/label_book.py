"""Labels and exposures that all signals of a market are judged on, computed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.market.universe import buyable
from deep_alpha.risk import five_factor_exposures
from deep_alpha.risk.model import RiskModel
from deep_alpha.targets import TargetSettings, target_return
from deep_alpha.targets.settings import Entry, Kind

_LABELS: Mapping[str, tuple[Kind, Entry]] = {
    "raw": ("raw", "close"),
    "tradable": ("raw", "next_vwap"),
    "residual": ("residual", "close"),
    "compound": ("compound", "close"),
    "single": ("single", "close"),
    "tradable_single": ("single", "next_vwap"),
}


@dataclass(frozen=True)
class Exposures:
    """What a score is neutralised to.

    Args:
        styles: (T, N, Q), known at the close of each date.
        industry: (N,) or (T, N), codes from 0, -1 for none.
    """

    styles: NDArray[np.floating]
    industry: NDArray[np.integer]


@dataclass(frozen=True)
class LabelBook:
    """Everything about the names that does not depend on their scores; arrays (T, N).

    Args:
        dates: Shape (T,).
        assets: Shape (N,).
        horizon: Length h of the labels in market days.
        labels: ``raw``: close to close. ``tradable``: from the next day's vwap to that h
            days later, of names that can be bought on that day. With a risk model also the
            targets ``residual``, ``compound`` and ``single`` from the close, and
            ``tradable_single``, from the next day's vwap on buyable names.
        cap: Float cap at the close, currency.
        volatility: 20-day volatility in the day's standard deviations, clipped at 3.
        five_factors: The styles of five-factor neutralisation, and industries.
        cne5: Those of the risk model; None without one.
    """

    dates: pd.DatetimeIndex
    assets: pd.Index
    horizon: int
    labels: Mapping[str, NDArray[np.float64]]
    cap: NDArray[np.float64]
    volatility: NDArray[np.float64]
    five_factors: Exposures
    cne5: Exposures | None

    @classmethod
    def of(
        cls,
        panel: xr.Dataset,
        risk: RiskModel | None,
        horizon: int,
        dates: pd.DatetimeIndex,
        max_suspended: int = 5,
    ) -> LabelBook:
        """Compute a market's labels and exposures.

        Args:
            panel: The market panel.
            risk: Its fitted risk model; None leaves out what needs one.
            horizon: Market days.
            dates: The dates to be judged, all of the panel.
            max_suspended: As of :class:`~deep_alpha.targets.TargetSettings`.

        Raises:
            PanelError: The panel does not have a date, or the risk model is of another one.
        """
        known = pd.DatetimeIndex(panel["date"].to_numpy())
        rows = known.get_indexer(dates)
        if (rows < 0).any():
            raise PanelError(f"the panel has no {dates[rows < 0][0]:%Y-%m-%d}")
        next_day = np.zeros(panel["traded"].shape, dtype=np.bool_)
        next_day[:-1] = buyable(panel, "vwap").to_numpy()[1:]
        labels = {}
        for name, (kind, entry) in _LABELS.items():
            if kind == "raw" or risk is not None:
                settings = TargetSettings(
                    horizon=horizon, entry=entry, kind=kind, max_suspended=max_suspended
                )
                values = target_return(panel, settings, risk).to_numpy()[rows].astype(np.float64)
                labels[name] = (
                    values if entry == "close" else np.where(next_day[rows], values, np.nan)
                )
        five = five_factor_exposures(panel.isel(date=slice(0, int(rows.max()) + 1)))
        styles = five.isel(date=rows)
        codes = np.unique(panel["industry"].to_numpy().astype(str), return_inverse=True)[1]
        return cls(
            dates=pd.DatetimeIndex(dates),
            assets=pd.Index(panel["asset"].to_numpy().astype(str)),
            horizon=horizon,
            labels=labels,
            cap=panel["float_cap"].to_numpy()[rows].astype(np.float64),
            volatility=styles.sel(style="volatility_20").to_numpy(),
            five_factors=Exposures(styles.to_numpy(), codes),
            cne5=None if risk is None else _cne5(risk, rows),
        )


def _cne5(risk: RiskModel, rows: NDArray[np.intp]) -> Exposures:
    exposures = risk.exposures.isel(date=rows)
    return Exposures(
        exposures["exposure"].transpose("date", "asset", "style").to_numpy(),
        exposures["industry"].to_numpy(),
    )
