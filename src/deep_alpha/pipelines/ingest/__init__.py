"""From a market folder to the panel."""

from deep_alpha.pipelines.ingest.pipeline import create_pipeline

__all__ = ["create_pipeline"]
