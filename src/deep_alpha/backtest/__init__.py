"""From signals to portfolio returns."""

from deep_alpha.backtest.naive import naive_overlap
from deep_alpha.backtest.performance import Performance, max_drawdown, performance

__all__ = ["Performance", "max_drawdown", "naive_overlap", "performance"]
