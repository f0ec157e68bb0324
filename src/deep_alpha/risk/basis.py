"""What every part of the risk model starts from: caps, who counts, returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.market.universe import eligible
from deep_alpha.risk.capitalisation import Capitalisation, capitalisation
from deep_alpha.risk.returns import DailyReturns, daily_returns, daily_risk_free
from deep_alpha.risk.settings import RiskSettings


@dataclass(frozen=True)
class Basis:
    """Caps, estimation universe and returns of a panel.

    Args:
        caps: Market caps and who can have exposures.
        estimation: (date, asset) who standardises and estimates, known at the close.
        returns: Daily returns of assets and market.
    """

    caps: Capitalisation
    estimation: NDArray[np.bool_]
    returns: DailyReturns


def make_basis(
    panel: xr.Dataset, tables: Mapping[str, pd.DataFrame], settings: RiskSettings
) -> Basis:
    """Prepare a panel for the risk model.

    Args:
        panel: The market panel.
        tables: The market's other tables; ``risk_free`` is read where present.
        settings: The risk model's settings.
    """
    caps = capitalisation(panel, settings.carry_days)
    estimation = eligible(panel, settings.estimation).to_numpy() & caps.holders
    rate = daily_risk_free(tables.get("risk_free"), panel["date"].to_numpy(), settings.annual_days)
    return Basis(caps, estimation, daily_returns(panel, estimation, caps.floating, rate))
