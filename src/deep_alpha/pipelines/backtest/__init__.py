"""From signals to their judgement."""

from deep_alpha.pipelines.backtest.pipeline import create_pipeline

__all__ = ["create_pipeline"]
