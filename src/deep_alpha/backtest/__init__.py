"""From signals to portfolio returns."""

from deep_alpha.backtest.performance import (
    Performance,
    max_drawdown,
    one_sided_turnover,
    performance,
)
from deep_alpha.backtest.tranches import (
    TrancheResult,
    naive_overlap,
    non_overlapping,
    tranche_backtest,
)

__all__ = [
    "Performance",
    "TrancheResult",
    "max_drawdown",
    "naive_overlap",
    "non_overlapping",
    "one_sided_turnover",
    "performance",
    "tranche_backtest",
]
