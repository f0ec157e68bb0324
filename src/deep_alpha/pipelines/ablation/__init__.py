"""What each part of paper 001 adds (SPEC 4.2: figures 4-1 to 4-11, and the ladder)."""

from deep_alpha.pipelines.ablation.pipeline import create_pipeline

__all__ = ["create_pipeline"]
