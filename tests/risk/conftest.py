"""A small simulated market with its risk model, fitted once."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest
import xarray as xr

from deep_alpha.market import simulate_market
from deep_alpha.market.tables import Market
from deep_alpha.panel import build_panel
from deep_alpha.risk.basis import Basis, make_basis
from deep_alpha.risk.descriptors import Descriptors, compute_descriptors
from deep_alpha.risk.estimate import (
    ExposureRecord,
    RegressionRecord,
    estimate_returns,
    make_exposures,
)
from deep_alpha.risk.model import RiskModel
from deep_alpha.risk.settings import RiskSettings


@dataclass(frozen=True)
class Fitted:
    """Everything between a panel and its risk model."""

    market: Market
    panel: xr.Dataset
    basis: Basis
    descriptors: Descriptors
    record: ExposureRecord
    regressions: RegressionRecord
    model: RiskModel


def fit(
    panel: xr.Dataset, tables: dict[str, pd.DataFrame], market: Market, **settings: object
) -> Fitted:
    chosen = RiskSettings(**settings)
    basis = make_basis(panel, tables, chosen)
    descriptors = compute_descriptors(panel, basis, tables, chosen)
    record = make_exposures(panel, basis, descriptors, chosen)
    returns, regressions = estimate_returns(record.grids, basis)
    model = RiskModel(record.grids, returns)
    return Fitted(market, panel, basis, descriptors, record, regressions, model)


@pytest.fixture(scope="session")
def fitted() -> Fitted:
    market = simulate_market(n_assets=150, n_days=340, seed=11, suspensions_per_year=2.0)
    return fit(build_panel(market.bars, market.assets), market.tables(), market)
