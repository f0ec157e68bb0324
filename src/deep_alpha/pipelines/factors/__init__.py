"""From the panel to feature rows, labels and folds."""

from deep_alpha.pipelines.factors.pipeline import create_pipeline

__all__ = ["create_pipeline"]
