"""Paper 000: behaviour-driven models and their yardsticks."""

from deep_alpha.pipelines.behaviour.pipeline import create_pipeline

__all__ = ["create_pipeline"]
