"""Signals and returns as files that other libraries read."""

from deep_alpha.pipelines.export.pipeline import create_pipeline

__all__ = ["create_pipeline"]
