"""The newest date's ranking."""

from deep_alpha.pipelines.score.pipeline import create_pipeline

__all__ = ["create_pipeline"]
