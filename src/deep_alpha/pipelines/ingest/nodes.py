"""Nodes of the ingest pipeline."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from deep_alpha.errors import ConfigurationError
from deep_alpha.market import (
    Market,
    check_market,
    read_market,
    with_limit_prices,
)
from deep_alpha.market.gate import GateSettings
from deep_alpha.market.identity import MarketRecord, identify
from deep_alpha.market.limits import PriceLimitRule
from deep_alpha.market.simulation import SimulationSettings, simulate_market
from deep_alpha.panel import build_panel
from deep_alpha.signals import wide_frame

SIMULATED = "simulated"


def obtain_market(market: str, simulation: SimulationSettings) -> Market:
    """Read the market folder, or simulate a market where none is named."""
    if not market:
        raise ConfigurationError(
            "this environment stands for real data: name the market's folder, as in "
            "kedro run --env=ashare --params=market=FOLDER"
        )
    if market == SIMULATED:
        return simulate_market(**simulation.model_dump())
    return read_market(Path(market))


def pass_gate(
    market: Market, gate: GateSettings, price_limits: list[PriceLimitRule]
) -> tuple[Market, list[dict[str, Any]], pd.DataFrame]:
    """Quarantine and blank what breaks a rule; list what is suspicious."""
    rules = [PriceLimitRule.model_validate(rule) for rule in price_limits]
    result = check_market(market, gate, price_limits=rules)
    findings = [asdict(finding) for finding in result.findings]
    return with_limit_prices(result.market, rules), findings, result.quarantine


def recognise_market(clean: Market, market: str) -> MarketRecord:
    """Take the market's digests; saving them refuses another market."""
    return identify(clean.bars, market)


def lay_panel(clean: Market, market_record: MarketRecord) -> xr.Dataset:
    """Build the panel, once the data root is known to belong to this market."""
    panel = build_panel(clean.bars, clean.assets)
    panel.attrs["market"] = market_record.digest
    return panel


def keep_tables(clean: Market, market_record: MarketRecord) -> dict[str, pd.DataFrame]:
    """The clean tables beside the bars, for the pipelines that need them."""
    return {name: table for name, table in clean.tables().items() if name != "bars"}


def keep_oracle(clean: Market, market_record: MarketRecord) -> pd.DataFrame:
    """The oracle's scores of a simulated market (date × asset); empty for a real one."""
    if clean.truth is None:
        return pd.DataFrame()
    return wide_frame(clean.truth.oracle_score)


def keep_planted(clean: Market, market_record: MarketRecord) -> pd.DataFrame:
    """The factor returns of a simulated market (date × factor); empty for a real one."""
    return pd.DataFrame() if clean.truth is None else clean.truth.factor_returns
