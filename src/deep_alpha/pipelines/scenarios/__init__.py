"""Models of the crowd's scenarios, and how often each one occurs (SPEC 1.3)."""

from deep_alpha.pipelines.scenarios.pipeline import create_pipeline

__all__ = ["create_pipeline"]
