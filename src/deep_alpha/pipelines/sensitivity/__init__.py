"""How much the results of paper 000 depend on what the paper leaves open (SPEC 4.1, extra)."""

from deep_alpha.pipelines.sensitivity.pipeline import create_pipeline

__all__ = ["create_pipeline"]
