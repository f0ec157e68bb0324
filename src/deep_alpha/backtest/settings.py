"""Which portfolios a signal is given."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from deep_alpha.backtest.benchmark import BenchmarkSettings
from deep_alpha.backtest.enhancement import EnhancementSettings
from deep_alpha.backtest.long_only import LongOnlySettings
from deep_alpha.backtest.simulator import SimulatorSettings
from deep_alpha.backtest.trading import ExecutionPrice


class PortfolioSettings(BaseModel):
    """Layers, long-only portfolios and index enhancement under the exchange's rules.

    Args:
        price: What orders fill at on the day after a decision.
        costs: Cases of costs that layers are shown with; the first is the headline.
        long_only: Long-only portfolios by name.
        enhance: Signals that long-only portfolios and an enhanced index are made of, besides
            the headline model.
        every: Days from one rebalance of the enhanced index to the next; None: the
            label's horizon.
        enhancement: Limits of the enhanced index.
        benchmark: What accounts are measured against.
        simulator: How accounts trade.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    price: ExecutionPrice = "vwap"
    costs: tuple[str, ...] = Field(("paper_x10", "paper_literal", "decimal"), min_length=1)
    long_only: dict[str, LongOnlySettings] = Field(default_factory=dict)
    enhance: tuple[str, ...] = ()
    every: PositiveInt | None = None
    enhancement: EnhancementSettings = EnhancementSettings.model_validate({})
    benchmark: BenchmarkSettings = BenchmarkSettings.model_validate({})
    simulator: SimulatorSettings = SimulatorSettings.model_validate({})
