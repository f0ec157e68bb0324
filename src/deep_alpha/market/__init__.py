"""Markets: read a folder of tables, or simulate one, and put it through the quality gate."""

from deep_alpha.market.gate import Finding, GateResult, GateSettings, check_market
from deep_alpha.market.limits import PriceLimitRule, limit_prices, with_limit_prices
from deep_alpha.market.reader import read_market
from deep_alpha.market.simulation import simulate_market
from deep_alpha.market.tables import Market
from deep_alpha.market.writer import write_market

__all__ = [
    "Finding",
    "GateResult",
    "GateSettings",
    "Market",
    "PriceLimitRule",
    "check_market",
    "limit_prices",
    "read_market",
    "simulate_market",
    "with_limit_prices",
    "write_market",
]
