"""From the panel to exposures, factor returns and specific returns."""

from deep_alpha.pipelines.risk.pipeline import create_pipeline

__all__ = ["create_pipeline"]
