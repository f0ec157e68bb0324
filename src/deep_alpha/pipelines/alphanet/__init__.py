"""The alphanet pipeline."""

from deep_alpha.pipelines.alphanet.pipeline import create_pipeline

__all__ = ["create_pipeline"]
